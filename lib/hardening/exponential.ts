import * as tf from "../core/tfjs.ts";
import { checkNumber } from "../core/checks.ts";
import { floatTensor } from "../core/float_tensor.ts";
import type { HardeningFamily } from "./family.ts";
import type { Hardening } from "./hardening.ts";

const BETA = { min: 0, max: 1e30 };

/**
 * Exponential hardening: `η(u) = exp(β·u/T)`, the choice of the paper and of Robinson et al.
 *
 * @param beta concentration `β ≥ 0`, at most 1e30; at 0 the loss is the unhardened one, exactly
 * @throws {RangeError} if `beta` is negative or so large that `log η` would leave the float32 range
 * @throws {TypeError} if `beta` is not a finite number
 *
 * Source: Robinson et al., ICLR 2021 (arXiv 2010.04592), section 3; Jiang et al., arXiv 2209.00078.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { exponential } from "@hscl/hscl";
 * assertEquals(exponential(2).logEtaAt(0.25, 0.5), 1);
 * ```
 */
export function exponential(beta: number): Hardening {
  checkNumber("beta of exponential hardening", beta, BETA);
  return {
    name: "exponential",
    parameters: { beta },
    logEta: (cosine, temperature) => tf.mul(floatTensor("cosine", cosine), beta / temperature),
    logEtaAt: (cosine, temperature) => beta * cosine / temperature,
    slope: (temperature) => beta / temperature,
  };
}

/** {@linkcode exponential} as a family. */
export const exponentialFamily: HardeningFamily<"beta"> = {
  formula: "exp(βu/T)",
  parameters: { beta: { symbol: "β", help: "strength", ...BETA, default: 1 } },
  make: ({ beta }) => exponential(beta),
  strength: { parameter: "beta", values: [0.5, 1, 5], range: [0, 1000] },
};
