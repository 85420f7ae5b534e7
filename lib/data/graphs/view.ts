import type { GraphSet } from "./collection.ts";

/** A graph, or what is left of it: some nodes of a set, and edges between them. */
export interface GraphView {
  /** Numbers of its nodes in the set, at least one. */
  readonly nodes: Int32Array;
  /** Pairs of places in `nodes`, each edge once. */
  readonly edges: Int32Array;
  /** Places in `nodes` of those whose features are hidden; none if left out. */
  readonly hidden?: Int32Array;
}

/** A graph of a set, whole. */
export function graphView({ firstNode, firstNeighbor, neighbors }: GraphSet, graph: number): GraphView {
  const first = firstNode[graph], end = firstNode[graph + 1], edges: number[] = [];
  for (let node = first; node < end; node++) {
    for (let at = firstNeighbor[node]; at < firstNeighbor[node + 1]; at++) {
      if (neighbors[at] > node) edges.push(node - first, neighbors[at] - first);
    }
  }
  return {
    nodes: Int32Array.from({ length: end - first }, (_, i) => first + i),
    edges: Int32Array.from(edges),
  };
}
