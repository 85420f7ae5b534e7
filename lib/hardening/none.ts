import * as tf from "../core/tfjs.ts";
import { floatTensor } from "../core/float_tensor.ts";
import type { Hardening } from "./hardening.ts";

/**
 * No hardening: `η(u) = 1`. UCL and SCL are H-UCL and H-SCL with this function.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { noHardening } from "@hscl/hscl";
 * assertEquals(noHardening().logEtaAt(0.3, 0.5), 0);
 * ```
 */
export function noHardening(): Hardening {
  return {
    name: "none",
    parameters: {},
    logEta: (cosine) => tf.zerosLike(floatTensor("cosine", cosine)),
    logEtaAt: () => 0,
    slope: () => 0,
  };
}
