import * as tf from "../core/tfjs.ts";
import { gatherRows, joinBlocks, splitBlocks } from "./blocks.ts";
import { type Margins, margins } from "./margins.ts";
import { MASKED } from "./negatives.ts";
import type { ResolvedScore } from "./options.ts";
import type { PositivePairs } from "./positives.ts";

/**
 * InfoNCE: the mean over the positive pairs of `softplus(y_ip)`, with `y_ip = log Q_i + log M_ip − s_ip` the logarithm of
 * the negatives' part of the denominator over the positive's, see {@linkcode margins}.
 *
 * Where the positive is among the negatives, they are the whole denominator, and `y_ip` itself is the loss of a pair.
 * Where the mean over positives is inside the logarithm, `s_i = log mean_p e^{s_ip}` takes the place of all `s_ip`.
 *
 * With `r_ip` the pair's weight times `σ(y_ip)` (or 1), the gradient is `r_ip · ∂y/∂m` in the anchor's `m` and
 * `r_ip · ∂y/∂s` in the pair's score.
 *
 * @param logMean `m`, `[n, 1]`
 * @param positiveCosines of the pairs in `positives`, block after block
 * @param logNegativeWeight `log Q`, `[n]`
 */
export function infoNce(
  logMean: tf.Tensor2D,
  positiveCosines: tf.Tensor1D,
  logNegativeWeight: Float32Array,
  positives: PositivePairs,
  options: ResolvedScore,
): tf.Scalar {
  const op = tf.customGrad((m, u, save) => {
    const logMeans = positives.blocks.map(({ count, rows, anchors }) =>
      tf.reshape(gatherRows(m as tf.Tensor, anchors), [count, rows, 1])
    );
    const logQ = positives.blocks.map(({ count, rows, anchors }) =>
      tf.tensor3d(Float32Array.from(anchors, (i) => logNegativeWeight[i]), [count, rows, 1])
    );
    const parts = splitBlocks(u as tf.Tensor, positives).map((cosines, b) => {
      const { count, rows, size, weights } = positives.blocks[b];
      return tf.tidy(() =>
        weightedSum(logMeans[b], cosines, logQ[b], tf.tensor3d(weights, [count, rows, size]), options)
      );
    });
    (save as tf.GradSaveFunc)([
      gatherRows(joinBlocks(parts.map(({ inMean }) => tf.reshape(inMean, [-1, 1]))), positives.rowOf),
      joinBlocks(parts.map(({ inCosines }) => tf.reshape(inCosines, [-1]))),
    ]);
    return {
      value: tf.addN(parts.map(({ loss }) => loss)),
      gradFunc: (dy, saved) => (saved as tf.Tensor[]).map((slope) => tf.mul(slope, dy as tf.Tensor)),
    };
  });
  return op(logMean, positiveCosines) as tf.Scalar;
}

// A type, not an interface, so that tf.tidy takes it for a container of tensors.
type WeightedSum = {
  /** Scalar. */
  loss: tf.Tensor;
  /** Its derivatives, `[count, rows, 1]`. */
  inMean: tf.Tensor;
  /** `[count, rows, size]`. */
  inCosines: tf.Tensor;
};

/** Weighted sum of the losses of the pairs within blocks. */
function weightedSum(
  logMeans: tf.Tensor,
  cosines: tf.Tensor,
  logQ: tf.Tensor,
  weights: tf.Tensor,
  options: ResolvedScore,
): WeightedSum {
  const scores = tf.mul(cosines, 1 / options.temperature);
  if (options.meanInside) {
    const { logMean: pooled, softmaxWeights } = meanOfPositives(scores, weights);
    const anchorWeights = tf.sum(weights, 2, true);
    const { loss, inMean, inScore } = slopes(
      margins(logMeans, pooled, options),
      logQ,
      anchorWeights,
      options,
    );
    return { loss, inMean, inCosines: tf.mul(softmaxWeights, tf.mul(inScore, 1 / options.temperature)) };
  }
  const { loss, inMean, inScore } = slopes(margins(logMeans, scores, options), logQ, weights, options);
  return { loss, inMean: tf.sum(inMean, 2, true), inCosines: tf.mul(inScore, 1 / options.temperature) };
}

/** Weighted sum of `softplus(y)` or `y` with its derivatives in `m` and `s`. */
function slopes(
  { values, slopes: [inMean, inScore] }: Margins,
  logQ: tf.Tensor,
  weights: tf.Tensor,
  { positiveIncluded, negativeWeight }: ResolvedScore,
): { loss: tf.Tensor; inMean: tf.Tensor; inScore: tf.Tensor } {
  const y = tf.add(values, logQ);
  const losses = () => !positiveIncluded ? tf.softplus(y) : negativeWeight === "count" ? atLeastZero(y) : y;
  const pulls = positiveIncluded ? weights : tf.tidy(() => tf.mul(tf.sigmoid(y), weights));
  return {
    // In two steps: float32 adds up the last axis, then its sums, with less rounding than all at once.
    loss: tf.tidy(() => tf.sum(tf.sum(tf.mul(losses(), weights), -1))),
    inMean: inMean ? tf.mul(pulls, inMean) : pulls,
    inScore: inScore ? tf.mul(pulls, inScore) : tf.neg(pulls),
  };
}

/** Where the whole denominator holds the positive, only rounding makes it less. Lets NaN through, which a maximum may not. */
function atLeastZero(y: tf.Tensor): tf.Tensor {
  return tf.add(y, tf.relu(tf.neg(y)));
}

/** `log mean_p e^{s_ip}` over the positives of each row, `[count, rows, 1]`, and how its slope is shared out among them. */
function meanOfPositives(
  scores: tf.Tensor,
  weights: tf.Tensor,
): { logMean: tf.Tensor; softmaxWeights: tf.Tensor } {
  const isPositive = tf.step(weights);
  const kept = tf.sub(scores, tf.mul(tf.sub(1, isPositive), MASKED));
  const softmaxWeights = tf.softmax(kept);
  // The largest softmax weight is the reciprocal of Σ e^{s − max}; rows without positives count as one to stay finite.
  const count = tf.maximum(tf.sum(isPositive, 2, true), 1);
  const logRatio = tf.log(tf.mul(tf.max(softmaxWeights, 2, true), count));
  return { logMean: tf.sub(tf.max(kept, 2, true), logRatio), softmaxWeights };
}
