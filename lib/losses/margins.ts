import * as tf from "../core/tfjs.ts";

/** `log M − s` of every pair, and its slopes where they are not `1` in `m` and `−1` in `s`. */
export interface Margins {
  /** `[count, rows, size]`. */
  values: tf.Tensor;
  /** Derivatives in `m` and in `s`, or nothing when `M = e^m`. */
  slopes: [] | [inMean: tf.Tensor, inScore: tf.Tensor];
}

/**
 * How far the mean over the negatives is above the positive, `log M_ip − s_ip`, where `M = e^m`, or debiased
 * `M = max((e^m − τ⁺ e^s)/(1 − τ⁺), e^{−1/T})`.
 *
 * Debiased, with `g = 1/(1 − τ⁺ e^{s − m})`, the slopes are `g` and `−g` where the maximum is its first argument, and `0` and
 * `−1` where it is the second.
 *
 * @param logMean `m`, `[count, rows, 1]`
 * @param scores `s`, `[count, rows, size]`
 */
export function margins(
  logMean: tf.Tensor,
  scores: tf.Tensor,
  { tauPlus, temperature }: { tauPlus: number; temperature: number },
): Margins {
  if (tauPlus === 0) return { values: tf.sub(logMean, scores), slopes: [] };
  // Beyond e^60 the positive outweighs the negatives by far at any τ⁺; e^100 would be infinite.
  const kept = tf.sub(1, tf.mul(tf.exp(tf.minimum(tf.sub(scores, logMean), 60)), tauPlus));
  const isPositive = tf.step(kept), safe = tf.add(tf.mul(kept, isPositive), tf.sub(1, isPositive));
  const floor = -1 / temperature;
  const aboveFloor = tf.mul(tf.sub(tf.add(tf.log(safe), logMean), Math.log(1 - tauPlus) + floor), isPositive);
  const isAbove = tf.step(aboveFloor), inMean = tf.div(isAbove, safe);
  return {
    values: tf.sub(tf.add(tf.relu(aboveFloor), floor), scores),
    slopes: [inMean, tf.sub(tf.sub(isAbove, inMean), 1)],
  };
}
