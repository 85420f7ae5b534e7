/**
 * Hardening functions η of a cosine, in log space, and how their parameters change over a training.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { exponential, threshold } from "@hscl/hscl/hardening";
 * const temperature = 0.5;
 * assert(exponential(1).logEtaAt(0.9, temperature) > exponential(1).logEtaAt(0.1, temperature));
 * assert(threshold(0.5).logEtaAt(0.4, temperature) === -Infinity); // never sampled
 * ```
 *
 * @module
 */
export type { Hardening } from "./hardening.ts";
export { customHardening, type CustomHardeningOptions } from "./custom.ts";
export { hardeningFamilies, type HardeningName, hardeningNames } from "./families.ts";
export type { HardeningFamily, HardeningParameter } from "./family.ts";
export { exponential } from "./exponential.ts";
export { logistic } from "./logistic.ts";
export { noHardening } from "./none.ts";
export { polynomial } from "./polynomial.ts";
export { type Schedule, scheduleValue, type TrainingProgress } from "./schedule.ts";
export { hardeningFromSettings, hardeningLabel, type HardeningSettings } from "./settings.ts";
export { threshold } from "./threshold.ts";
