import * as tf from "../core/tfjs.ts";
import { stopGradient } from "../core/similarity.ts";
import type { NegativePairs } from "./negatives.ts";

/** `log w` of the negatives: `slope · cosine`, or one number per pair, `[n, c]`. */
export type LogWeights = number | tf.Tensor2D;

/** Above this β rounding by `β · 2⁻²⁴` would show in the gradient, see {@linkcode balanced}. */
const STEEP = 16;

/** Rows of two softmaxes over an anchor's negatives, and what their normalisers say. */
export interface NegativeSoftmaxes {
  /** `[n, c]` `w_ij / Σ_k w_ik`, 0 off the negatives; absent when all weigh the same. */
  weights: tf.Tensor2D | undefined;
  /** `[n, c]` `w_ij e^{s_ij} / Σ_k w_ik e^{s_ik}`, 0 off the negatives: how the gradient is shared out. */
  pulls: tf.Tensor2D;
  /** `[n, 1]` `log( Σ_j w_ij e^{s_ij} / Σ_j w_ij )`. */
  logMean: tf.Tensor2D;
}

/** Arguments of {@linkcode logMeanNegative} besides the cosines. */
export interface MeanOptions {
  /** `T`, in `s = cosine / T`. */
  temperature: number;
  /** Logarithms of the weights. */
  logWeights: LogWeights;
  /** Treat the weights as constants in the gradient. */
  stopWeightGradient: boolean;
  /** Which pairs are negatives. */
  negatives: NegativePairs;
}

/**
 * Logarithm of every anchor's weighted mean of `e^{s_ij}` over its negatives, `m_i = log( Σ_j w_ij e^{s_ij} / Σ_j w_ij )`.
 *
 * The forward pass ends in two softmaxes, `ω` of the weights and the pulls `π` of `w·e^s`. They are the
 * gradient too: `∂m_i/∂s_ij = π_ij` and `∂m_i/∂(log w_ij) = π_ij − ω_ij`. An anchor without negatives gets a finite
 * number that means nothing.
 *
 * @param cosines `[n, c]`
 * @returns `[n, 1]`
 */
export function logMeanNegative(cosines: tf.Tensor2D, options: MeanOptions): tf.Tensor2D {
  const { temperature, logWeights, stopWeightGradient } = options;
  if (typeof logWeights === "number" || stopWeightGradient) {
    const slope = typeof logWeights === "number" && !stopWeightGradient ? logWeights : 0;
    const op = tf.customGrad((u, save) => {
      const { logMean, pulls, weights } = negativeSoftmaxes(u as tf.Tensor2D, options);
      (save as tf.GradSaveFunc)(slope > 0 && weights ? [pulls, weights] : [pulls]);
      return {
        value: logMean,
        gradFunc: (dm, [pulls, weights]: tf.Tensor[]) => {
          const pulled = tf.mul(pulls, tf.mul(dm as tf.Tensor, 1 / temperature));
          if (!weights) return pulled;
          const shifts = slope * temperature > STEEP
            ? balanced(tf.sub(pulls, weights), weights)
            : tf.sub(pulls, weights);
          return tf.tidy(() => tf.add(pulled, tf.mul(shifts, tf.mul(dm as tf.Tensor, slope))));
        },
      };
    });
    return op(cosines) as tf.Tensor2D;
  }
  const op = tf.customGrad((u, a, save) => {
    const { logMean, pulls, weights } = negativeSoftmaxes(u as tf.Tensor2D, {
      ...options,
      logWeights: a as tf.Tensor2D,
    });
    (save as tf.GradSaveFunc)([pulls, weights!]);
    return {
      value: logMean,
      gradFunc: (dm, [pulls, weights]: tf.Tensor[]) => [
        tf.mul(pulls, tf.mul(dm as tf.Tensor, 1 / temperature)),
        tf.mul(balanced(tf.sub(pulls, weights), weights), dm as tf.Tensor),
      ],
    };
  });
  return op(cosines, logWeights) as tf.Tensor2D;
}

/**
 * `ω_ij = w_ij / Σ_k w_ik` over the negatives of every anchor, 0 elsewhere, differentiable unless `stopWeightGradient`. An
 * anchor without negatives gets finite numbers that mean nothing.
 *
 * @param cosines `[n, c]`
 * @returns `[n, c]`
 */
