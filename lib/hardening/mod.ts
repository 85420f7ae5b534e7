/** Hardening functions η of a cosine, in log space. */
export type { Hardening } from "./hardening.ts";
export { exponential } from "./exponential.ts";
export { logistic } from "./logistic.ts";
export { noHardening } from "./none.ts";
export { polynomial } from "./polynomial.ts";
export { threshold } from "./threshold.ts";
