import * as tf from "../core/tfjs.ts";
import type { Scalar, Tensor2D } from "../core/tensors.ts";
import { allTerms, type Batch, batchOf, type OtherViews } from "./batch.ts";
import { fusedLoss, isFused } from "./fused.ts";
import type { ContrastiveOptions } from "./options.ts";
import { type NegativeStats, negativeStats, pairLoss } from "./pair_loss.ts";
import { anchorsOfTile, lossInTiles, statsInTiles } from "./tiles.ts";

export type { OtherViews } from "./batch.ts";

/** A loss with what it was averaged over. */
export interface LossWithStats extends NegativeStats {
  /** The loss, a scalar. */
  loss: Scalar;
  /** Anchors with a positive and a negative at least; the others contribute 0 and do not enter the mean. */
  validAnchors: number;
  /** (anchor, positive) pairs of the valid anchors. */
  pairs: number;
}

/**
 * The general contrastive loss of a batch with one, two or more views, of which UCL, H-UCL, SCL, H-SCL and SupCon are presets.
 *
 * For anchor `i`, positive `p` and negatives `N(i)` with weights `w_ij = η(u_ij)`, cosines `u` and `s = u/T`:
 *
 * `loss_ip = −log( e^{s_ip} / ( e^{s_ip} + Q · Σ_j w_ij e^{s_ij} / Σ_j w_ij ) )`
 *
 * averaged over the (anchor, positive) pairs of all views. Computed in log space as
 * `softplus(log Q + LSE(s + log w) − LSE(log w) − s_ip)`, so it is finite at any temperature and hardening. Its variants:
 *
 * * `tauPlus = τ⁺ > 0`: the weighted mean `m` becomes `max((m − τ⁺ e^{s_ip})/(1 − τ⁺), e^{−1/T})` (debiasing)
 * * `negatives: "others"`: the denominator is `Q · Σ_j w_ij e^{s_ij} / Σ_j w_ij` alone, over all `j ≠ i`
 * * `reduction: "inside"`: the mean of `e^{s_ip}` over the positives takes the place of `e^{s_ip}`
 * * `sampledNegatives`: negatives drawn by their weights take the place of the mean over all, see {@linkcode SampledNegatives}
 * * `psi: "hinge"`: `loss_ip = Σ_j w_ij max(0, margin + s_ij − s_ip) / Σ_j w_ij`, the triplet loss; `Q` has no part in it
 *
 * On WebAssembly InfoNCE is one kernel, in memory for the embeddings whatever their number: without extra or sampled negatives and
 * debiasing, and with no hardening or one that is exponential in the cosine, of β up to 64. Else, from 2²⁴ pairs of an embedding and a candidate on, as of 4,096 embeddings without extra negatives, some anchors at a time are
 * scored, so that memory is that of the embeddings and some 2²³ pairs (`pairsAtOnce` changes that). The value and the gradient are the same up to rounding.
 *
 * A single view, `otherViews: []`, has its positives by label: the other items of the anchor's class in the batch.
 *
 * Anchors without a negative, or without a positive, contribute 0 and do not enter the mean; a batch without any gives 0 with zero gradient. Rows
 * of zeros have cosine 0 with everything, and zero gradient. NaN and infinity in a view come out as NaN, see
 * {@linkcode checkFinite}.
 *
 * @param view1 `[batch, dim]` embeddings of the first view
 * @param otherViews `[batch, dim]` embeddings of the second view, or a list of views, none for a single view; row `i` of
 * all is the same item
 * @param options see {@linkcode ContrastiveOptions}
 * @returns a scalar, differentiable once in all views (also through the weights unless `stopWeightGradient`); to differentiate
 * its gradient throws
 * @throws {RangeError} if shapes differ, a value is out of range, labels are not one per item, or options exclude each
 * other
 * @throws {TypeError} if a view is no tensor of numbers, labels are missing where positives or negatives go by label, or one
 * is no integer
 *
 * Source: Jiang et al., arXiv 2209.00078, section 3; debiasing: Robinson et al., arXiv 2010.04592, and Chuang et al.,
 * arXiv 2007.00224; the hinge as `ψ`: Jiang et al., arXiv 2311.05139; more views: Tian et al., arXiv 1906.05849.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { contrastiveLoss, exponential, initBackend } from "@hscl/hscl";
 * await initBackend({ backend: "cpu" });
 * const view1 = tf.tensor2d([[1, 0], [0, 1], [-1, 0]]);
 * const view2 = tf.tensor2d([[0.9, 0.1], [0.1, 0.9], [-0.9, 0.1]]);
 * const view3 = tf.tensor2d([[0.9, -0.1], [-0.1, 0.9], [-0.9, -0.1]]);
 * const options = { labels: [7, 7, 3], positives: "view", hardening: exponential(2) } as const;
 * for (const others of [view2, [view2, view3]]) {
 *   const loss = contrastiveLoss(view1, others, options);
 *   assert(Number.isFinite((await loss.data())[0]));
 * }
 * ```
 */
export function contrastiveLoss(
  view1: Tensor2D,
  otherViews: OtherViews,
  options: ContrastiveOptions = {},
): Scalar {
  return tf.tidy(() => {
    const batch = batchOf(view1, otherViews, options), rows = rowsOf(batch);
    if (isFused(batch)) return fusedLoss(batch);
    if (rows !== undefined) return lossInTiles(batch, rows);
    const { pairs, score } = allTerms(batch);
    return pairLoss(pairs, score);
  });
}

/**
 * The general contrastive loss together with the number of anchors and pairs it averages, the effective number of
 * negatives `(Σw)² / Σw²` and their mean hardness, the weighted mean `Σ w u / Σ w` of their cosines; of sampled negatives
 * `w` is how often each was drawn. Arguments and errors as for {@linkcode contrastiveLoss}; only the loss is meant to be
 * differentiated.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { initBackend, lossWithStats } from "@hscl/hscl";
 * await initBackend({ backend: "cpu" });
 * const views = tf.tensor2d([[1, 0], [0, 1]]);
 * const { validAnchors, pairs, meanHardness } = lossWithStats(views, views, { labels: [0, 1] });
 * assertEquals(validAnchors, 4);
 * assertEquals(pairs, 4);
 * assertEquals((await meanHardness.data())[0], 0); // the negatives are at right angles
 * ```
 */
export function lossWithStats(
  view1: Tensor2D,
  otherViews: OtherViews,
  options: ContrastiveOptions = {},
): LossWithStats {
  return tf.tidy(() => {
    const batch = batchOf(view1, otherViews, options), rows = rowsOf(batch);
    const { validAnchors, pairs: count } = batch.groups, fused = isFused(batch);
    if (rows !== undefined) {
      const loss = fused ? fusedLoss(batch) : lossInTiles(batch, rows);
      return { loss, validAnchors, pairs: count, ...statsInTiles(batch, rows) };
    }
    const { pairs, score } = allTerms(batch), loss = fused ? fusedLoss(batch) : pairLoss(pairs, score);
    return { loss, validAnchors, pairs: count, ...negativeStats(pairs, score) };
  });
}

/** Anchors of a tile; none where all are taken at once. */
function rowsOf({ embeddings, candidates, pairsAtOnce }: Batch): number | undefined {
  return anchorsOfTile(embeddings.shape[0], candidates.shape[0], pairsAtOnce);
}
