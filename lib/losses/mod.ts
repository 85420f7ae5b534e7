/** Contrastive losses of the views of a batch, and of explicit negatives. */
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
  type ScoreOptions,
} from "./options.ts";
export type { NegativeStats } from "./pair_loss.ts";
export { sampledLoss, type SampledOptions } from "./sampled.ts";
export { sclLoss } from "./scl.ts";
export { supConLoss, type SupConOptions } from "./supcon.ts";
export { uclLoss } from "./ucl.ts";
