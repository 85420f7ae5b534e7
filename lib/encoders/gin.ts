import * as tf from "../core/tfjs.ts";
import { segmentSum } from "../backend/operations/segment_sum.ts";
import { checkInteger, checkOptions } from "../core/checks.ts";
import type { Random } from "../core/random.ts";
import type { Encoder } from "./encoder.ts";
import type { GraphBatch } from "./graph_batch.ts";
import { batchNorm, linear } from "./layers.ts";
import { Parameters } from "./parameters.ts";
import { HEAD_OPTIONS, projectionHead, type ProjectionHeadOptions } from "./projection_head.ts";

/** Settings of {@linkcode gin}. */
export interface GinOptions {
  /** Length of a node's features. */
  nodeFeatures: number;
  /** Number of layers; 3 if left out. */
  layers?: number;
  /** Length of what each layer makes of a node; 32 if left out. */
  width?: number;
  /** Sizes of the projection head; hidden layer and embedding as long as the features if left out. */
  head?: ProjectionHeadOptions;
}

/** A network that turns graphs into features and embeddings. */
export type GraphEncoder = Encoder<GraphBatch>;

/**
 * Graph isomorphism network: each layer adds up, for every node `v`, what the one before makes of it and of its neighbours `N(v)`,
 *
 * `h_v ← BN(relu(W₂ relu(W₁ (h_v + Σ_{u ∈ N(v)} h_u) + b₁) + b₂))`,
 *
 * and the features of a graph are the sums over its nodes, of all layers side by side. On top is the projection head. As in the code
 * that Robinson et al. compare graphs with.
 *
 * @param options length of a node's features; layers, width, head
 * @param random stream that the initial weights come from
 * @throws {TypeError} if a size is not an integer
 * @throws {RangeError} if a size is below 1
 * @see Xu et al., *How powerful are graph neural networks?*, arXiv 1810.00826
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { initBackend, Random } from "@hscl/hscl";
 * import { graphView, madeUpGraphs, nodeFeatureDim } from "@hscl/hscl/data";
 * import { gin, graphBatch } from "@hscl/hscl/encoders";
 * await initBackend({ backend: "cpu" });
 * const { graphs } = madeUpGraphs();
 * const encoder = gin({ nodeFeatures: nodeFeatureDim(graphs.features) }, new Random(0));
 * const batch = graphBatch(graphs.features, [graphView(graphs, 0), graphView(graphs, 1)]);
 * const features = encoder.features(batch, false);
 * assertEquals(features.shape, [2, 96]);
 * assertEquals(encoder.project(features, false).shape, [2, 96]);
 * encoder.dispose();
 * ```
 */
export function gin(options: GinOptions, random: Random): GraphEncoder {
  const { nodeFeatures, layers = 3, width = 32, head = { hidden: layers * width, output: layers * width } } =
    checkOptions(options, { nodeFeatures: true, layers: true, width: true, head: true });
  checkOptions(head, HEAD_OPTIONS);
  for (const size of [nodeFeatures, layers, width, head.hidden, head.output]) {
    checkInteger("a layer size", size, { min: 1 });
  }
  const parameters = new Parameters(random);
  const convolutions = Array.from({ length: layers }, (_, i) => {
    const name = `layer${i + 1}`, inputs = i ? width : nodeFeatures;
    const first = linear(parameters, `${name}/linear1`, { inputs, outputs: width, bias: true });
    const second = linear(parameters, `${name}/linear2`, { inputs: width, outputs: width, bias: true });
    const norm = batchNorm<tf.Tensor2D>(parameters, `${name}/norm`, width);
    return (x: tf.Tensor2D, { neighborhoods }: GraphBatch, training: boolean) => {
      const sums = segmentSum(x, neighborhoods, neighborhoods);
      return norm(tf.relu(second(tf.relu(first(sums, training)), training)), training);
    };
  });
  const projection = projectionHead(parameters, layers * width, head);
  return {
    featureDim: layers * width,
    embeddingDim: head.output,
    parameters: parameters.all,
    features: (graphs, training) =>
      tf.tidy(() => {
        let x = graphs.features;
        const sums = convolutions.map((convolution) => {
          x = convolution(x, graphs, training);
          return segmentSum(x, graphs.members, graphs.memberships);
        });
        return tf.concat(sums, 1);
      }),
    project: (features, training) => tf.tidy(() => projection(features, training)),
    dispose: () => parameters.all.forEach(({ variable }) => variable.dispose()),
  };
}
