/** Which items make a batch, and which positives and negatives an anchor gets. */
export { shuffledBatches } from "./batches.ts";
export { classBalancedBatches, type ClassBalancedOptions } from "./class_balanced_batches.ts";
export type { DrawOptions, Draws } from "./draws.ts";
export { type LabelledEmbeddings, MemoryBank } from "./memory_bank.ts";
export { mixedBatches } from "./mixed_batches.ts";
export {
  type ExternalAnchors,
  type NegativeDrawOptions,
  type NegativeSampler,
  negativeSampler,
  type NegativeSamplerOptions,
} from "./negative_sampler.ts";
export {
  type PositiveDrawOptions,
  type PositiveSampler,
  positiveSampler,
  type PositiveSamplerOptions,
} from "./positive_sampler.ts";
