import type { AnchorStatistics } from "./anchor_statistics.ts";
import {
  checkClaim,
  lossesStatement,
  meansStatement,
  type TheoremReport,
  theoremReport,
  toleranceOf,
} from "./claim.ts";
import { allClasses, otherClasses } from "./loss_sides.ts";

/**
 * Theorem 2, the plausible scenario: if the hard samples of other classes are on average closer to the anchor than a
 * random sample, `E_p[g] ≤ h_diff(x)`, then `L_∞^{UCL} ≤ L_∞^{H-SCL}`. So UCL bounds H-SCL from below only, and making
 * it small cannot make H-SCL small.
 *
 * The premise is that scenario, the conclusion the order of the losses, both at each anchor and on average.
 *
 * @param statistics of one pass over all pairs, see {@linkcode anchorStatistics}
 * @returns one report per hardening function
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
export function theorem2(statistics: AnchorStatistics): TheoremReport[] {
  const tolerance = toleranceOf(statistics), { unhardened } = statistics;
  return statistics.hardened.map((anchors, h) => {
    const { hardening, hDiff } = anchors, { scenario, losses } = statistics.leftOut[h];
    const order = meansStatement("E[g] ≤ h_diff", unhardened.hAll, hDiff, tolerance);
    const lossOrder = lossesStatement("UCL ≤ H-SCL", allClasses(unhardened), otherClasses(anchors), order);
    return theoremReport(
      checkClaim(order, hardening, scenario, { lower: "g", upper: "hDiff" }, tolerance),
      checkClaim(lossOrder, hardening, losses, { lower: "ucl", upper: "hscl" }, tolerance),
    );
  });
}
