/**
 * Claims about losses and representations, checked on embeddings with labels. {@linkcode anchorStatistics} makes the one
 * pass over all pairs; the claims are made on what it returns.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { anchorStatistics, assumption1, populationLosses, theorem1 } from "@hscl/hscl/theory";
 * const corners = Float64Array.of(1, 0, 1, 0, 0, 1, 0, 1), labels = [0, 0, 1, 1]; // two classes at a right angle
 * const statistics = await anchorStatistics(corners, 2, labels);
 * assertEquals(assumption1(statistics)[0].verdict, "holds");
 * assertEquals(theorem1(statistics)[0].conclusion.verdict, "holds");
 * const [{ hucl, hscl }] = populationLosses(statistics);
 * assert(hscl.mean < hucl.mean);
 * ```
 *
 * @module
 */
export { type AnchorStatistics, anchorStatistics, type HardenedAnchors } from "./anchor_statistics.ts";
export { assumption1 } from "./assumption1.ts";
export { checkTheory, type TheoryCheck } from "./check_theory.ts";
export { claimByClass, type ClassClaim } from "./claim_by_class.ts";
export type { BootstrapInterval } from "./bootstrap.ts";
export type { ClaimReport, TheoremReport, Verdict } from "./claim.ts";
export type { Embeddings } from "./class_sorted.ts";
export { checkConvergence, type ConvergenceOptions, type ConvergenceReport } from "./convergence.ts";
export { type CollapseGeometry, collapseGeometry, type CollapseGeometryOptions } from "./geometry.ts";
export { harris, type HarrisReport } from "./harris.ts";
export { isDoubtful, type Jackknife, type JackknifeEstimate, type PopulationInterval } from "./jackknife.ts";
export type { LeftOutMeans } from "./left_out_means.ts";
export type { ProductPrecision, TheoryOptions } from "./options.ts";
export { type PopulationLosses, populationLosses } from "./population_losses.ts";
export { type RepresentationGeometry, representationGeometry } from "./representation.ts";
export { theorem1, type Theorem1Report } from "./theorem1.ts";
export { theorem2 } from "./theorem2.ts";
