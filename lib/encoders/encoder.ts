import type { Tensor2D, Tensor4D } from "../core/tensors.ts";
import type { EncoderSettings } from "./encoder_settings.ts";
import type { EmbeddingSpace } from "./projection_head.ts";
import type { Parameter } from "./parameters.ts";

/**
 * A network that turns images into features, and features into the embeddings that the loss sees.
 *
 * @typeParam Input what it takes: images unless it is a network for something else, such as graphs
 */
export interface Encoder<Input = Tensor4D> {
  /** Length of a feature vector: what is evaluated and used downstream. */
  readonly featureDim: number;
  /** Length of an embedding: what the loss compares. */
  readonly embeddingDim: number;
  /**
   * Whether the features of an image depend on nothing but it, in training too, so that both views can pass at once. Not so
   * with batch norm, and where it is absent.
   */
  readonly itemwise?: boolean;
  /** Whether features are drawn at random in training, as with dropout, so that the same images give others each time. */
  readonly stochastic?: boolean;
  /** Where embeddings lie; on the unit sphere where it is absent. */
  readonly embeddingSpace?: EmbeddingSpace;
  /** What it can be built from again, see {@linkcode encoderFromSettings}; absent if it is none of the networks. */
  readonly settings?: EncoderSettings;
  /** The state, in a fixed order. */
  readonly parameters: readonly Parameter[];
  /**
   * Features before the projection head.
   *
   * @param images `[n, height, width, channels]`, normalised pixels
   * @param training `true` uses batch statistics and updates the running ones
   * @returns `[n, featureDim]`
   */
  features(images: Input, training: boolean): Tensor2D;
  /**
   * Embeddings of features.
   *
   * @param features `[n, featureDim]`
   * @returns `[n, embeddingDim]`, rows of unit norm, or of at most that, see {@linkcode Encoder.embeddingSpace}
   */
  project(features: Tensor2D, training: boolean): Tensor2D;
  /** Frees all variables. */
  dispose(): void;
}
