import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { classesOf } from "../../core/labels.ts";
import type { GraphCollection, NodeFeatures } from "./collection.ts";
import { degreeFeatures } from "./node_features.ts";

/** Graphs as they come from a file or a generator. */
export interface GraphContent {
  /** Of the collection. */
  name: string;
  /** Label of each graph, any integers; classes are called by them, ascending. */
  labels: ArrayLike<number>;
  /** Names of the classes, in the order of their labels; the labels themselves if left out. */
  classes?: readonly string[];
  /** Number of the first node of each graph, and of all nodes at the end. */
  firstNode: Int32Array;
  /** Pairs of nodes of one graph, in any order, in one direction or both; what is there twice counts once. */
  edges: Int32Array;
  /** Of the nodes; their degrees if left out. */
  features?: NodeFeatures;
}

/** Puts a collection together: neighbours of every node, features, classes from 0 and the digest. */
export function assembleGraphs(content: GraphContent): GraphCollection {
  const { labels: found, placeOf } = classesOf(content.labels);
  const { firstNode } = content, nodes = firstNode[firstNode.length - 1];
  const { firstNeighbor, neighbors } = adjacency(nodes, content.edges);
  const labels = Int32Array.from(placeOf);
  const features = content.features ?? degreeFeatures(firstNeighbor);
  const graphs = { count: labels.length, labels, firstNode, firstNeighbor, neighbors, features };
  const { kinds, kindOf, attributeDim, attributes } = features;
  const hash = sha256.create().update(
    utf8ToBytes(JSON.stringify([labels.length, nodes, kinds, attributeDim])),
  );
  for (const array of [labels, firstNode, firstNeighbor, neighbors, kindOf, attributes]) {
    hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  }
  const classes = content.classes ?? found.map(String);
  return { name: content.name, classes, graphs, digest: bytesToHex(hash.digest()) };
}

/** The neighbours of every node, ascending and each once. */
function adjacency(nodes: number, edges: Int32Array): { firstNeighbor: Int32Array; neighbors: Int32Array } {
  const starts = new Int32Array(nodes + 1);
  for (let i = 0; i < edges.length; i += 2) {
    if (edges[i] === edges[i + 1]) continue;
    starts[edges[i] + 1]++;
    starts[edges[i + 1] + 1]++;
  }
  for (let node = 0; node < nodes; node++) starts[node + 1] += starts[node];
  const all = new Int32Array(starts[nodes]), filled = starts.slice(0, nodes);
  for (let i = 0; i < edges.length; i += 2) {
    const a = edges[i], b = edges[i + 1];
    if (a === b) continue;
    all[filled[a]++] = b;
    all[filled[b]++] = a;
  }
  const firstNeighbor = new Int32Array(nodes + 1);
  let kept = 0;
  for (let node = 0; node < nodes; node++) {
    const own = all.subarray(starts[node], starts[node + 1]).sort();
    let last = -1;
    // What is kept is never longer than what was read: it moves to the front of the same array.
    for (let i = 0; i < own.length; i++) {
      if (own[i] === last) continue;
      last = own[i];
      all[kept++] = last;
    }
    firstNeighbor[node + 1] = kept;
  }
  return { firstNeighbor, neighbors: all.slice(0, kept) };
}