export function softmaxWeights(cosines: tf.Tensor2D, options: MeanOptions): tf.Tensor2D {
  const { logWeights, negatives, stopWeightGradient } = options;
  if (logWeights === 0) return tf.softmax(tf.neg(negatives.mask()) as tf.Tensor2D);
  if (stopWeightGradient) {
    return stopGradient(
      cosines,
      (u) => softmaxWeights(u as tf.Tensor2D, { ...options, stopWeightGradient: false }),
    );
  }
  if (typeof logWeights !== "number") {
    return softmaxOf(tf.sub(logWeights, negatives.mask()) as tf.Tensor2D);
  }
  const masked = tf.sub(cosines, negatives.mask());
  const distances = tf.sub(masked, stopGradient(masked, (u) => tf.max(u, 1, true)));
  return softmaxOf(tf.mul(distances, logWeights) as tf.Tensor2D);
}

/** `tf.softmax` with a gradient that adds up to 0 in every row, see {@linkcode balanced}. */
function softmaxOf(x: tf.Tensor2D): tf.Tensor2D {
  const op = tf.customGrad((input, save) => {
    const weights = tf.softmax(input as tf.Tensor2D);
    (save as tf.GradSaveFunc)([weights]);
    return {
      value: weights,
      gradFunc: (dy, [weights]: tf.Tensor[]) => {
        const mean = tf.sum(tf.mul(weights, dy as tf.Tensor), 1, true);
        return balanced(tf.mul(weights, tf.sub(dy as tf.Tensor, mean)), weights);
      },
    };
  });
  return op(x) as tf.Tensor2D;
}

/**
 * Slopes of weights with the sum that rounding has left in a row, where it should be 0, taken off its largest weight. It
 * matters once the weights depend on a cosine so steeply that one negative has all of it: a weight of 1 − 6e-8 in place of 1
 * would be multiplied by β/T.
 */
function balanced(slopes: tf.Tensor, weights: tf.Tensor): tf.Tensor {
  // Not by tf.greaterEqual, which takes a hundred times as long on wasm.
  const isLargest = tf.sub(1, tf.step(tf.sub(tf.max(weights, 1, true), weights)));
  const rest = tf.div(tf.sum(slopes, 1, true), tf.sum(isLargest, 1, true));
  return tf.sub(slopes, tf.mul(isLargest, rest));
}

/**
 * The softmaxes behind {@linkcode logMeanNegative}; not differentiable. A row's normaliser `Σ_j e^{x_ij − max}` is read
 * off its largest weight, which is its reciprocal.
 */
export function negativeSoftmaxes(cosines: tf.Tensor2D, options: MeanOptions): NegativeSoftmaxes {
  return typeof options.logWeights === "number"
    ? softmaxesOfLinear(cosines, options.logWeights, options)
    : softmaxesOf(cosines, options.logWeights, options);
}

/** Both exponents are multiples of the distance to the nearest negative, so no size of the slope costs it a digit. */
function softmaxesOfLinear(
  cosines: tf.Tensor2D,
  slope: number,
  { temperature, negatives }: MeanOptions,
): NegativeSoftmaxes {
  const masked = tf.tidy(() => tf.sub(cosines, negatives.mask())), nearest = tf.max(masked, 1, true);
  const distances = tf.sub(masked, nearest);
  masked.dispose();
  const softmaxOf = (scale: number) => tf.tidy(() => tf.softmax(tf.mul(distances, scale))) as tf.Tensor2D;
  const pulls = softmaxOf(slope + 1 / temperature);
  // e^{2·slope} rounds to 1 below this: no cosine changes a weight.
  const weights = slope < 2 ** -26 ? undefined : softmaxOf(slope);
  distances.dispose();
  const largestWeight = weights
    ? tf.max(weights, 1, true)
    : tf.tensor2d(negatives.counts.map((count) => 1 / Math.max(count, 1)), [negatives.counts.length, 1]);
  const logRatio = tf.log(tf.div(largestWeight, tf.max(pulls, 1, true)));
  return { weights, pulls, logMean: tf.add(tf.mul(nearest, 1 / temperature), logRatio) };
}

/** The largest log weight is subtracted before the scores are added: one of 10⁵ would leave a score few digits. */
function softmaxesOf(
  cosines: tf.Tensor2D,
  logWeights: tf.Tensor2D,
  { temperature, negatives }: MeanOptions,
): NegativeSoftmaxes {
  const masked = tf.sub(logWeights, negatives.mask());
  const relative = tf.sub(masked, tf.max(masked, 1, true)) as tf.Tensor2D;
  const weights = tf.softmax(relative);
  const exponents = tf.add(relative, tf.mul(cosines, 1 / temperature)) as tf.Tensor2D;
  const pulls = tf.softmax(exponents);
  const logRatio = tf.log(tf.div(tf.max(weights, 1, true), tf.max(pulls, 1, true)));
  return { weights, pulls, logMean: tf.add(tf.max(exponents, 1, true), logRatio) };
}
