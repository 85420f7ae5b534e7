import * as tf from "@tensorflow/tfjs";
import { describe } from "../core/checks.ts";
import { float32Array } from "../core/float_array.ts";
import { firstOrder } from "../core/first_order.ts";
import { floatTensor } from "../core/float_tensor.ts";
import { integerLabels } from "../core/labels.ts";
import { innerProducts, normalizeRows, stopGradient } from "../core/similarity.ts";
import type { Scalar, Tensor2D } from "../core/tensors.ts";
import { blockCosines } from "./blocks.ts";
import { denseLabels } from "./labels.ts";
import { batchNegatives } from "./negatives.ts";
import {
  type ContrastiveOptions,
  type ExtraNegatives,
  type ResolvedOptions,
  type ResolvedScore,
  resolveOptions,
} from "./options.ts";
import { type NegativeStats, negativeStats, pairLoss, type Pairs } from "./pair_loss.ts";
import { batchPositives } from "./positives.ts";
import { sampleNegatives } from "./sampled_negatives.ts";

/** The views of a batch besides the first: one, or a list for more than two views in all. */
export type OtherViews = Tensor2D | readonly Tensor2D[];

/** A loss with what it was averaged over. */
export interface LossWithStats extends NegativeStats {
  /** The loss, a scalar. */
  loss: Scalar;
  /** Anchors with at least one negative; the others contribute 0 and do not enter the mean. */
  validAnchors: number;
  /** (anchor, positive) pairs of the valid anchors. */
  pairs: number;
}

/**
 * The general contrastive loss of a batch with two or more views, of which UCL, H-UCL, SCL, H-SCL and SupCon are presets.
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
 * Anchors without a negative contribute 0 and do not enter the mean; a batch without any gives 0 with zero gradient. Rows
 * of zeros have cosine 0 with everything, and zero gradient. NaN and infinity in a view come out as NaN, see
 * {@linkcode checkFinite}.
 *
 * @param view1 `[batch, dim]` embeddings of the first view
 * @param otherViews `[batch, dim]` embeddings of the second view, or a list of views; row `i` of all is the same item
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
    const views = checkedViews(view1, otherViews);
    const { pairs, score } = batchTerms(views, options);
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
    const views = checkedViews(view1, otherViews);
    const { pairs, score } = batchTerms(views, options);
    const { validAnchors, pairs: count } = pairs.positives;
    return {
      loss: pairLoss(pairs, score),
      validAnchors,
      pairs: count,
      ...negativeStats(pairs, score),
    };
  });
}

/** All views as float32. */
function checkedViews(view1: Tensor2D, otherViews: OtherViews): Tensor2D[] {
  const others = Array.isArray(otherViews) ? otherViews as Tensor2D[] : [otherViews as Tensor2D];
  if (others.length === 0) {
    throw new RangeError("Cannot compute the loss as there must be at least two views: received one");
  }
  const views = [view1, ...others].map((view, v) => floatTensor(`view ${v + 1}`, view));
  const [batch, dim] = views[0].shape;
  if (!views.every(({ rank, shape }) => rank === 2 && shape[0] === batch && shape[1] === dim)) {
    throw new RangeError(
      "Cannot compute the loss as all views must be [batch, dim] and of the same shape: received " +
        views.map(({ shape }) => describe(shape)).join(" and "),
    );
  }
  if (views[0].size === 0) {
    throw new RangeError(
      `Cannot compute the loss as a batch must not be empty: received ${describe(views[0].shape)}`,
    );
  }
  return views;
}

/** The pairs of a batch, and how they are scored. */
function batchTerms(views: Tensor2D[], options: ContrastiveOptions): { pairs: Pairs; score: ResolvedScore } {
  const resolved = resolveOptions(options, views[0].shape[0], views.length);
  const pairs = batchPairs(views, resolved), { sampledNegatives } = resolved;
  if (!sampledNegatives) return { pairs, score: resolved };
  return {
    pairs: sampleNegatives(pairs, resolved, sampledNegatives),
    score: { ...resolved, hardening: undefined, stopWeightGradient: true },
  };
}

function batchPairs(views: Tensor2D[], options: ResolvedOptions): Pairs {
  const { labels, normalize, extraNegatives } = options, [batch, dim] = views[0].shape;
  const extra = extraNegatives && extraEmbeddings(extraNegatives, dim, normalize);
  const items = labels ?? Int32Array.from({ length: batch }, (_, i) => i);
  const [classOf, extraClassOf] = denseLabels(items, extraLabels(extraNegatives, extra?.shape[0] ?? 0));
  const negatives = batchNegatives(views.length, classOf, extraClassOf, options);
  const positives = batchPositives(classOf, negatives.counts, options);

  const stacked = firstOrder("the loss", tf.concat(views, 0));
  const embeddings = normalize ? normalizeRows(stacked) : stacked;
  return {
    cosines: innerProducts(embeddings, extra ? tf.concat([embeddings, extra], 0) : embeddings),
    negatives,
    positiveCosines: blockCosines(embeddings, positives),
    positives,
  };
}

/** `[count, dim]`, behind a stop gradient. */
function extraEmbeddings(
  { embeddings }: ExtraNegatives,
  dim: number,
  normalize: boolean,
): Tensor2D | undefined {
  const name = "embeddings of the extra negatives";
  const isTensor = embeddings instanceof tf.Tensor;
  const given = isTensor ? floatTensor(name, embeddings) : float32Array(name, embeddings);
  const size = given instanceof tf.Tensor ? given.size : given.length;
  const fits = given instanceof tf.Tensor ? given.rank === 2 && given.shape[1] === dim : size % dim === 0;
  if (!fits) {
    throw new RangeError(
      `Cannot use extra negatives as their embeddings must be [count, ${dim}]: received ${
        given instanceof tf.Tensor ? describe(given.shape) : `${size} numbers`
      }`,
    );
  }
  if (size === 0) return undefined;
  const rows = given instanceof tf.Tensor ? given : tf.tensor2d(given, [size / dim, dim]);
  return stopGradient(rows, (x) => normalize ? normalizeRows(x as Tensor2D) : tf.clone(x as Tensor2D));
}

function extraLabels(extra: ExtraNegatives | undefined, count: number): ArrayLike<number> {
  if (extra?.labels === undefined) return new Float64Array(count);
  return integerLabels("labels of the extra negatives", extra.labels, count, "one per extra negative");
}
