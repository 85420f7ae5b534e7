import * as tf from "../core/tfjs.ts";
import { checkNumber } from "../core/checks.ts";
import { floatTensor } from "../core/float_tensor.ts";
import type { HardeningFamily } from "./family.ts";
import type { Hardening } from "./hardening.ts";

const TAU = { min: -1, max: 1 }, WIDTH = { min: 1e-30 };

/**
 * Logistic hardening, a smooth threshold: `η(u) = σ((u − τ)/w)`, so `log η = −softplus((τ − u)/w)`.
 *
 * @param tau cosine at which η is one half, in [-1, 1]
 * @param width `w > 0`, in units of cosine, at least 1e-30; towards 0 it becomes the threshold function
 * @throws {RangeError} if `tau` is outside [-1, 1], or `width` is not positive or so small that `log η` would leave the
 * float32 range
 * @throws {TypeError} if either is not a finite number
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { logistic } from "@hscl/hscl";
 * assertAlmostEquals(logistic(0.2, 0.1).logEtaAt(0.2, 0.5), Math.log(0.5), 1e-12);
 * ```
 */
export function logistic(tau: number, width: number): Hardening {
  checkNumber("tau of logistic hardening", tau, TAU);
  checkNumber("width of logistic hardening", width, WIDTH);
  return {
    name: "logistic",
    parameters: { tau, width },
    logEta: (cosine) => tf.neg(tf.softplus(tf.mul(tf.sub(tau, floatTensor("cosine", cosine)), 1 / width))),
    logEtaAt: (cosine) => {
      const x = (tau - cosine) / width;
      return -(Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));
    },
  };
}

/** {@linkcode logistic} as a family. */
export const logisticFamily: HardeningFamily<"tau" | "width"> = {
  formula: "σ((u − τ)/w)",
  parameters: {
    tau: { symbol: "τ", help: "cosine at which η is one half", ...TAU, default: 0.5 },
    width: { symbol: "w", help: "width", ...WIDTH, default: 0.1 },
  },
  make: ({ tau, width }) => logistic(tau, width),
  strength: { parameter: "tau", values: [0, 0.5], range: [-1, 1] },
};
