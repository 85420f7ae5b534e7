import * as tf from "../../../core/tfjs.ts";
import {
  type Anchors,
  columns,
  NO_SLOPE,
  oneWhere,
  positivesAmong,
  type Settings,
  STEEP,
  within,
} from "./anchors.ts";

// e^-80 is well above the smallest number of float32, as e^80 is below the largest.
const RANGE = 80;

/**
 * Whether all exponentials may be taken from the largest cosine that there can be.
 *
 * @param bound what no cosine exceeds, nor its negative
 */
export function areNear(
  bound: number,
  { temperature, slope, meanInside, logNegativeWeight }: Settings & { logNegativeWeight: Float32Array },
): boolean {
  const logQ = logNegativeWeight.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  // False where the bound is not a number.
  return !meanInside && slope * temperature <= STEEP && 2 * bound * (slope + 1 / temperature) + logQ <= RANGE;
}

/**
 * The exponentials of anchors and all embeddings, `[rows, n]`. From one largest cosine for all anchors they are the same for both of a
 * pair: `powers` are `e^{s − s_max}`, `shares` the weights of negatives, whose product is what weighs in the loss.
 */
export interface Exponentials {
  /** `s − s_max`. */
  exponents: tf.Tensor;
  powers: tf.Tensor;
  /** 0 for what is no negative. */
  shares: tf.Tensor;
  isPositive: tf.Tensor;
}

/** What the slopes in a pair's cosine take of each of the two, `[rows, 1]`. */
export interface Sums {
  /** Times `powers`, `e^{−y}`. */
  levels: tf.Tensor;
  /** What a pair weighs. */
  weights: tf.Tensor;
  /** Times `powers` times `shares`, the negatives' slope. */
  pulls: tf.Tensor;
  /** Times `shares`, what the weights' normaliser takes off that; absent where weights are constants. */
  pushes?: tf.Tensor;
}

/** As {@linkcode Exponentials}. */
export function exponentialsOf(
  cosines: tf.Tensor,
  bound: tf.Tensor,
  anchors: Anchors,
  { temperature, slope }: Settings,
): Exponentials {
  const column = columns(cosines.shape[1]!), below = tf.sub(cosines, bound);
  const isNegative = oneWhere(tf.logicalNot(within(column, anchors.excluded)));
  const exponents = tf.mul(below, 1 / temperature);
  return {
    exponents,
    powers: tf.exp(exponents),
    shares: slope < NO_SLOPE ? isNegative : tf.mul(tf.exp(tf.mul(below, slope)), isNegative),
    isPositive: positivesAmong(column, anchors),
  };
}

/** The loss of anchors, and what the slopes take of them. */
export function sumsOf(
  { exponents, powers, shares, isPositive }: Exponentials,
  { counts, weights, logQ }: Anchors,
  { temperature, slope, stopWeightGradient, positiveIncluded, countedWeight }: Settings,
): { loss: tf.Tensor; sums: Sums } {
  const isHardened = slope >= NO_SLOPE;
  const pull = sumOfSome(tf.mul(powers, shares));
  const total = isHardened ? sumOfSome(shares) : tf.maximum(counts, 1);
  const levels = tf.div(total, tf.mul(pull, tf.exp(logQ))), weight = tf.mul(isPositive, weights);
  let losses: tf.Tensor;
  if (positiveIncluded) {
    const y = tf.sub(tf.neg(tf.log(levels)), exponents);
    losses = countedWeight ? tf.relu(y) : y;
  } else losses = tf.log1p(tf.reciprocal(tf.mul(powers, levels)));
  const loss = tf.sum(tf.sum(tf.mul(losses, weight), 1));
  const inMean = tf.sum(positivePulls(powers, levels, weight, positiveIncluded), 1, true);
  const rate = isHardened && !stopWeightGradient ? slope : 0;
  const sums = { levels, weights, pulls: tf.div(tf.mul(inMean, rate + 1 / temperature), pull) };
  return { loss, sums: rate > 0 ? { ...sums, pushes: tf.div(tf.mul(inMean, rate), total) } : sums };
}

/** The sum of both slopes of a pair in its cosine, so that the gradient is one product of them with all embeddings. */
export function slopesOf(
  { powers, shares, isPositive }: Exponentials,
  own: Sums,
  all: Sums,
  { temperature, positiveIncluded }: Settings,
): tf.Tensor {
  const ofBoth = (of: (sums: Sums) => tf.Tensor) => tf.add(of(own), tf.reshape(of(all), [1, -1]));
  const positive = (levels: tf.Tensor, weights: tf.Tensor) =>
    positivePulls(powers, levels, tf.mul(isPositive, weights), positiveIncluded);
  const across = (x: tf.Tensor) => tf.reshape(x, [1, -1]);
  const positives = tf.add(
    positive(own.levels, own.weights),
    positive(across(all.levels), across(all.weights)),
  );
  const pulls = tf.mul(powers, ofBoth(({ pulls }) => pulls));
  const negatives = own.pushes ? tf.sub(pulls, ofBoth(({ pushes }) => pushes!)) : pulls;
  return tf.sub(tf.mul(shares, negatives), tf.mul(positives, 1 / temperature));
}

/** Less what a positive's slope in its score is below 0. */
function positivePulls(
  powers: tf.Tensor,
  levels: tf.Tensor,
  weight: tf.Tensor,
  positiveIncluded: boolean,
): tf.Tensor {
  return positiveIncluded ? weight : tf.div(weight, tf.add(tf.mul(powers, levels), 1));
}

/** The sums of rows, and 1 of those without any, whose weight is 0. */
function sumOfSome(x: tf.Tensor): tf.Tensor {
  const sums = tf.sum(x, 1, true);
  return tf.add(sums, oneWhere(tf.equal(sums, 0)));
}
