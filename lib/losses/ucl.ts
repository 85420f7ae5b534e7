import { checkOptions } from "../core/checks.ts";
import type { Scalar, Tensor2D } from "../core/tensors.ts";
import { contrastiveLoss, type OtherViews } from "./contrastive.ts";
import { type ContrastiveOptions, LOSS_OPTIONS, type LossOptions } from "./options.ts";
import { type LossPreset, presetOf } from "./preset.ts";

/**
 * Unsupervised contrastive loss (UCL): every embedding but the anchor and its other view is a negative.
 *
 * `−log( e^{s_ip} / ( e^{s_ip} + Q · mean_{j ∉ {i, p}} e^{s_ij} ) )` averaged over the anchors `i` of both views, with
 * `p` the other view of `i`, `s = cosine/T` and `Q = 2B − 2`: then it is the NT-Xent loss of SimCLR.
 *
 * @param view1 `[batch, dim]`
 * @param otherViews `[batch, dim]`, or a list of more views
 * @param options see {@linkcode LossOptions}; a hardening function given here makes it H-UCL
 * @returns a scalar, differentiable in all views
 * @throws {RangeError} if the shapes differ or an option is out of range
 * @throws {TypeError} if a view is no tensor of numbers
 *
 * Source: Jiang et al., arXiv 2209.00078, section 2; Chen et al., arXiv 2002.05709.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { initBackend, uclLoss } from "@hscl/hscl";
 * await initBackend({ backend: "cpu" });
 * const same = tf.ones([4, 3]) as tf.Tensor2D;
 * const [loss] = await uclLoss(same, same).data();
 * assertAlmostEquals(loss, Math.log(7), 1e-5); // log(2B − 1) when all embeddings agree
 * ```
 */
export function uclLoss(view1: Tensor2D, otherViews: OtherViews, options: LossOptions = {}): Scalar {
  return contrastiveLoss(view1, otherViews, general(checkOptions(options, LOSS_OPTIONS)));
}

const general = (options: LossOptions): ContrastiveOptions => ({ ...options, negatives: "all" });

/** {@linkcode uclLoss} as a preset. */
export const uclPreset: LossPreset<LossOptions> = presetOf<LossOptions>(
  { label: "UCL", supervised: false, hardening: "none", options: LOSS_OPTIONS },
  general,
);
