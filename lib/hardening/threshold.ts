import * as tf from "../core/tfjs.ts";
import { checkNumber } from "../core/checks.ts";
import { floatTensor } from "../core/float_tensor.ts";
import type { HardeningFamily } from "./family.ts";
import { stopGradient } from "../core/similarity.ts";
import type { Hardening } from "./hardening.ts";

const TAU = { min: -1, max: 1 };

// exp(-1e6) is exactly 0 in float32, so one negative above τ silences all below it.
const STEEPNESS = 1e6;

/**
 * Threshold hardening: `η(u) = 1[u ≥ τ]`, only negatives at least as close as τ count.
 *
 * An anchor without any negative above τ falls back to its hardest negatives: the tensor form gives `u < τ` the finite
 * value `-10⁶·(1 + τ - u)`, which weighs nothing next to a negative above τ and, among negatives below τ, is the limit
 * of a logistic function of vanishing width. As an indicator it passes no gradient. The samplers, which use the form on
 * numbers, draw nothing for such an anchor, and the theory's expectations are undefined there.
 *
 * @param tau smallest cosine that counts, in [-1, 1]
 * @throws {RangeError} if `tau` is outside [-1, 1]
 * @throws {TypeError} if `tau` is not a finite number
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { threshold } from "@hscl/hscl";
 * assertEquals(threshold(0.5).logEtaAt(0.7, 0.5), 0);
 * assertEquals(threshold(0.5).logEtaAt(0.2, 0.5), -Infinity);
 * ```
 */
export function threshold(tau: number): Hardening {
  checkNumber("tau of threshold hardening", tau, TAU);
  return {
    name: "threshold",
    parameters: { tau },
    logEta: (cosine) =>
      stopGradient(
        floatTensor("cosine", cosine),
        (u) => tf.where(tf.greaterEqual(u, tau), tf.zerosLike(u), tf.mul(tf.sub(u, 1 + tau), STEEPNESS)),
      ),
    logEtaAt: (cosine) => cosine >= tau ? 0 : -Infinity,
  };
}

/** {@linkcode threshold} as a family. */
export const thresholdFamily: HardeningFamily<"tau"> = {
  formula: "1[u ≥ τ]",
  parameters: { tau: { symbol: "τ", help: "smallest cosine that counts", ...TAU, default: 0.5 } },
  make: ({ tau }) => threshold(tau),
  strength: { parameter: "tau", values: [0, 0.5], range: [-1, 1] },
};
