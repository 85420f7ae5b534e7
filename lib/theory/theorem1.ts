import type { AnchorStatistics, HardenedAnchors } from "./anchor_statistics.ts";
import { assumption1, classOrder } from "./assumption1.ts";
import {
  checkClaim,
  lossesStatement,
  type Statement,
  type TheoremReport,
  theoremReport,
  toleranceOf,
} from "./claim.ts";
import { allClasses, otherClasses } from "./loss_sides.ts";

/** A {@linkcode TheoremReport}, and how well the identity behind the theorem is met. */
export interface Theorem1Report extends TheoremReport {
  /** Largest relative error of `h_all = ρ·h_same + (1 − ρ)·h_diff` over the anchors; rounding only, else a bug. */
  readonly mixtureError: number;
}

/**
 * Theorem 1: Assumption 1 implies `L_∞^{H-SCL} ≤ L_∞^{H-UCL}` when both use the same positives.
 *
 * `h_all` is the mixture `ρ·h_same + (1 − ρ)·h_diff`. So at every anchor `h_diff ≤ h_same` implies `h_diff ≤ h_all`, and
 * by monotony the same order of the two losses; for `ρ > 0` the implication goes both ways. The premise is Assumption 1,
 * the conclusion the order of the losses, both at each anchor and on average. The order at an anchor is taken from
 * `h_all − h_diff = ρ·(h_same − h_diff)`, whose sign is certain also where `ρ` is too small to be seen in the losses.
 *
 * @param statistics of one pass over all pairs, see {@linkcode anchorStatistics}
 * @returns one report per hardening function
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
export function theorem1(statistics: AnchorStatistics): Theorem1Report[] {
  const tolerance = toleranceOf(statistics), premises = assumption1(statistics);
  const sides = { lower: "hscl", upper: "hucl" } as const;
  return statistics.hardened.map((anchors, h) => {
    const order = mixtureOrder(classOrder(anchors, tolerance));
    const statement = lossesStatement(
      "H-SCL ≤ H-UCL",
      otherClasses(anchors),
      allClasses(anchors),
      order,
      anchors.rho,
    );
    const { losses } = statistics.leftOut[h];
    const conclusion = checkClaim(statement, anchors.hardening, losses, sides, tolerance);
    return { ...theoremReport(premises[h], conclusion), mixtureError: mixtureError(anchors) };
  });
}

/** `h_diff ≤ h_all` from `h_diff ≤ h_same`: without a hard sample of its own class an anchor has both equal. */
function mixtureOrder(order: Statement): Statement {
  const { gaps, slack, holdsAt, upper } = order, without = (i: number) => Number.isNaN(upper[i]);
  return {
    ...order,
    gaps: gaps.map((gap, i) => without(i) ? 0 : gap),
    slack: slack.map((value, i) => without(i) ? 0 : value),
    holdsAt: holdsAt.map((holds, i) => without(i) ? 1 : holds),
  };
}

function mixtureError({ hSame, hDiff, hAll, rho }: HardenedAnchors): number {
  return hAll.reduce((worst, all, i) => {
    const mixture = rho[i] * hSame[i] + (1 - rho[i]) * hDiff[i];
    return Number.isNaN(mixture) ? worst : Math.max(worst, Math.abs(mixture / all - 1));
  }, 0);
}
