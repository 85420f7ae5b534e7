import { checkNumber, checkOneOf } from "../core/checks.ts";
import type { Random } from "../core/random.ts";
import type { GraphView } from "../data/graphs/view.ts";

/** A random change of a graph that makes a view of it. */
export interface GraphTransform {
  /** With its parameters. */
  readonly name: string;
  /** The view; the same graph and stream give the same one. */
  apply(graph: GraphView, random: Random): GraphView;
}

/** Share of nodes or edges that GraphCL's views change. */
const USUAL_SHARE = 0.2;

function checkShare(share: number): number {
  return checkNumber("share", share, { min: 0, below: 1 });
}

/** How many of `count` a share is, to the nearest whole number. */
const part = (count: number, share: number) => Math.round(count * share);

/** The graph of some of its nodes, with the edges between them. */
function induced({ nodes, edges, hidden = new Int32Array(0) }: GraphView, places: Int32Array): GraphView {
  const placeOf = new Map(Array.from(places, (place, i) => [place, i]));
  const kept: number[] = [];
  for (let i = 0; i < edges.length; i += 2) {
    const a = placeOf.get(edges[i]), b = placeOf.get(edges[i + 1]);
    if (a !== undefined && b !== undefined) kept.push(a, b);
  }
  return {
    nodes: places.map((place) => nodes[place]),
    edges: Int32Array.from(kept),
    hidden: Int32Array.from(
      Array.from(hidden, (place) => placeOf.get(place) ?? -1).filter((place) => place >= 0),
    ),
  };
}

/** The graph as it is. */
export function wholeGraph(): GraphTransform {
  return { name: "whole", apply: (graph) => graph };
}

/** Leaves out a share of the nodes, any, with their edges; at least one node stays. */
export function dropNodes(share: number = USUAL_SHARE): GraphTransform {
  checkShare(share);
  return {
    name: `drop nodes(${share})`,
    apply: (graph, random) => {
      const { length } = graph.nodes, kept = Math.max(1, length - part(length, share));
      return induced(graph, random.permutation(length).slice(0, kept).sort());
    },
  };
}

/** Takes a share of the edges away, any, and puts as many where there were none; fewer if there is no such place. */
export function perturbEdges(share: number = USUAL_SHARE): GraphTransform {
  checkShare(share);
  return {
    name: `perturb edges(${share})`,
    apply: (graph, random) => {
      const { length } = graph.nodes, count = graph.edges.length / 2, changed = part(count, share);
      const keyOf = (a: number, b: number) => Math.min(a, b) * length + Math.max(a, b);
      const order = random.permutation(count), edges: number[] = [], taken = new Set<number>();
      order.forEach((edge, i) => {
        const a = graph.edges[2 * edge], b = graph.edges[2 * edge + 1];
        taken.add(keyOf(a, b));
        if (i >= changed) edges.push(a, b);
      });
      const free = length * (length - 1) / 2 - count;
      for (let left = Math.min(changed, free); left > 0;) {
        const a = random.integer(length), b = random.integer(length), key = keyOf(a, b);
        if (a === b || taken.has(key)) continue;
        taken.add(key);
        edges.push(a, b);
        left--;
      }
      return { ...graph, edges: Int32Array.from(edges) };
    },
  };
}

/** Hides the features of a share of the nodes, any. */
export function hideFeatures(share: number = USUAL_SHARE): GraphTransform {
  checkShare(share);
  return {
    name: `hide features(${share})`,
    apply: (graph, random) => {
      const { length } = graph.nodes;
      return { ...graph, hidden: random.permutation(length).slice(0, part(length, share)).sort() };
    },
  };
}

/**
 * Leaves out a share of the nodes, those that a walk from a random node reaches last: at each step a random one of the neighbours of
 * what was reached follows, or any other node where there is none.
 */
export function subgraph(share: number = USUAL_SHARE): GraphTransform {
  checkShare(share);
  return {
    name: `subgraph(${share})`,
    apply: (graph, random) => {
      const { length } = graph.nodes, wanted = Math.max(1, length - part(length, share));
      const neighbors: number[][] = Array.from({ length }, () => []);
      for (let i = 0; i < graph.edges.length; i += 2) {
        neighbors[graph.edges[i]].push(graph.edges[i + 1]);
        neighbors[graph.edges[i + 1]].push(graph.edges[i]);
      }
      const starts = random.permutation(length), seen = new Uint8Array(length), border: number[] = [];
      const reached: number[] = [];
      for (let start = 0; reached.length < wanted;) {
        let node: number;
        if (border.length > 0) {
          const at = random.integer(border.length);
          node = border[at];
          border[at] = border[border.length - 1];
          border.pop();
        } else {
          while (seen[starts[start]]) start++;
          node = starts[start];
          seen[node] = 1;
        }
        reached.push(node);
        for (const next of neighbors[node]) {
          if (seen[next]) continue;
          seen[next] = 1;
          border.push(next);
        }
      }
      return induced(graph, Int32Array.from(reached).sort());
    },
  };
}

/** One of several transforms, each as likely as the others. */
export function oneOf(transforms: readonly GraphTransform[]): GraphTransform {
  return {
    name: `one of ${transforms.map(({ name }) => name).join(", ")}`,
    apply: (graph, random) => transforms[random.integer(transforms.length)].apply(graph, random),
  };
}

/** Ways to make views of graphs. */
export type GraphViewName = "random" | "dropNodes" | "perturbEdges" | "hideFeatures" | "subgraph" | "whole";

/** Ways to make views of graphs by name: those of GraphCL, any of them by chance, and none. */
const ways: Readonly<Record<GraphViewName, () => GraphTransform>> = {
  random: () => oneOf([dropNodes(), perturbEdges(), hideFeatures(), subgraph()]),
  dropNodes,
  perturbEdges,
  hideFeatures,
  subgraph,
  whole: wholeGraph,
};

/** The names of the ways to make views of graphs. */
export const graphViewNames = Object.keys(ways) as GraphViewName[];

/**
 * How views of graphs are made: a fifth of the nodes left out, a fifth of the edges elsewhere, features of a fifth of the nodes
 * hidden, a part of four fifths of the nodes, one of these four by chance (`random`), or the graph as it is (`whole`).
 *
 * @throws {RangeError} if there is no such way
 * @see You et al., *Graph contrastive learning with augmentations*, arXiv 2010.13902
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "@hscl/hscl";
 * import { graphViews } from "@hscl/hscl/augment";
 * const triangle = { nodes: Int32Array.of(0, 1, 2), edges: Int32Array.of(0, 1, 1, 2, 0, 2) };
 * const { nodes, edges } = graphViews("dropNodes").apply(triangle, new Random(0));
 * assertEquals([nodes.length, edges.length / 2], [2, 1]);
 * ```
 */
export function graphViews(name: GraphViewName): GraphTransform {
  return ways[checkOneOf("views of graphs", name, graphViewNames)]();
}
