import { describe } from "../core/checks.ts";
import type { Tensor } from "../core/tensors.ts";

/**
 * A hardening function η: how much more often a negative is drawn (or how much more it weighs) as its cosine `u` with
 * the anchor grows. Non-negative, non-decreasing, not identically zero; only ratios of its values matter.
 *
 * Everything works on `log η`, so nothing overflows; `-Infinity` means "never drawn".
 */
export interface Hardening {
  /** The family: `exponential`, `threshold`, … */
  readonly name: string;
  /** The parameters that, with the name, identify this function in a run record. */
  readonly parameters: Readonly<Record<string, number>>;
  /**
   * `log η` of every element, differentiable, and finite so that gradients are.
   *
   * @param cosine cosines in [-1, 1], any shape; integers and truths are taken as the numbers they are
   * @param temperature `T > 0`
   */
  logEta(cosine: Tensor, temperature: number): Tensor;
  /** `log η` of one cosine, in float64; `-Infinity` where η is zero. */
  logEtaAt(cosine: number, temperature: number): number;
  /**
   * For a function whose `log η` is `slope · u`, up to a constant, that slope: losses and theory then need no array of `log η`.
   */
  slope?(temperature: number): number;
}

/** Throws unless `value` is a hardening function. */
export function checkHardening(name: string, value: Hardening): Hardening {
  const { logEta, logEtaAt } = value ?? {};
  if (typeof logEta === "function" && typeof logEtaAt === "function") return value;
  throw new TypeError(
    `Cannot use ${name} as it must be a hardening function, such as exponential(1): received ${
      describe(value)
    }`,
  );
}
