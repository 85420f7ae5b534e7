import * as tf from "@tensorflow/tfjs";
import type { Parameters } from "./parameters.ts";

/** Part of an encoder: a tensor in, a tensor out. `training` chooses batch statistics over running ones. */
export type Layer<In extends tf.Tensor, Out extends tf.Tensor> = (x: In, training: boolean) => Out;

/** `3 × 3` convolution with bias, padding "same", followed by a rectifier. `[n, h, w, in] → [n, h/s, w/s, out]`. */
export function convRelu(
  parameters: Parameters,
  name: string,
  { inputs, outputs, stride }: { inputs: number; outputs: number; stride: number },
): Layer<tf.Tensor4D, tf.Tensor4D> {
  const filter = parameters.uniform<tf.Rank.R4>(`${name}/filter`, [3, 3, inputs, outputs], 9 * inputs);
  const bias = parameters.uniform<tf.Rank.R1>(`${name}/bias`, [outputs], 9 * inputs);
  return (x) => tf.relu(tf.add(tf.conv2d(x, filter, stride, "same"), bias)) as tf.Tensor4D;
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

const EPSILON = 1e-5;
const MOMENTUM = 0.1;

/**
 * Batch normalisation over the rows of `[n, dim]`, with PyTorch's conventions: ε = 1e-5, running statistics moved by 0.1
 * per batch, running variance unbiased. Source: Ioffe & Szegedy, arXiv 1502.03167.
 */
export function batchNorm(
  parameters: Parameters,
  name: string,
  dim: number,
): Layer<tf.Tensor2D, tf.Tensor2D> {
  const gain = parameters.constant<tf.Rank.R1>(`${name}/gain`, [dim], 1);
  const shift = parameters.constant<tf.Rank.R1>(`${name}/shift`, [dim], 0);
  const runningMean = parameters.constant<tf.Rank.R1>(`${name}/running_mean`, [dim], 0, false);
  const runningVariance = parameters.constant<tf.Rank.R1>(`${name}/running_variance`, [dim], 1, false);
  const follow = (running: tf.Variable<tf.Rank.R1>, value: tf.Tensor) =>
    running.assign(tf.add(tf.mul(running, 1 - MOMENTUM), tf.mul(value, MOMENTUM)) as tf.Tensor1D);
  return (x, training) => {
    if (!training) {
      const scale = tf.mul(gain, tf.rsqrt(tf.add(runningVariance, EPSILON)));
      return tf.add(tf.mul(tf.sub(x, runningMean), scale), shift) as tf.Tensor2D;
    }
    const rows = x.shape[0];
    const mean = tf.mean(x, 0), centred = tf.sub(x, mean), variance = tf.mean(tf.square(centred), 0);
    follow(runningMean, mean);
    follow(runningVariance, tf.mul(variance, rows / Math.max(rows - 1, 1)));
    return tf.add(tf.mul(centred, tf.mul(gain, tf.rsqrt(tf.add(variance, EPSILON)))), shift) as tf.Tensor2D;
  };
}
