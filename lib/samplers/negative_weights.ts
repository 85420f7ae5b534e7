import { checkOptions } from "../core/checks.ts";
import { logWeights } from "./log_weights.ts";
import type { NegativeSamplerOptions } from "./negative_sampler.ts";

/** Options of {@linkcode negativeWeights}: those of {@linkcode negativeSampler} that say what is drawn. */
export type NegativeWeightsOptions = Omit<NegativeSamplerOptions, "seed" | "blockSize">;

const NAMES = {
  kind: true,
  embeddings: true,
  dim: true,
  labels: true,
  hardening: true,
  temperature: true,
} as const;

/**
 * What each embedding weighs as a negative of an anchor: its probability
 *
 * `q(j|x) = 1[j ≠ x] · 1[ℓ(j) ≠ ℓ(x)] · η(u_xj) / Σ_k …`
 *
 * with the cosine `u_xj`; the label factor for `scl` and `hscl` only, η for `hucl` and `hscl` only. These are the weights of
 * the losses, and the probabilities that {@linkcode negativeSampler} draws with.
 *
 * @param anchor row of the anchor
 * @param options see {@linkcode NegativeWeightsOptions}
 * @returns one weight per embedding, together 1; 0 for what is no negative, and everywhere if `η` is zero for all
 * @throws {RangeError} if a number is out of range, the anchor is no row, or the embeddings are not rows of `dim` numbers
 * @throws {TypeError} if labels are missing or no integers, or another value is of the wrong type
 *
 * Source: Jiang et al., arXiv 2209.00078, section 3.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { exponential } from "@hscl/hscl";
 * import { negativeWeights } from "@hscl/hscl/samplers";
 * const embeddings = [1, 0, 0.6, 0.8, 0, 1, -1, 0], labels = [0, 0, 1, 1], hardening = exponential(1);
 * const weights = negativeWeights(0, { kind: "hscl", embeddings, dim: 2, labels, hardening, temperature: 0.5 });
 * assertEquals(Array.from(weights.subarray(0, 2)), [0, 0]); // the anchor, and one of its class
 * assertAlmostEquals(weights[2] / weights[3], Math.exp(2), 1e-12); // cosines 0 and -1, at T = 0.5
 * assertAlmostEquals(weights[2] + weights[3], 1, 1e-12);
 * ```
 */
export function negativeWeights(anchor: number, options: NegativeWeightsOptions): Float64Array {
  const logs = logWeights(checkOptions(options, NAMES))(anchor);
  const largest = logs.reduce((most, log) => Math.max(most, log), -Infinity);
  if (largest === -Infinity) return logs.fill(0);
  const weights = logs.map((log) => Math.exp(log - largest));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
