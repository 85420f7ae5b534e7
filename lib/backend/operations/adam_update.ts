import * as tf from "../../core/tfjs.ts";
import { hasKernel, runKernel } from "./has_kernel.ts";

/** Constants of one {@linkcode adamUpdate}. */
export interface AdamUpdateOptions {
  /** Counts updates from 1, for the bias corrections. */
  step: number;
  /** Step size. */
  learningRate: number;
  /** `λ`: adds `λ · weight` to the gradient. */
  weightDecay: number;
  /** Decay of the mean gradient. */
  beta1: number;
  /** Decay of the mean squared gradient. */
  beta2: number;
  /** Keeps the division finite. */
  epsilon: number;
}

/** What one update of Adam gives. */
export interface AdamUpdate {
  /** New weight. */
  weight: tf.Tensor;
  /** New mean gradient. */
  m: tf.Tensor;
  /** New mean squared gradient. */
  v: tf.Tensor;
}

/**
 * One update of Adam for one array, all of the same shape:
 *
 * `g = gradient + λ·weight`, `m ← β₁m + (1−β₁)g`, `v ← β₂v + (1−β₂)g²`,
 * `weight ← weight − α · (m/(1−β₁ᵗ)) / (√(v/(1−β₂ᵗ)) + ε)`
 *
 * with `t` the step and `α` the learning rate; one kernel where the backend has it.
 *
 * Source: Kingma & Ba, arXiv 1412.6980; weight decay as PyTorch's Adam.
 */
export function adamUpdate(
  { weight, gradient, m, v }: AdamUpdate & { gradient: tf.Tensor },
  { step, learningRate, weightDecay, beta1, beta2, epsilon }: AdamUpdateOptions,
): AdamUpdate {
  // m/(1−β₁ᵗ) / (√(v/(1−β₂ᵗ)) + ε) = √(1−β₂ᵗ)/(1−β₁ᵗ) · m / (√v + ε√(1−β₂ᵗ))
  const correction = Math.sqrt(1 - beta2 ** step);
  const stepSize = learningRate * correction / (1 - beta1 ** step), epsilonHat = epsilon * correction;
  if (hasKernel("AdamUpdate", weight, gradient, m, v)) {
    const attributes = { stepSize, epsilonHat, beta1, beta2, weightDecay };
    const [newWeight, newM, newV] = runKernel<tf.Tensor[]>(
      "AdamUpdate",
      { weight, gradient, m, v },
      attributes,
    );
    return { weight: newWeight, m: newM, v: newV };
  }
  const g = weightDecay > 0 ? tf.add(gradient, tf.mul(weight, weightDecay)) : gradient;
  const newM = tf.add(tf.mul(m, beta1), tf.mul(g, 1 - beta1));
  const newV = tf.add(tf.mul(v, beta2), tf.mul(tf.square(g), 1 - beta2));
  const change = tf.mul(tf.div(newM, tf.add(tf.sqrt(newV), epsilonHat)), stepSize);
  return { weight: tf.sub(weight, change), m: newM, v: newV };
}
