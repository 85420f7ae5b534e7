import * as tf from "../core/tfjs.ts";
import { checkNumber } from "../core/checks.ts";
import { floatTensor } from "../core/float_tensor.ts";
import type { HardeningFamily } from "./family.ts";
import type { Hardening } from "./hardening.ts";

const POWER = { min: 0, max: 1e30 };

// A float32 cosine near -1 is resolved to 2^-24; below that (1+u)/2 is rounding, and its logarithm would be -∞.
const SMALLEST = 2 ** -24;

/**
 * Polynomial hardening: `η(u) = ((1 + u)/2)^p`.
 *
 * `(1 + u)/2` is taken as at least 2⁻²⁴, the resolution of a float32 cosine, so that antipodal points stay finite.
 *
 * @param power `p ≥ 0`, at most 1e30; 0 is no hardening
 * @throws {RangeError} if `power` is negative or so large that `log η` would leave the float32 range
 * @throws {TypeError} if `power` is not a finite number
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { polynomial } from "@hscl/hscl";
 * assertAlmostEquals(polynomial(3).logEtaAt(0, 0.5), 3 * Math.log(0.5), 1e-12);
 * ```
 */
export function polynomial(power: number): Hardening {
  checkNumber("power of polynomial hardening", power, POWER);
  return {
    name: "polynomial",
    parameters: { power },
    logEta: (cosine) =>
      tf.mul(tf.log(tf.maximum(tf.mul(tf.add(floatTensor("cosine", cosine), 1), 0.5), SMALLEST)), power),
    logEtaAt: (cosine) => power * Math.log(Math.max((1 + cosine) / 2, SMALLEST)),
  };
}

/** {@linkcode polynomial} as a family. */
export const polynomialFamily: HardeningFamily<"power"> = {
  formula: "((1 + u)/2)^p",
  parameters: { power: { symbol: "p", help: "exponent", ...POWER, default: 2 } },
  make: ({ power }) => polynomial(power),
  strength: { parameter: "power", values: [1, 2, 5], range: [0, 1000] },
};
