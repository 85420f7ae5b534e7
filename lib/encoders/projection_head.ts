import * as tf from "../core/tfjs.ts";
import { checkOneOf } from "../core/checks.ts";
import { ballRows, normalizeRows } from "../core/similarity.ts";
import { batchNorm, type Layer, linear } from "./layers.ts";
import type { Parameters } from "./parameters.ts";

/** Sizes of a projection head. */
export interface ProjectionHeadOptions {
  /** Width of the hidden layer. The paper's code: 512. */
  hidden: number;
  /** Length of the embedding. The paper's code: 128. */
  output: number;
  /** Where embeddings lie; on the sphere if left out. */
  embedding?: EmbeddingSpace;
}

/** Where embeddings lie: on the unit sphere, as `z/‖z‖`, or in the unit ball, as `z/max(1, ‖z‖)`. */
export type EmbeddingSpace = "sphere" | "ball";

/** The names of the spaces. */
export const embeddingSpaces: readonly EmbeddingSpace[] = ["sphere", "ball"];

/** The names of {@linkcode ProjectionHeadOptions}. */
export const HEAD_OPTIONS = { hidden: true, output: true, embedding: true } as const;

/**
 * Projection head linear – batch norm – ReLU – linear, then rows of unit norm, as in the paper's code (`model.py`), or of at most
 * that. The first layer has no bias, which batch norm would cancel.
 *
 * @param parameters where the variables are created, under `head/`
 * @param inputs length of the features
 * @returns `[n, inputs] → [n, output]`
 */
export function projectionHead(
  parameters: Parameters,
  inputs: number,
  { hidden, output, embedding = "sphere" }: ProjectionHeadOptions,
): Layer<tf.Tensor2D, tf.Tensor2D> {
  const first = linear(parameters, "head/linear1", { inputs, outputs: hidden, bias: false });
  const norm = batchNorm<tf.Tensor2D>(parameters, "head/norm", hidden);
  const second = linear(parameters, "head/linear2", { inputs: hidden, outputs: output, bias: true });
  const put = checkOneOf("embedding", embedding, embeddingSpaces) === "ball" ? ballRows : normalizeRows;
  return (features, training) => put(second(tf.relu(norm(first(features, training), training)), training));
}
