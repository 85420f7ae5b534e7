import { checkOneOf, checkOptions } from "../core/checks.ts";
import type { Labels } from "../core/labels.ts";
import type { Scalar, Tensor2D } from "../core/tensors.ts";
import { contrastiveLoss, type OtherViews } from "./contrastive.ts";
import type { ContrastiveOptions, LossOptions } from "./options.ts";
import { type LossPreset, presetOf } from "./preset.ts";

/** Options of {@linkcode supConLoss}. */
export interface SupConOptions extends
  Pick<
    LossOptions,
    "temperature" | "hardening" | "stopWeightGradient" | "normalize" | "extraNegatives" | "pairsAtOnce"
  > {
  /** Whether the mean over an anchor's positives is outside the logarithm (eq. 2) or inside (eq. 3). Default `"out"`. */
  variant?: "out" | "in";
}

/** The names of {@linkcode SupConOptions}. */
const SUPCON_OPTIONS = {
  temperature: true,
  hardening: true,
  stopWeightGradient: true,
  normalize: true,
  extraNegatives: true,
  pairsAtOnce: true,
  variant: true,
} as const;

/**
 * Supervised contrastive loss of Khosla et al. (SupCon): everything but the anchor is in the denominator, the positives
 * included. With `P(i)` all other embeddings of the anchor's label, `s = cosine/T`:
 *
 * `out`: `−1/|P(i)| · Σ_{p ∈ P(i)} log( e^{s_ip} / Σ_{a ≠ i} e^{s_ia} )`
 *
 * `in`: `−log( 1/|P(i)| · Σ_{p ∈ P(i)} e^{s_ip} / Σ_{a ≠ i} e^{s_ia} )`
 *
 * averaged over the anchors of all views (the paper adds them up). `in ≤ out` by Jensen's inequality, and with all labels
 * different both are UCL with two views. It is {@linkcode contrastiveLoss} with `negatives: "others"`, so it takes a
 * hardening function too, which weighs the terms of the denominator.
 *
 * Every anchor has a positive and a denominator: in a batch of one class the loss is that of attraction alone; a batch of
 * one item with two views gives 0 with zero gradient, up to rounding; equal embeddings give `log(2B − 1)`.
 *
 * @param view1 `[batch, dim]`
 * @param otherViews `[batch, dim]`, or a list of more views; an empty one for a single view
 * @param labels one integer per batch item, any range
 * @param options see {@linkcode SupConOptions}; the temperature defaults to 0.5 as for all losses, Khosla et al. use 0.1
 * @returns a scalar, differentiable in all views
 * @throws {RangeError} if shapes or the number of labels differ or an option is out of range
 * @throws {TypeError} if a view is no tensor of numbers, or a label no integer
 *
 * Source: Khosla et al., NeurIPS 2020, arXiv 2004.11362, equations 2 and 3.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { initBackend, supConLoss } from "@hscl/hscl";
 * await initBackend({ backend: "cpu" });
 * const view1 = tf.tensor2d([[1, 0], [0, 1], [-1, 0]]), view2 = tf.tensor2d([[1, 0.2], [0.2, 1], [-1, 0.2]]);
 * const [outside] = await supConLoss(view1, view2, [0, 0, 1], { temperature: 0.1 }).data();
 * const [inside] = await supConLoss(view1, view2, [0, 0, 1], { temperature: 0.1, variant: "in" }).data();
 * assert(inside < outside);
 * ```
 */
export function supConLoss(
  view1: Tensor2D,
  otherViews: OtherViews,
  labels: Labels,
  options: SupConOptions = {},
): Scalar {
  return contrastiveLoss(view1, otherViews, { ...general(checkOptions(options, SUPCON_OPTIONS)), labels });
}

function general({ variant = "out", ...rest }: SupConOptions): ContrastiveOptions {
  checkOneOf("variant of SupCon", variant, ["out", "in"]);
  const reduction = variant === "in" ? "inside" : "anchors";
  return { ...rest, positives: "label", negatives: "others", reduction };
}

/** {@linkcode supConLoss} as a preset. */
export const supConPreset: LossPreset<SupConOptions> = presetOf<SupConOptions>(
  {
    label: "SupCon",
    supervised: true,
    hardening: "optional",
    options: SUPCON_OPTIONS,
    oneClass: "SupCon draws all embeddings to one point",
  },
  general,
);
