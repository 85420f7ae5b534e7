import * as tf from "@tensorflow/tfjs";
import { normalizeRows } from "../core/similarity.ts";
import { batchNorm, type Layer, linear } from "./layers.ts";
import type { Parameters } from "./parameters.ts";

/** Sizes of a projection head. */
export interface ProjectionHeadOptions {
  /** Width of the hidden layer. The paper's code: 512. */
  hidden: number;
  /** Length of the embedding. The paper's code: 128. */
  output: number;
}

/** The names of {@linkcode ProjectionHeadOptions}. */
export const HEAD_OPTIONS = { hidden: true, output: true } as const;

/**
 * Projection head linear – batch norm – ReLU – linear, then rows of unit norm, as in the paper's code (`model.py`).
 * The first layer has no bias, which batch norm would cancel.
 *
 * @param parameters where the variables are created, under `head/`
 * @param inputs length of the features
 * @returns `[n, inputs] → [n, output]`
 */
export function projectionHead(
  parameters: Parameters,
  inputs: number,
  { hidden, output }: ProjectionHeadOptions,
): Layer<tf.Tensor2D, tf.Tensor2D> {
  const first = linear(parameters, "head/linear1", { inputs, outputs: hidden, bias: false });
  const norm = batchNorm<tf.Tensor2D>(parameters, "head/norm", hidden);
  const second = linear(parameters, "head/linear2", { inputs: hidden, outputs: output, bias: true });
  return (features, training) =>
    normalizeRows(second(tf.relu(norm(first(features, training), training)), training));
}
