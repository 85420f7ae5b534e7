import type { AnchorStatistics, HardenedAnchors } from "./anchor_statistics.ts";
import { assumption1 } from "./assumption1.ts";
import type { BootstrapOptions } from "./bootstrap.ts";
import { checkClaim, type TheoremReport, theoremReport, toleranceOf } from "./claim.ts";

/** A {@linkcode TheoremReport}, and how well the identity behind the theorem is met. */
export interface Theorem1Report extends TheoremReport {
  /** Largest relative error of `h_all = ρ·h_same + (1 − ρ)·h_diff` over the anchors; rounding only, else a bug. */
  readonly mixtureError: number;
}

/**
 * Theorem 1: Assumption 1 implies `L_∞^{H-SCL} ≤ L_∞^{H-UCL}` when both use the same positives.
 *
 * `h_all` is the mixture `ρ·h_same + (1 − ρ)·h_diff`. So at every anchor `h_diff ≤ h_same` implies `h_diff ≤ h_all`, and
 * by monotony the same order of the two losses; for `ρ > 0` the implication goes both ways (a `ρ` below the
 * rounding of the losses, under 1e-12, leaves them equal). The premise is Assumption 1,
 * the conclusion the order of the losses, both at each anchor and on average.
 *
 * @param statistics of one pass over all pairs, see {@linkcode anchorStatistics}
 * @param options resamples and seed of the intervals
 * @returns one report per hardening function
 * @throws {TypeError} if the number of resamples or the seed is not an integer
 * @throws {RangeError} if either is out of range
 *
 * Source: Jiang et al., arXiv 2209.00078, Theorem 1.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { anchorStatistics, theorem1 } from "@hscl/hscl";
 * const corners = Float64Array.of(1, 0, 1, 0, 0, 1, 0, 1);
 * const [report] = theorem1(await anchorStatistics(corners, 2, [0, 0, 1, 1]));
 * assertEquals(report.premise.verdict, "holds");
 * assertEquals(report.conclusion.verdict, "holds");
 * assertEquals(report.exceptions, 0);
 * assert(report.mixtureError < 1e-12);
 * ```
 */
export function theorem1(statistics: AnchorStatistics, options: BootstrapOptions = {}): Theorem1Report[] {
  const tolerance = toleranceOf(statistics), premises = assumption1(statistics, options);
  return statistics.hardened.map((anchors, h) => {
    const { hardening, lossDiff, lossAll } = anchors;
    const conclusion = checkClaim("H-SCL ≤ H-UCL", hardening, lossDiff, lossAll, tolerance, options);
    return { ...theoremReport(premises[h], conclusion), mixtureError: mixtureError(anchors) };
  });
}

function mixtureError({ hSame, hDiff, hAll, rho }: HardenedAnchors): number {
  return hAll.reduce((worst, all, i) => {
    const mixture = rho[i] * hSame[i] + (1 - rho[i]) * hDiff[i];
    return Number.isNaN(mixture) ? worst : Math.max(worst, Math.abs(mixture / all - 1));
  }, 0);
}
