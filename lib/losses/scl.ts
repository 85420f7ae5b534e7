import { checkOptions } from "../core/checks.ts";
import type { Labels } from "../core/labels.ts";
import type { Scalar, Tensor2D } from "../core/tensors.ts";
import { contrastiveLoss, type OtherViews } from "./contrastive.ts";
import { type ContrastiveOptions, LOSS_OPTIONS, type LossOptions } from "./options.ts";
import { type LossPreset, NO_NEGATIVES, presetOf } from "./preset.ts";

/**
 * Supervised contrastive loss (SCL): only embeddings of another label are negatives.
 *
 * `−log( e^{s_ip} / ( e^{s_ip} + Q · mean_{j: ℓ(j) ≠ ℓ(i)} e^{s_ij} ) )` averaged over the (anchor, positive) pairs;
 * positives are all embeddings of the anchor's label, or its other view with `positives: "view"`.
 *
 * @param view1 `[batch, dim]`
 * @param otherViews `[batch, dim]`, or a list of more views; an empty one for a single view
 * @param labels one integer per batch item, any range
 * @param options see {@linkcode LossOptions}; a hardening function given here makes it H-SCL
 * @returns a scalar, differentiable in all views; 0 when the batch holds one class only
 * @throws {RangeError} if shapes or the number of labels differ or an option is out of range
 * @throws {TypeError} if a view is no tensor of numbers, or a label no integer
 *
 * Source: Jiang et al., arXiv 2209.00078, section 3.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { initBackend, sclLoss } from "@hscl/hscl";
 * await initBackend({ backend: "cpu" });
 * const views = tf.tensor2d([[1, 0], [1, 0], [-1, 0]]);
 * const [loss] = await sclLoss(views, views, [5, 5, 9]).data();
 * assertAlmostEquals(loss, Math.log1p(4 * Math.exp(-4)), 1e-5);
 * ```
 */
export function sclLoss(
  view1: Tensor2D,
  otherViews: OtherViews,
  labels: Labels,
  options: LossOptions = {},
): Scalar {
  return contrastiveLoss(view1, otherViews, { ...general(checkOptions(options, LOSS_OPTIONS)), labels });
}

const general = (options: LossOptions): ContrastiveOptions => ({
  positives: "label",
  ...options,
  negatives: "different-label",
});

/** {@linkcode sclLoss} as a preset. */
export const sclPreset: LossPreset<LossOptions> = presetOf<LossOptions>(
  { label: "SCL", supervised: true, hardening: "none", options: LOSS_OPTIONS, oneClass: NO_NEGATIVES },
  general,
);
