import * as tf from "@tensorflow/tfjs";
import { describe } from "../core/checks.ts";
import { detached, innerProducts, normalizeRows, stopGradient } from "../core/similarity.ts";
import { maskedLogSoftmax, maskedLogSumExp } from "./masked_rows.ts";
import { type ContrastiveOptions, type ResolvedOptions, resolveOptions } from "./options.ts";
import { type BatchPairs, batchPairs } from "./pairs.ts";

/** A loss with what it was averaged over. */
export interface LossWithStats {
  /** The loss, a scalar. */
  loss: tf.Scalar;
  /** Anchors with at least one negative; the others contribute 0 and do not enter the mean. */
  validAnchors: number;
  /** (anchor, positive) pairs of the valid anchors. */
  pairs: number;
  /** Mean over valid anchors of `(Σw)² / Σw²`, a scalar: how many negatives carry the weight. 0 without any. */
  effectiveNegatives: tf.Scalar;
}

/**
 * The general contrastive loss of a batch with two views, of which UCL, H-UCL, SCL and H-SCL are presets.
 *
 * For anchor `i`, positive `p` and negatives `N(i)` with weights `w_ij = η(u_ij)`, cosines `u` and `s = u/T`:
 *
 * `loss_ip = −log( e^{s_ip} / ( e^{s_ip} + Q · Σ_j w_ij e^{s_ij} / Σ_j w_ij ) )`
 *
 * averaged over the (anchor, positive) pairs of both views. Computed in log space as
 * `softplus(log Q + LSE(s + log softmax(log w)) − s_ip)`, so it is finite at any temperature and hardening. With
 * `tauPlus = τ⁺ > 0` the weighted mean `m` becomes `max((m − τ⁺ e^{s_ip})/(1 − τ⁺), e^{−1/T})` (debiasing).
 *
 * Anchors without a negative contribute 0 and do not enter the mean; a batch without any gives 0 with zero gradient.
 *
 * @param view1 `[batch, dim]` embeddings of the first view
 * @param view2 `[batch, dim]` embeddings of the second view; row `i` of both is the same item
 * @param options see {@linkcode ContrastiveOptions}
 * @returns a scalar, differentiable in both views (also through the weights unless `stopWeightGradient`)
 * @throws {RangeError} if shapes differ, a value is out of range or labels are not one per item
 * @throws {TypeError} if labels are missing where positives or negatives go by label
 *
 * Source: Jiang et al., arXiv 2209.00078, section 3; debiasing: Robinson et al., arXiv 2010.04592, and Chuang et al.,
 * arXiv 2007.00224.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { contrastiveLoss, exponential, initBackend } from "hscl";
 * await initBackend({ backend: "cpu" });
 * const view1 = tf.tensor2d([[1, 0], [0, 1], [-1, 0]]);
 * const view2 = tf.tensor2d([[0.9, 0.1], [0.1, 0.9], [-0.9, 0.1]]);
 * const loss = contrastiveLoss(view1, view2, { labels: [7, 7, 3], positives: "view", hardening: exponential(2) });
 * console.assert(Number.isFinite((await loss.data())[0]));
 * ```
 */
export function contrastiveLoss(
  view1: tf.Tensor2D,
  view2: tf.Tensor2D,
  options: ContrastiveOptions = {},
): tf.Scalar {
  const batch = checkViews(view1, view2);
  const resolved = resolveOptions(options, batch);
  return tf.tidy(() => evaluate(view1, view2, batch, resolved).loss);
}

/**
 * The general contrastive loss together with the number of anchors and pairs it averages and the effective number of
 * negatives. Arguments and errors as for {@linkcode contrastiveLoss}.
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { initBackend, lossWithStats } from "hscl";
 * await initBackend({ backend: "cpu" });
 * const views = tf.tensor2d([[1, 0], [0, 1]]);
 * const { validAnchors, pairs } = lossWithStats(views, views, { labels: [0, 1] });
 * console.assert(validAnchors === 4 && pairs === 4);
 * ```
 */
export function lossWithStats(
  view1: tf.Tensor2D,
  view2: tf.Tensor2D,
  options: ContrastiveOptions = {},
): LossWithStats {
  const batch = checkViews(view1, view2);
  const resolved = resolveOptions(options, batch);
  return tf.tidy(() => {
    const { loss, logShares, pairs } = evaluate(view1, view2, batch, resolved);
    return {
      loss,
      validAnchors: pairs.validAnchors,
      pairs: pairs.pairs,
      effectiveNegatives: effectiveNegatives(logShares, pairs),
    };
  });
}

function checkViews(view1: tf.Tensor2D, view2: tf.Tensor2D): number {
  if (
    view1.rank !== 2 || view2.rank !== 2 || view1.shape[0] !== view2.shape[0] ||
    view1.shape[1] !== view2.shape[1]
  ) {
    throw new RangeError(
      "Cannot compute the loss as both views must be [batch, dim] and of the same shape: received " +
        `${describe(view1.shape)} and ${describe(view2.shape)}`,
    );
  }
  if (view1.size === 0) {
    throw new RangeError(
      `Cannot compute the loss as a batch must not be empty: received ${describe(view1.shape)}`,
    );
  }
  return view1.shape[0];
}

