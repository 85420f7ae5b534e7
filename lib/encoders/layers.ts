import * as tf from "../core/tfjs.ts";
import { batchNormTraining } from "../backend/operations/batch_norm.ts";
import { convRelu as rectifiedConvolution } from "../backend/operations/conv_relu.ts";
import type { Parameters } from "./parameters.ts";

/** Part of an encoder: a tensor in, a tensor out. `training` chooses batch statistics over running ones. */
export type Layer<In extends tf.Tensor, Out extends tf.Tensor> = (x: In, training: boolean) => Out;

/**
 * `3 × 3` convolution with bias, padding "same", followed by a rectifier. `[n, h, w, in] → [n, h/s, w/s, out]`.
 *
 * @param options `first` for the layer that takes images, whose gradient in them is seldom asked for
 */
export function convRelu(
  parameters: Parameters,
  name: string,
  { inputs, outputs, stride, first }: { inputs: number; outputs: number; stride: number; first: boolean },
): Layer<tf.Tensor4D, tf.Tensor4D> {
  const filter = parameters.uniform<tf.Rank.R4>(`${name}/filter`, [3, 3, inputs, outputs], 9 * inputs);
  const bias = parameters.uniform<tf.Rank.R1>(`${name}/bias`, [outputs], 9 * inputs);
  return (x) => rectifiedConvolution(x, filter, bias, stride, !first);
}

/** `x · W (+ b)`. `[n, in] → [n, out]`. */
export function linear(
  parameters: Parameters,
  name: string,
  { inputs, outputs, bias }: { inputs: number; outputs: number; bias: boolean },
): Layer<tf.Tensor2D, tf.Tensor2D> {
  const weight = parameters.uniform<tf.Rank.R2>(`${name}/weight`, [inputs, outputs], inputs);
  const offset = bias ? parameters.uniform<tf.Rank.R1>(`${name}/bias`, [outputs], inputs) : undefined;
  return (x) => {
    const product = tf.matMul(x, weight) as tf.Tensor2D;
    return offset ? tf.add(product, offset) : product;
  };
}

/** Sizes of a {@linkcode conv}. */
export interface ConvOptions {
  inputs: number;
  outputs: number;
  /** Side of the square filter, odd. */
  size: number;
  stride: number;
  /** Standard deviation `√(2 / (size² · outputs))` (He, fan out) unless `uniform`, PyTorch's default for a new layer. */
  start?: "he" | "uniform";
}

/**
 * Convolution without bias that keeps the size but for its stride: `(size − 1)/2` zeros on every side, as PyTorch pads.
 * `[n, h, w, in] → [n, ⌈h/s⌉, ⌈w/s⌉, out]`. Start: He et al., arXiv 1502.01852.
 */
export function conv(
  parameters: Parameters,
  name: string,
  { inputs, outputs, size, stride, start = "he" }: ConvOptions,
): Layer<tf.Tensor4D, tf.Tensor4D> {
  const shape: [number, number, number, number] = [size, size, inputs, outputs];
  const filter = start === "he"
    ? parameters.normal<tf.Rank.R4>(name, shape, Math.sqrt(2 / (size * size * outputs)))
    : parameters.uniform<tf.Rank.R4>(name, shape, size * size * inputs);
  const border = (size - 1) / 2, side: [number, number] = [border, border];
  return (x) => {
    if (stride === 1) return tf.conv2d(x, filter, 1, "same");
    // With a stride, TensorFlow's "same" would put the odd zero at the end; not every backend pads as told by itself.
    const padded = border > 0 ? tf.pad(x, [[0, 0], side, side, [0, 0]]) : x;
    return tf.conv2d(padded, filter, stride, "valid");
  };
}

const EPSILON = 1e-5;
const MOMENTUM = 0.1;

/**
 * Batch normalisation over all axes but the last, with PyTorch's conventions: ε = 1e-5, running statistics moved by 0.1
 * per batch, running variance unbiased. `[…, dim] → […, dim]`. Source: Ioffe & Szegedy, arXiv 1502.03167.
 */
export function batchNorm<T extends tf.Tensor2D | tf.Tensor4D>(
  parameters: Parameters,
  name: string,
  dim: number,
): Layer<T, T> {
  const gain = parameters.constant<tf.Rank.R1>(`${name}/gain`, [dim], 1);
  const shift = parameters.constant<tf.Rank.R1>(`${name}/shift`, [dim], 0);
  const runningMean = parameters.constant<tf.Rank.R1>(`${name}/running_mean`, [dim], 0, false);
  const runningVariance = parameters.constant<tf.Rank.R1>(`${name}/running_variance`, [dim], 1, false);
  const follow = (running: tf.Variable<tf.Rank.R1>, value: tf.Tensor) =>
    running.assign(tf.add(tf.mul(running, 1 - MOMENTUM), tf.mul(value, MOMENTUM)) as tf.Tensor1D);
  return (x, training) => {
    if (!training) {
      const scale = tf.mul(gain, tf.rsqrt(tf.add(runningVariance, EPSILON)));
      return tf.add(tf.mul(x, scale), tf.sub(shift, tf.mul(runningMean, scale))) as T;
    }
    const rows = x.size / dim;
    return batchNormTraining(x, gain, shift, EPSILON, (mean, variance) => {
      follow(runningMean, mean);
      follow(runningVariance, tf.mul(variance, rows / Math.max(rows - 1, 1)));
    });
  };
}
