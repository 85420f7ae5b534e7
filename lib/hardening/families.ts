import { exponentialFamily } from "./exponential.ts";
import type { HardeningFamily } from "./family.ts";
import { logisticFamily } from "./logistic.ts";
import { polynomialFamily } from "./polynomial.ts";
import { thresholdFamily } from "./threshold.ts";

/**
 * The families of hardening functions by name, the paper's first.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { hardeningFamilies } from "@hscl/hscl/hardening";
 * assertEquals(hardeningFamilies.exponential.make({ beta: 1 }).logEtaAt(0.5, 0.5), 1);
 * ```
 */
export const hardeningFamilies = {
  exponential: exponentialFamily,
  threshold: thresholdFamily,
  polynomial: polynomialFamily,
  logistic: logisticFamily,
} as const;

/** Name of a family of hardening functions. */
export type HardeningName = keyof typeof hardeningFamilies;

/** The names of the families. */
export const hardeningNames = Object.keys(hardeningFamilies) as HardeningName[];

/** A family by its name, where it does not matter which. */
export function hardeningFamily(name: HardeningName): HardeningFamily {
  return hardeningFamilies[name] as HardeningFamily;
}
