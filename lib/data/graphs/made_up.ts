import { checkInteger, checkNumber, checkOptions } from "../../core/checks.ts";
import { Random } from "../../core/random.ts";
import { assembleGraphs } from "./assemble.ts";
import type { GraphCollection } from "./collection.ts";
import { labelFeatures } from "./node_features.ts";

/** Options of {@linkcode madeUpGraphs}. */
export interface MadeUpGraphOptions {
  /** Number of graphs; 150 if left out. */
  graphs?: number;
  /** Share of the edges that are put elsewhere, 0 … 1; 0.2 if left out. */
  noise?: number;
  /** Of every random choice; 0 if left out. */
  seed?: number;
}

const MOST_GRAPHS = 100_000;
const LEAST_NODES = 10, MOST_NODES = 20;
/** Labels of nodes, which say nothing of the class. */
const NODE_LABELS = 3;

type Edge = [number, number];

/** A shape: how so many nodes are connected. All have about as many edges as nodes, or one and a half as many. */
const shapes: Readonly<Record<string, (nodes: number, random: Random) => Edge[]>> = {
  ring: (nodes) => Array.from({ length: nodes }, (_, node): Edge => [node, (node + 1) % nodes]),
  stars: (nodes) => {
    // Two hubs, each with half of the others, and an edge between them.
    return Array.from({ length: nodes - 1 }, (_, i): Edge => i === 0 ? [0, 1] : [i % 2, i + 1]);
  },
  tree: (nodes, random) => Array.from({ length: nodes - 1 }, (_, i): Edge => [i + 1, random.integer(i + 1)]),
  ladder: (nodes) => {
    const half = Math.floor(nodes / 2), edges: Edge[] = [];
    for (let i = 0; i < half; i++) {
      edges.push([i, half + i]);
      if (i > 0) edges.push([i - 1, i], [half + i - 1, half + i]);
    }
    if (nodes % 2 === 1) edges.push([nodes - 1, half - 1]);
    return edges;
  },
  communities: (nodes, random) => {
    // Two groups of nodes that know each other by halves, and an edge between them.
    const half = Math.floor(nodes / 2), edges: Edge[] = [[0, nodes - 1]];
    for (const [from, to] of [[0, half], [half, nodes]]) {
      for (let a = from + 1; a < to; a++) edges.push([a, from + random.integer(a - from)]);
      for (let extra = Math.floor((to - from) / 2); extra > 0; extra--) {
        edges.push([from + random.integer(to - from), from + random.integer(to - from)]);
      }
    }
    return edges;
  },
};

/** How figures call the made-up graphs. */
export const MADE_UP_GRAPHS = "made-up";

/**
 * Made-up graphs of five classes – rings, pairs of stars, trees, ladders, pairs of communities – with 10 to 20 nodes, of which some
 * edges are put elsewhere; labels of nodes are random. The same seed gives the same graphs.
 *
 * @throws {RangeError} if an option is out of range
 * @throws {TypeError} if a number is not an integer where it must be
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { madeUpGraphs } from "@hscl/hscl/data";
 * const { graphs, classes } = madeUpGraphs({ graphs: 10, noise: 0 });
 * assertEquals(classes, ["ring", "stars", "tree", "ladder", "communities"]);
 * assertEquals([...graphs.labels], [0, 1, 2, 3, 4, 0, 1, 2, 3, 4]);
 * // The first is a ring: each node has two neighbours.
 * assertEquals(graphs.firstNeighbor[graphs.firstNode[1]], 2 * graphs.firstNode[1]);
 * ```
 */
export function madeUpGraphs(options: MadeUpGraphOptions = {}): GraphCollection {
  const { graphs = 150, noise = 0.2, seed = 0 } = checkOptions(options, {
    graphs: true,
    noise: true,
    seed: true,
  });
  const classes = Object.keys(shapes);
  checkInteger("graphs", graphs, { min: classes.length, max: MOST_GRAPHS });
  checkNumber("noise", noise, { min: 0, max: 1 });
  const random = new Random(seed).child("graphs");
  const labels = Int32Array.from({ length: graphs }, (_, graph) => graph % classes.length);
  const firstNode = new Int32Array(graphs + 1), edges: number[] = [], nodeLabels: number[] = [];
  labels.forEach((label, graph) => {
    const own = random.child(graph), first = firstNode[graph];
    const nodes = LEAST_NODES + own.integer(MOST_NODES - LEAST_NODES + 1);
    firstNode[graph + 1] = first + nodes;
    for (const edge of shapes[classes[label]](nodes, own)) {
      const [a, b] = own.uniform() < noise ? [own.integer(nodes), own.integer(nodes)] : edge;
      edges.push(first + a, first + b);
    }
    for (let node = 0; node < nodes; node++) nodeLabels.push(own.integer(NODE_LABELS));
  });
  const features = labelFeatures(nodeLabels);
  return assembleGraphs({
    name: MADE_UP_GRAPHS,
    labels,
    classes,
    firstNode,
    edges: Int32Array.from(edges),
    features,
  });
}
