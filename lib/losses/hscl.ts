import { checkOptions } from "../core/checks.ts";
import type { Labels } from "../core/labels.ts";
import type { Scalar, Tensor2D } from "../core/tensors.ts";
import { exponential } from "../hardening/exponential.ts";
import { contrastiveLoss, type OtherViews } from "./contrastive.ts";
import { type ContrastiveOptions, LOSS_OPTIONS, type LossOptions } from "./options.ts";
import { type LossPreset, NO_NEGATIVES, presetOf } from "./preset.ts";

/**
 * Hard-negative supervised contrastive loss (H-SCL), the paper's proposal: negatives are the embeddings of another
 * label, weighted by `η(cosine)`.
 *
 * `−log( e^{s_ip} / ( e^{s_ip} + Q · Σ_j η(u_ij) e^{s_ij} / Σ_j η(u_ij) ) )`, sums over `j` with `ℓ(j) ≠ ℓ(i)`, averaged
 * over the (anchor, positive) pairs; positives as for {@linkcode sclLoss}.
 *
 * @param view1 `[batch, dim]`
 * @param otherViews `[batch, dim]`, or a list of more views; an empty one for a single view
 * @param labels one integer per batch item, any range
 * @param options see {@linkcode LossOptions}; hardening defaults to `exponential(1)`
 * @returns a scalar, differentiable in all views; 0 when the batch holds one class only
 * @throws {RangeError} if shapes or the number of labels differ or an option is out of range
 * @throws {TypeError} if a view is no tensor of numbers, or a label no integer
 *
 * Source: Jiang et al., arXiv 2209.00078, section 3.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { exponential, hsclLoss, initBackend, sclLoss } from "@hscl/hscl";
 * await initBackend({ backend: "cpu" });
 * const view1 = tf.tensor2d([[1, 0], [0, 1], [-1, 0]]), view2 = tf.tensor2d([[1, 0.2], [0.2, 1], [-1, 0.2]]);
 * const [hard] = await hsclLoss(view1, view2, [0, 0, 1], { hardening: exponential(2) }).data();
 * const [plain] = await sclLoss(view1, view2, [0, 0, 1]).data();
 * assert(hard >= plain);
 * ```
 */
export function hsclLoss(
  view1: Tensor2D,
  otherViews: OtherViews,
  labels: Labels,
  options: LossOptions = {},
): Scalar {
  return contrastiveLoss(view1, otherViews, { ...general(checkOptions(options, LOSS_OPTIONS)), labels });
}

const general = (options: LossOptions): ContrastiveOptions => ({
  positives: "label",
  hardening: exponential(1),
  ...options,
  negatives: "different-label",
});

/** {@linkcode hsclLoss} as a preset. */
export const hsclPreset: LossPreset<LossOptions> = presetOf<LossOptions>(
  {
    label: "H-SCL",
    supervised: true,
    hardening: "required",
    unhardened: "scl",
    options: LOSS_OPTIONS,
    oneClass: NO_NEGATIVES,
  },
  general,
);
