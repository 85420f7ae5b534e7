import type { AnchorStatistics } from "./anchor_statistics.ts";
import type { BootstrapOptions } from "./bootstrap.ts";
import { checkClaim, type ClaimReport, toleranceOf } from "./claim.ts";

/**
 * Assumption 1: under hard sampling, samples of the anchor's class are on average closer to it than others,
 * `h_diff(x) ≤ h_same(x)`.
 *
 * @param statistics of one pass over all pairs, see {@linkcode anchorStatistics}
 * @param options resamples and seed of the intervals
 * @returns one report per hardening function, with gaps `h_same − h_diff`
 * @throws {TypeError} if the number of resamples or the seed is not an integer
 * @throws {RangeError} if either is out of range
 *
 * Source: Jiang et al., arXiv 2209.00078, Assumption 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { anchorStatistics, assumption1 } from "@hscl/hscl";
 * const corners = Float64Array.of(1, 0, 1, 0, 0, 1, 0, 1);
 * const [together] = assumption1(await anchorStatistics(corners, 2, [0, 0, 1, 1]));
 * const [crossed] = assumption1(await anchorStatistics(corners, 2, [0, 1, 0, 1]));
 * assertEquals(together.verdict, "holds");
 * assertEquals(crossed.verdict, "fails");
 * ```
 */
export function assumption1(statistics: AnchorStatistics, options: BootstrapOptions = {}): ClaimReport[] {
  const tolerance = toleranceOf(statistics);
  return statistics.hardened.map(({ hardening, hDiff, hSame }) =>
    checkClaim("h_diff ≤ h_same", hardening, hDiff, hSame, tolerance, options)
  );
}
