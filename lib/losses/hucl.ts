import { checkOptions } from "../core/checks.ts";
import type { Scalar, Tensor2D } from "../core/tensors.ts";
import { exponential } from "../hardening/exponential.ts";
import { contrastiveLoss, type OtherViews } from "./contrastive.ts";
import { type ContrastiveOptions, LOSS_OPTIONS, type LossOptions } from "./options.ts";
import { type LossPreset, presetOf } from "./preset.ts";

/**
 * Hard-negative unsupervised contrastive loss (H-UCL): UCL with negatives weighted by `η(cosine)`.
 *
 * `−log( e^{s_ip} / ( e^{s_ip} + Q · Σ_j η(u_ij) e^{s_ij} / Σ_j η(u_ij) ) )`, sums over `j ∉ {i, p}`, averaged over the
 * anchors of both views. `tauPlus > 0` debiases it as Robinson et al. do.
 *
 * @param view1 `[batch, dim]`
 * @param otherViews `[batch, dim]`, or a list of more views
 * @param options see {@linkcode LossOptions}; hardening defaults to `exponential(1)`
 * @returns a scalar, differentiable in all views
 * @throws {RangeError} if the shapes differ or an option is out of range
 * @throws {TypeError} if a view is no tensor of numbers
 *
 * Source: Robinson et al., ICLR 2021, arXiv 2010.04592; Jiang et al., arXiv 2209.00078, section 2.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { exponential, huclLoss, initBackend, uclLoss } from "@hscl/hscl";
 * await initBackend({ backend: "cpu" });
 * const view1 = tf.tensor2d([[1, 0], [0, 1], [-1, 0]]), view2 = tf.tensor2d([[1, 0.2], [0.2, 1], [-1, 0.2]]);
 * const [hard] = await huclLoss(view1, view2, { hardening: exponential(1) }).data();
 * const [plain] = await uclLoss(view1, view2).data();
 * assert(hard >= plain);
 * ```
 */
export function huclLoss(view1: Tensor2D, otherViews: OtherViews, options: LossOptions = {}): Scalar {
  return contrastiveLoss(view1, otherViews, general(checkOptions(options, LOSS_OPTIONS)));
}

const general = (options: LossOptions): ContrastiveOptions => ({
  hardening: exponential(1),
  ...options,
  negatives: "all",
});

/** {@linkcode huclLoss} as a preset. */
export const huclPreset: LossPreset<LossOptions> = presetOf<LossOptions>(
  { label: "H-UCL", supervised: false, hardening: "required", unhardened: "ucl", options: LOSS_OPTIONS },
  general,
);
