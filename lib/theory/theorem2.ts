import type { AnchorStatistics } from "./anchor_statistics.ts";
import type { BootstrapOptions } from "./bootstrap.ts";
import { checkClaim, type TheoremReport, theoremReport, toleranceOf } from "./claim.ts";

/**
 * Theorem 2, the plausible scenario: if the hard samples of other classes are on average closer to the anchor than a
 * random sample, `E_p[g] ≤ h_diff(x)`, then `L_∞^{UCL} ≤ L_∞^{H-SCL}`. So UCL bounds H-SCL from below only, and making
 * it small cannot make H-SCL small.
 *
 * The premise is that scenario, the conclusion the order of the losses, both at each anchor and on average.
 *
 * @param statistics of one pass over all pairs, see {@linkcode anchorStatistics}
 * @param options resamples and seed of the intervals
 * @returns one report per hardening function
 * @throws {TypeError} if the number of resamples or the seed is not an integer
 * @throws {RangeError} if either is out of range
 *
 * Source: Jiang et al., arXiv 2209.00078, Theorem 2.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { anchorStatistics, theorem2 } from "@hscl/hscl";
 * const crossed = Float64Array.of(1, 0, 0, 1, 1, 0, 0, 1); // the nearest is always of the other class
 * const [{ premise, conclusion }] = theorem2(await anchorStatistics(crossed, 2, [0, 0, 1, 1]));
 * assertEquals(premise.verdict, "holds");
 * assertEquals(conclusion.verdict, "holds");
 * ```
 */
export function theorem2(statistics: AnchorStatistics, options: BootstrapOptions = {}): TheoremReport[] {
  const tolerance = toleranceOf(statistics), { unhardened } = statistics;
  return statistics.hardened.map(({ hardening, hDiff, lossDiff }) =>
    theoremReport(
      checkClaim("E[g] ≤ h_diff", hardening, unhardened.hAll, hDiff, tolerance, options),
      checkClaim("UCL ≤ H-SCL", hardening, unhardened.lossAll, lossDiff, tolerance, options),
    )
  );
}
