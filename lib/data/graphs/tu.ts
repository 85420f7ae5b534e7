import { checkBoolean, checkOptions, checkText, describe } from "../../core/checks.ts";
import { denoFor } from "../../core/platform.ts";
import { DataError } from "../data_error.ts";
import { assembleGraphs } from "./assemble.ts";
import type { GraphCollection, NodeFeatures } from "./collection.ts";
import { labelFeatures, withAttributes } from "./node_features.ts";
import { isFile, readIntegers, readNumbers } from "./number_lines.ts";

/** Where a TU graph collection is, and what is taken of its nodes. */
export interface TuOptions {
  /** Its name, which its files begin with, e.g. `MUTAG`. */
  name: string;
  /** The folder of its files, or the folder that holds that one. */
  dataDir?: string;
  /** Whether nodes have their attributes, too, beside their labels; not if left out. */
  attributes?: boolean;
}

/** More kinds of nodes would make vectors that no memory holds. */
const MOST_NODE_LABELS = 10_000;

/** Six times what the largest of the collections that are known here has. */
const MOST_NODES = 5_000_000;

const source = "https://chrsmrrs.github.io/datasets/";

/** The beginning of the paths of a collection's files. */
async function findFiles(dataDir: string | undefined, name: string): Promise<string> {
  const howToGet = `unpack ${name}.zip of ${source} and give its folder with --data DIR (option dataDir)`;
  if (dataDir !== undefined && typeof dataDir !== "string") {
    throw new TypeError(
      `Cannot use dataDir as it must be text, the path of a folder: received ${describe(dataDir)}`,
    );
  }
  if (!dataDir) {
    throw new DataError(`Cannot read ${name} as it needs a data folder (${howToGet}): received none`);
  }
  const folder = dataDir.replace(/(?<=.)\/+$/, "");
  const starts = [`${folder}/${name}`, `${folder}/${name}/${name}`];
  const needed = ["A", "graph_indicator", "graph_labels"];
  let missing = "";
  for (const start of starts) {
    const files = needed.map((part) => `${start}_${part}.txt`);
    const there = await Promise.all(files.map(isFile));
    if (there.every((is) => is)) return start;
    // A folder that has some of the files is the one that was meant.
    if (missing === "" || there.some((is) => is)) missing = files[there.indexOf(false)];
    if (there.some((is) => is)) break;
  }
  throw new DataError(
    `Cannot read ${name} as ${folder} must hold ${
      needed.map((part) => `${name}_${part}.txt`).join(", ")
    } (${howToGet}): ` +
      `received no file ${missing}`,
  );
}

/** Number of the first node of each graph, and of all nodes at the end, from the graph of each node, counted from 1. */
function firstNodes(path: string, graphOf: Int32Array): Int32Array {
  const first: number[] = [];
  for (const [node, graph] of graphOf.entries()) {
    if (graph === first.length + 1) first.push(node);
    else if (graph !== first.length) {
      throw new DataError(
        `Cannot read ${path} as the graphs of the nodes must be counted from 1 without a gap, ascending: received ${graph} after ` +
          `${first.length === 0 ? "no other" : first.length} in line ${node + 1}`,
      );
    }
  }
  return Int32Array.from([...first, graphOf.length]);
}

const perLine = (most: number, what: string) => ({ most, what: `one per ${what}` });

/** Throws unless a file has a line for each of something. */
function checkLines(path: string, lines: number, wanted: number, what: string): void {
  if (lines === wanted) return;
  throw new DataError(
    `Cannot read ${path} as it must have ${wanted} lines, one per ${what}: received ${lines}`,
  );
}

/** Edges as pairs of nodes from 0. */
async function readEdges(path: string, graphOf: Int32Array): Promise<Int32Array> {
  const edges = await readIntegers(path, 2, { most: Infinity, what: "one per edge" });
  for (let i = 0; i < edges.length; i++) {
    const node = edges[i], line = Math.floor(i / 2) + 1;
    if (node < 1 || node > graphOf.length) {
      throw new DataError(
        `Cannot read ${path} as nodes must be numbered 1 to ${graphOf.length}: received ${node} in line ${line}`,
      );
    }
    edges[i]--;
    if (i % 2 === 1 && graphOf[edges[i]] !== graphOf[edges[i - 1]]) {
      throw new DataError(
        `Cannot read ${path} as an edge must be within a graph: received one between graphs ${
          graphOf[edges[i - 1]]
        } and ` +
          `${graphOf[edges[i]]} in line ${line}`,
      );
    }
  }
  return edges;
}

