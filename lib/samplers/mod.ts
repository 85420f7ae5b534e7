/**
 * Which items make a batch, and which positives and negatives an anchor gets.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { negativeSampler } from "@hscl/hscl/samplers";
 * const embeddings = Float32Array.of(1, 0, 0.9, 0.1, 0, 1, -1, 0), labels = [0, 0, 1, 1];
 * const sampler = negativeSampler({ kind: "scl", embeddings, dim: 2, labels, temperature: 0.5, seed: 0 });
 * const { indices } = sampler.draw([0], { k: 2 });
 * assertEquals(indices.length, 2);
 * assert(indices.every((index) => labels[index] === 1));
 * ```
 *
 * @module
 */
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
export { negativeWeights, type NegativeWeightsOptions } from "./negative_weights.ts";
export {
  type PositiveDrawOptions,
  type PositiveSampler,
  positiveSampler,
  type PositiveSamplerOptions,
} from "./positive_sampler.ts";
export {
  type WeightStatistics,
  weightStatistics,
  type WeightStatisticsOptions,
} from "./weight_statistics.ts";