interface Evaluation {
  loss: tf.Scalar;
  /** `[2B, 2B]` logarithms of the normalised weights of the negatives; absent for equal weights. */
  logShares: tf.Tensor2D | undefined;
  pairs: BatchPairs;
}

function evaluate(
  view1: tf.Tensor2D,
  view2: tf.Tensor2D,
  batch: number,
  options: ResolvedOptions,
): Evaluation {
  const { temperature, hardening } = options;
  const pairs = batchPairs(batch, options);
  const stacked = tf.concat([view1, view2], 0);
  const embeddings = options.normalize ? normalizeRows(stacked) : stacked;
  const cosines = innerProducts(embeddings, embeddings);
  const scores = tf.mul(cosines, 1 / temperature) as tf.Tensor2D;

  let logWeights = hardening?.logEta(cosines, temperature) as tf.Tensor2D | undefined;
  if (logWeights && options.stopWeightGradient) logWeights = stopGradient(logWeights);

  // Weights are normalised before the scores are added: a log weight of 10⁵ would leave a score few digits.
  const logShares = logWeights ? maskedLogSoftmax(logWeights, pairs.negativeMask) : undefined;
  const logMeanNegative = maskedLogSumExp(
    tf.add(scores, logShares ?? tf.neg(logCounts(pairs))),
    pairs.negativeMask,
  );

  // [2B, 1] when the other view is the only positive, else [2B, 2B] with a mask.
  const positiveScores = pairs.positiveMask ? scores : otherViewScores(embeddings, batch, temperature);
  const logMean = options.tauPlus > 0
    ? debias(logMeanNegative, positiveScores, options.tauPlus, temperature)
    : logMeanNegative;
  const perPair = tf.softplus(tf.sub(tf.add(logMean, logNegativeWeight(pairs, options)), positiveScores));
  return { loss: average(perPair, pairs, options), logShares, pairs };
}

/** Scores of every embedding with its other view, `[2B, 1]`. */
function otherViewScores(embeddings: tf.Tensor2D, batch: number, temperature: number): tf.Tensor2D {
  const [first, second] = tf.split(embeddings, [batch, batch], 0);
  const scores = tf.mul(tf.sum(tf.mul(first, second), 1, true), 1 / temperature);
  return tf.concat([scores, scores], 0) as tf.Tensor2D;
}

/** `log Q`, a number or one per anchor. */
function logNegativeWeight(pairs: BatchPairs, options: ResolvedOptions): tf.Tensor {
  return options.negativeWeight === "count" ? logCounts(pairs) : tf.scalar(Math.log(options.negativeWeight));
}

/** Logarithm of the number of negatives of each anchor, `[2B, 1]`; 0 for anchors without any. */
function logCounts({ negativeCounts }: BatchPairs): tf.Tensor2D {
  return tf.log(tf.tensor2d(negativeCounts.map((count) => Math.max(count, 1)), [negativeCounts.length, 1]));
}

/** `log max((m − τ⁺ e^{s_ip})/(1 − τ⁺), e^{−1/T})` from `log m` and `s_ip`, without leaving the range of float32. */
function debias(
  logMean: tf.Tensor,
  positiveScores: tf.Tensor,
  tauPlus: number,
  temperature: number,
): tf.Tensor {
  const shift = stopGradient(tf.maximum(logMean, positiveScores));
  const difference = tf.sub(
    tf.exp(tf.sub(logMean, shift)),
    tf.mul(tf.exp(tf.sub(positiveScores, shift)), tauPlus),
  );
  const positive = detached(difference, (x) => tf.greater(x, 0));
  const safe = tf.where(positive, difference, tf.onesLike(difference));
  const logDebiased = tf.sub(tf.add(tf.log(safe), shift), Math.log(1 - tauPlus));
  const floor = tf.fill(logDebiased.shape, -1 / temperature);
  return tf.maximum(tf.where(positive, logDebiased, floor), floor);
}

/** Mean over the pairs of the valid anchors, or over the anchors of the mean over their positives. */
function average(perPair: tf.Tensor, pairs: BatchPairs, options: ResolvedOptions): tf.Scalar {
  const n = pairs.negativeCounts.length;
  const share = pairs.negativeCounts.map((negatives, i) => {
    if (negatives === 0) return 0;
    return options.reduction === "pairs"
      ? 1 / pairs.pairs
      : 1 / (pairs.validAnchors * pairs.positiveCounts[i]);
  });
  const weights = tf.tensor2d(share, [n, 1]);
  const counted = pairs.positiveMask ? tf.where(pairs.positiveMask, perPair, tf.zerosLike(perPair)) : perPair;
  return tf.sum(tf.mul(tf.sum(counted, 1, true), weights)) as tf.Scalar;
}

function effectiveNegatives(logShares: tf.Tensor2D | undefined, pairs: BatchPairs): tf.Scalar {
  const n = pairs.negativeCounts.length;
  if (pairs.validAnchors === 0) return tf.scalar(0);
  const meanOverValid = tf.tensor2d(
    pairs.negativeCounts.map((count) => count > 0 ? 1 / pairs.validAnchors : 0),
    [n, 1],
  );
  const perAnchor = logShares
    ? tf.exp(tf.neg(maskedLogSumExp(tf.mul(logShares, 2), pairs.negativeMask)))
    : tf.tensor2d(pairs.negativeCounts, [n, 1]);
  return tf.sum(tf.mul(perAnchor, meanOverValid)) as tf.Scalar;
}
