/** In-batch contrastive losses of two views. */
export { contrastiveLoss, type LossWithStats, lossWithStats } from "./contrastive.ts";
export { hsclLoss } from "./hscl.ts";
export { huclLoss } from "./hucl.ts";
export {
  type ContrastiveOptions,
  type LossOptions,
  type Negatives,
  type Positives,
  type Reduction,
} from "./options.ts";
export { sclLoss } from "./scl.ts";
export { uclLoss } from "./ucl.ts";
