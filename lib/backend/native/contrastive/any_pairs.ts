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

/** Far above any exponent, and finite even times a large factor. */
const MASKED = 2 ** 60;

/**
 * The loss of anchors, and its slopes in their cosines with all embeddings, `[rows, n]`, whatever these are: exponents are taken
 * from the largest of each anchor.
 */
export function anyPairs(
  cosines: tf.Tensor,
  anchors: Anchors,
  settings: Settings,
): { loss: tf.Tensor; inCosines: tf.Tensor } {
  const { temperature, slope, stopWeightGradient } = settings;
  const column = columns(cosines.shape[1]!);
  const masked = tf.sub(cosines, tf.mul(oneWhere(within(column, anchors.excluded)), MASKED));
  const nearest = tf.max(masked, 1, true), distances = tf.sub(masked, nearest);
  const pulls = softmaxOf(tf.mul(distances, slope + 1 / temperature));
  const weights = slope < NO_SLOPE ? undefined : softmaxOf(tf.mul(distances, slope));
  const total = weights ? weights.total : tf.maximum(anchors.counts, 1);
  const logMean = tf.add(tf.mul(nearest, 1 / temperature), tf.log(tf.div(pulls.total, total)));

  const { loss, inMean, inPositives } = positivePairs(
    tf.mul(cosines, 1 / temperature),
    logMean,
    positivesAmong(column, anchors),
    anchors,
    settings,
  );
  let inCosines = tf.sub(
    tf.mul(pulls.shares, tf.mul(inMean, 1 / temperature)),
    tf.mul(inPositives, 1 / temperature),
  );
  if (weights && !stopWeightGradient) {
    const shifts = tf.sub(pulls.shares, weights.shares);
    const exact = slope * temperature > STEEP ? balanced(shifts, weights.shares) : shifts;
    inCosines = tf.add(inCosines, tf.mul(exact, tf.mul(inMean, slope)));
  }
  return { loss, inCosines };
}

/** Shares of exponentials of numbers of which the largest is 0 in their sum, and the sum, by rows. */
function softmaxOf(exponents: tf.Tensor): { shares: tf.Tensor; total: tf.Tensor } {
  const powers = tf.exp(exponents), total = tf.sum(powers, 1, true);
  return { shares: tf.div(powers, total), total };
}

/** Slopes that add up to 0 in every row but for rounding, which is taken off the largest weights. */
function balanced(slopes: tf.Tensor, weights: tf.Tensor): tf.Tensor {
  const isLargest = tf.cast(tf.equal(weights, tf.max(weights, 1, true)), "float32");
  const rest = tf.div(tf.sum(slopes, 1, true), tf.sum(isLargest, 1, true));
  return tf.sub(slopes, tf.mul(isLargest, rest));
}

/** The loss of the positive pairs of anchors with its slopes in `logMean` and, less what they are below 0, in the scores. */
function positivePairs(
  scores: tf.Tensor,
  logMean: tf.Tensor,
  isPositive: tf.Tensor,
  { weights, logQ }: Anchors,
  { meanInside, positiveIncluded, countedWeight }: Settings,
): { loss: tf.Tensor; inMean: tf.Tensor; inPositives: tf.Tensor } {
  const lossesOf = (y: tf.Tensor) =>
    !positiveIncluded ? tf.softplus(y) : countedWeight ? tf.add(y, tf.relu(tf.neg(y))) : y;
  const pullsOf = (y: tf.Tensor, weight: tf.Tensor) =>
    positiveIncluded ? weight : tf.mul(tf.sigmoid(y), weight);
  const sumOf = (x: tf.Tensor) => tf.sum(tf.sum(x, 1));
  if (!meanInside) {
    const y = tf.add(tf.sub(logMean, scores), logQ), weight = tf.mul(isPositive, weights);
    const pulls = pullsOf(y, weight);
    return { loss: sumOf(tf.mul(lossesOf(y), weight)), inMean: tf.sum(pulls, 1, true), inPositives: pulls };
  }
  const kept = tf.sub(scores, tf.mul(tf.sub(1, isPositive), MASKED)), largest = tf.max(kept, 1, true);
  const { shares, total } = softmaxOf(tf.sub(kept, largest)), count = tf.sum(isPositive, 1, true);
  const pooled = tf.add(largest, tf.log(tf.div(total, tf.maximum(count, 1))));
  const y = tf.add(tf.sub(logMean, pooled), logQ), weight = tf.mul(count, weights);
  const pulls = pullsOf(y, weight);
  return { loss: sumOf(tf.mul(lossesOf(y), weight)), inMean: pulls, inPositives: tf.mul(shares, pulls) };
}
