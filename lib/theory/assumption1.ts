import type { AnchorStatistics, HardenedAnchors } from "./anchor_statistics.ts";
import { checkClaim, type ClaimReport, meansStatement, type Statement, toleranceOf } from "./claim.ts";

/**
 * Assumption 1: under hard sampling, samples of the anchor's class are on average closer to it than others,
 * `h_diff(x) ≤ h_same(x)`.
 *
 * @param statistics of one pass over all pairs, see {@linkcode anchorStatistics}
 * @returns one report per hardening function, with gaps `h_same − h_diff`
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
export function assumption1(statistics: AnchorStatistics): ClaimReport[] {
  const sides = { lower: "hDiff", upper: "hSame" } as const, tolerance = toleranceOf(statistics);
  return statistics.hardened.map((anchors, h) =>
    checkClaim(
      classOrder(anchors, tolerance),
      anchors.hardening,
      statistics.leftOut[h].assumption,
      sides,
      tolerance,
    )
  );
}

/** What Assumption 1 states of every anchor. */
export function classOrder({ hDiff, hSame }: HardenedAnchors, tolerance: number): Statement {
  return meansStatement("h_diff ≤ h_same", hDiff, hSame, tolerance);
}
