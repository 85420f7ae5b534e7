import * as tf from "../core/tfjs.ts";
import type { Segments } from "../backend/operations/segment_sum.ts";
import type { Tensor2D } from "../core/tensors.ts";
import { nodeFeatureDim, type NodeFeatures } from "../data/graphs/collection.ts";
import type { GraphView } from "../data/graphs/view.ts";

/** Graphs as a network takes them: one graph of all their nodes, with no edge between those of different ones. */
export interface GraphBatch {
  /** Number of graphs. */
  readonly count: number;
  /** Features of all nodes, `[nodes, nodeFeatureDim]`. */
  readonly features: Tensor2D;
  /** Each node and its neighbours; the same in both directions, as edges have none. */
  readonly neighborhoods: Segments;
  /** The nodes of each graph. */
  readonly members: Segments;
  /** The graph of each node. */
  readonly memberships: Segments;
  /** Frees the tensors. */
  dispose(): void;
}

/**
 * Graphs as one batch of tensors, which the caller disposes of. A node's kind is a one-hot vector and its attributes follow; of
 * one that is hidden all are 0.
 *
 * @param features of the nodes of the set that the graphs are of
 * @param views at least one graph
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { initBackend } from "@hscl/hscl";
 * import { graphView, madeUpGraphs } from "@hscl/hscl/data";
 * import { graphBatch } from "@hscl/hscl/encoders";
 * await initBackend({ backend: "cpu" });
 * const { graphs } = madeUpGraphs();
 * const batch = graphBatch(graphs.features, [graphView(graphs, 0), graphView(graphs, 1)]);
 * assertEquals(batch.features.shape, [graphs.firstNode[2], 3]);
 * batch.dispose();
 * ```
 */
export function graphBatch(features: NodeFeatures, views: readonly GraphView[]): GraphBatch {
  const nodes = views.reduce((sum, view) => sum + view.nodes.length, 0), dim = nodeFeatureDim(features);
  const { kinds, kindOf, attributeDim, attributes } = features;
  const values = new Float32Array(nodes * dim), graphOf = new Int32Array(nodes);
  const degree = new Int32Array(nodes).fill(1); // each is in its own neighbourhood
  let first = 0;
  views.forEach((view, graph) => {
    const isHidden = new Set(view.hidden);
    view.nodes.forEach((node, i) => {
      graphOf[first + i] = graph;
      if (isHidden.has(i)) return;
      const at = (first + i) * dim;
      if (kinds > 0) values[at + kindOf[node]] = 1;
      values.set(attributes.subarray(node * attributeDim, (node + 1) * attributeDim), at + kinds);
    });
    for (const end of view.edges) degree[first + end]++;
    first += view.nodes.length;
  });
  const end = new Int32Array(nodes), parts = degree.reduce((sum, more) => sum + more, 0);
  for (let node = 0, sum = 0; node < nodes; node++) {
    end[node] = sum;
    sum += degree[node];
  }
  const rows = new Int32Array(parts), sums = new Int32Array(parts);
  const add = (row: number, sum: number) => {
    rows[end[sum]] = row;
    sums[end[sum]++] = sum;
  };
  for (let node = 0; node < nodes; node++) add(node, node);
  first = 0;
  for (const view of views) {
    for (let i = 0; i < view.edges.length; i += 2) {
      const a = first + view.edges[i], b = first + view.edges[i + 1];
      add(a, b);
      add(b, a);
    }
    first += view.nodes.length;
  }
  const tensors = [
    tf.tensor2d(values, [nodes, dim]),
    ...[rows, sums, graphOf, Int32Array.from(graphOf.keys())].map((each) => tf.tensor1d(each, "int32")),
  ];
  const [all, rowTensor, sumTensor, graphTensor, nodeTensor] = tensors as [tf.Tensor2D, ...tf.Tensor1D[]];
  return {
    count: views.length,
    features: all,
    neighborhoods: { rows: rowTensor, sums: sumTensor, count: nodes },
    members: { rows: nodeTensor, sums: graphTensor, count: views.length },
    memberships: { rows: graphTensor, sums: nodeTensor, count: nodes },
    dispose: () => tf.dispose(tensors),
  };
}
