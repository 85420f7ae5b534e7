/**
 * Contrastive losses of the views of a batch, and of explicit negatives.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { initBackend } from "@hscl/hscl";
 * import { hsclLoss, sclLoss } from "@hscl/hscl/losses";
 * await initBackend({ backend: "cpu" });
 * const view = (seed: number) => tf.randomNormal<tf.Rank.R2>([4, 3], 0, 1, "float32", seed), labels = [0, 0, 1, 1];
 * const [scl] = await sclLoss(view(1), view(2), labels).data();
 * const [hscl] = await hsclLoss(view(1), view(2), labels).data();
 * assert(hscl >= scl); // hardening never lowers a loss
 * ```
 *
 * @module
 */
export { checkFinite } from "./check_finite.ts";
export { contrastiveLoss, type LossWithStats, lossWithStats, type OtherViews } from "./contrastive.ts";
export { hsclLoss } from "./hscl.ts";
export { huclLoss } from "./hucl.ts";
export {
  type ContrastiveOptions,
  type ExtraNegatives,
  type LossOptions,
  type Negatives,
  type Positives,
  type Psi,
  type Reduction,
  type SampledNegatives,
  type ScoreOptions,
} from "./options.ts";
export type { NegativeStats } from "./pair_loss.ts";
export type { LossPreset, LossTraits } from "./preset.ts";
export { type LossName, lossNames, lossPresets, paperLosses } from "./presets.ts";
export { sampledLoss, type SampledOptions } from "./sampled.ts";
export { sclLoss } from "./scl.ts";
export { supConLoss, type SupConOptions } from "./supcon.ts";
export { uclLoss } from "./ucl.ts";
