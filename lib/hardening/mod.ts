/** Hardening functions η of a cosine, in log space, and how their parameters change over a training. */
export type { Hardening } from "./hardening.ts";
export { customHardening, type CustomHardeningOptions } from "./custom.ts";
export { exponential } from "./exponential.ts";
export { logistic } from "./logistic.ts";
export { noHardening } from "./none.ts";
export { polynomial } from "./polynomial.ts";
export { type Schedule, scheduleValue, type TrainingProgress } from "./schedule.ts";
export { threshold } from "./threshold.ts";
