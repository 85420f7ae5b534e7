import * as tf from "@tensorflow/tfjs";
import { describe } from "../core/checks.ts";
import { innerProducts, normalizeRows } from "../core/similarity.ts";
import { logMeanNegative, type LogWeights, type MeanOptions, negativeShares } from "./log_mean_negative.ts";
import { batchNegatives, denseLabels } from "./negatives.ts";
import { type ContrastiveOptions, type ResolvedOptions, resolveOptions } from "./options.ts";
import { positiveMean } from "./positive_mean.ts";
import { type BatchPositives, batchPositives } from "./positives.ts";

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
 * `softplus(log Q + LSE(s + log w) − LSE(log w) − s_ip)`, so it is finite at any temperature and hardening. With
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
    const evaluation = evaluate(view1, view2, batch, resolved);
    const { loss, positives: { validAnchors, pairs } } = evaluation;
    return {
      loss,
      validAnchors,
      pairs,
      effectiveNegatives: effectiveNegatives(evaluation),
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
  positives: BatchPositives;
  /** What the mean over the negatives was taken of. */
  cosines: tf.Tensor2D;
  mean: MeanOptions;
}

function evaluate(
  view1: tf.Tensor2D,
  view2: tf.Tensor2D,
  batch: number,
  options: ResolvedOptions,
): Evaluation {
  const { labels, temperature, stopWeightGradient, normalize, negativeWeight } = options;
  const classOf = denseLabels(labels, batch);
  const negatives = batchNegatives(classOf, options), { counts } = negatives;
  const positives = batchPositives(classOf, counts, options);

  const stacked = tf.concat([view1, view2], 0);
  const embeddings = normalize ? normalizeRows(stacked) : stacked;
  const cosines = innerProducts(embeddings, embeddings);
  const mean = { temperature, stopWeightGradient, negatives, logWeights: logWeights(cosines, options) };
  const logMean = logMeanNegative(cosines, mean);
  const logNegativeWeight = counts.map((count) =>
    Math.log(negativeWeight === "count" ? Math.max(count, 1) : negativeWeight)
  );
  const loss = positiveMean(embeddings, logMean, logNegativeWeight, positives, options);
  return { loss, positives, cosines, mean };
}

/** `log η` of all cosines; for exponential hardening only its slope, as no array is needed. */
function logWeights(cosines: tf.Tensor2D, { hardening, temperature }: ResolvedOptions): LogWeights {
  if (!hardening) return 0;
  if (hardening.name === "exponential") return hardening.parameters.beta / temperature;
  return hardening.logEta(cosines, temperature) as tf.Tensor2D;
}

/** Mean over the valid anchors of `1 / Σ_j ω_ij²`, with the shares `ω` of the weights. */
function effectiveNegatives({ positives, cosines, mean }: Evaluation): tf.Scalar {
  const { counts } = mean.negatives, { validAnchors } = positives;
  if (validAnchors === 0) return tf.scalar(0);
  const meanOverValid = tf.tensor2d(counts.map((count) => count > 0 ? 1 / validAnchors : 0), [
    counts.length,
    1,
  ]);
  const { shares } = negativeShares(cosines, mean);
  const perAnchor = shares
    ? tf.reciprocal(tf.sum(tf.square(shares), 1, true))
    : tf.tensor2d(counts, [counts.length, 1]);
  return tf.sum(tf.mul(perAnchor, meanOverValid)) as tf.Scalar;
}
