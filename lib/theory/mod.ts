/** Claims about losses and representations, checked on embeddings with labels: one claim per file, arrays in, report out. */
export { type AnchorStatistics, anchorStatistics, type HardenedAnchors } from "./anchor_statistics.ts";
export { assumption1 } from "./assumption1.ts";
export type { BootstrapInterval, BootstrapOptions } from "./bootstrap.ts";
export type { ClaimReport, TheoremReport, Verdict } from "./claim.ts";
export type { Embeddings } from "./class_sorted.ts";
export { checkConvergence, type ConvergenceOptions, type ConvergenceReport } from "./convergence.ts";
export { type CollapseGeometry, collapseGeometry } from "./geometry.ts";
export { harris, type HarrisReport } from "./harris.ts";
export type { ProductPrecision, TheoryOptions } from "./options.ts";
export { type PopulationLosses, populationLosses } from "./population_losses.ts";
export { theorem1, type Theorem1Report } from "./theorem1.ts";
export { theorem2 } from "./theorem2.ts";
