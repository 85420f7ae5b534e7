/**
 * Networks from images to features to embeddings.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { initBackend, Random } from "@hscl/hscl";
 * import { convnet } from "@hscl/hscl/encoders";
 * await initBackend({ backend: "cpu" });
 * const options = { channels: 1, widths: [4, 8], strides: [2, 2], head: { hidden: 8, output: 3 } };
 * const encoder = convnet(options, new Random(0));
 * const features = encoder.features(tf.zeros([2, 8, 8, 1]), false);
 * assertEquals(features.shape, [2, encoder.featureDim]);
 * assertEquals(encoder.project(features, false).shape, [2, 3]);
 * ```
 *
 * @module
 */
export { convnet, type ConvnetOptions } from "./convnet.ts";
export type { Encoder } from "./encoder.ts";
export { gin, type GinOptions, type GraphEncoder } from "./gin.ts";
export { type GraphBatch, graphBatch } from "./graph_batch.ts";
export type { Segments } from "../backend/operations/segment_sum.ts";
export {
  type EncoderChanges,
  encoderFromSettings,
  type EncoderSettings,
  encoderSettings,
  type NetworkOptions,
} from "./encoder_settings.ts";
export { layersEncoder, type LayersEncoderOptions } from "./layers_encoder.ts";
export { mlp, type MlpOptions } from "./mlp.ts";
export type { Network } from "./network.ts";
export { type NetworkName, networkNames, networks } from "./networks.ts";
export type { Parameter } from "./parameters.ts";
export { type EmbeddingSpace, embeddingSpaces, type ProjectionHeadOptions } from "./projection_head.ts";
export { resnet, type ResnetDepth, type ResnetOptions, type ResnetStem } from "./resnet.ts";