/** Labels of nodes, their attributes if wanted, and nothing where there is neither. */
async function readFeatures(
  start: string,
  nodes: number,
  attributes: boolean,
): Promise<NodeFeatures | undefined> {
  let features: NodeFeatures | undefined;
  const labelFile = `${start}_node_labels.txt`, attributeFile = `${start}_node_attributes.txt`;
  if (await isFile(labelFile)) {
    const labels = await readIntegers(labelFile, 1, perLine(nodes, "node"));
    checkLines(labelFile, labels.length, nodes, "node");
    features = labelFeatures(labels);
    if (features.kinds > MOST_NODE_LABELS) {
      throw new DataError(
        `Cannot read ${labelFile} as nodes must have at most ${MOST_NODE_LABELS} different labels: received ${features.kinds}`,
      );
    }
  }
  if (!attributes) return features;
  if (!await isFile(attributeFile)) {
    throw new DataError(
      `Cannot read attributes of nodes as there must be a file of them: received no file ${attributeFile}`,
    );
  }
  const { columns, values } = await readNumbers(attributeFile, perLine(nodes, "node"));
  checkLines(attributeFile, columns === 0 ? 0 : values.length / columns, nodes, "node");
  return withAttributes(features, values, columns);
}

/**
 * A graph collection in the text format of the TU Dortmund: `NAME_A.txt` (edges), `NAME_graph_indicator.txt` (the graph of each
 * node), `NAME_graph_labels.txt`, and where they are there `NAME_node_labels.txt` and `NAME_node_attributes.txt`. What is known of
 * edges is ignored.
 *
 * Features of nodes are those of the code that Robinson et al. (arXiv 2010.04592) compare graphs with: their labels one-hot; where
 * they have none, their degrees one-hot, or, if one is 1,000 or more, as one standardised number. Edges count in both directions,
 * once; those from a node to itself are left out.
 *
 * @throws {DataError} if `dataDir` is not given, or a file is missing, cut short or something else; the message names file and line
 * @throws {TypeError} if an option is of the wrong type or unknown
 * @see Morris et al., *TUDataset*, arXiv 2007.08663
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadTu } from "@hscl/hscl/data";
 * // Two graphs: a triangle and an edge.
 * const dataDir = await Deno.makeTempDir(), file = (part: string) => `${dataDir}/TINY_${part}.txt`;
 * await Deno.writeTextFile(file("A"), "1, 2\n2, 3\n3, 1\n4, 5\n");
 * await Deno.writeTextFile(file("graph_indicator"), "1\n1\n1\n2\n2\n");
 * await Deno.writeTextFile(file("graph_labels"), "1\n-1\n");
 * const { graphs, classes } = await loadTu({ name: "TINY", dataDir });
 * assertEquals([graphs.count, classes, [...graphs.firstNode]], [2, ["-1", "1"], [0, 3, 5]]);
 * assertEquals([...graphs.features.kindOf], [2, 2, 2, 1, 1]); // degrees
 * await Deno.remove(dataDir, { recursive: true });
 * ```
 */
export async function loadTu(options: TuOptions): Promise<GraphCollection> {
  denoFor("read graphs");
  const { name, dataDir, attributes = false } = checkOptions(options, {
    name: true,
    dataDir: true,
    attributes: true,
  });
  checkText("name of a graph collection", name);
  checkBoolean("attributes", attributes);
  if (!/^[\w.-]+$/.test(name)) {
    throw new RangeError(
      `Cannot use name of a graph collection as it must be a name without a folder: received ${
        describe(name)
      }`,
    );
  }
  const start = await findFiles(dataDir, name);
  const indicator = `${start}_graph_indicator.txt`, labelFile = `${start}_graph_labels.txt`;
  const graphOf = await readIntegers(indicator, 1, { most: MOST_NODES, what: "one per node" });
  if (graphOf.length === 0) {
    throw new DataError(`Cannot read ${indicator} as there must be a node: received none`);
  }
  const firstNode = firstNodes(indicator, graphOf);
  const labels = await readIntegers(labelFile, 1, perLine(firstNode.length - 1, "graph"));
  checkLines(labelFile, labels.length, firstNode.length - 1, "graph");
  const edges = await readEdges(`${start}_A.txt`, graphOf);
  const features = await readFeatures(start, graphOf.length, attributes);
  return assembleGraphs({ name, labels, firstNode, edges, ...(features ? { features } : {}) });
}
