import type { Hardening } from "../hardening/hardening.ts";
import type { AnchorStatistics } from "./anchor_statistics.ts";
import {
  checkClaim,
  type ClaimReport,
  lossesStatement,
  type LossSide,
  meansStatement,
  toleranceOf,
} from "./claim.ts";
import { allClasses, otherClasses } from "./loss_sides.ts";

/** That hardening never lowers a loss. */
export interface HarrisReport {
  /** Name and parameters of the hardening function. */
  readonly hardening: Pick<Hardening, "name" | "parameters">;
  /** With negatives of all classes. */
  readonly ucl: ClaimReport;
  /** With negatives of other classes. */
  readonly scl: ClaimReport;
}

/**
 * What is true of every representation, by Harris' inequality: `η` and `g` both grow with the cosine, so
 * `E[η·g] ≥ E[η]·E[g]`, and hardening raises a loss: `L^{UCL} ≤ L^{H-UCL}` and `L^{SCL} ≤ L^{H-SCL}`, at every anchor.
 *
 * A verdict other than `holds` (or `undefined`) means a bug, or a hardening function that decreases somewhere.
 *
 * @param statistics of one pass over all pairs, see {@linkcode anchorStatistics}
 * @returns one report per hardening function
 *
 * Source: Jiang et al., arXiv 2311.05139, the lower bounds of the hardened losses.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { anchorStatistics, harris, Random } from "@hscl/hscl";
 * const random = new Random(0);
 * const embeddings = Float64Array.from({ length: 20 * 3 }, () => random.normal());
 * const labels = Array.from({ length: 20 }, (_, i) => i % 4);
 * const [{ ucl, scl }] = harris(await anchorStatistics(embeddings, 3, labels));
 * assertEquals(ucl.verdict, "holds");
 * assertEquals(scl.verdict, "holds");
 * ```
 */
export function harris(statistics: AnchorStatistics): HarrisReport[] {
  const tolerance = toleranceOf(statistics), { unhardened } = statistics;
  const order = (words: string, lower: LossSide, upper: LossSide) =>
    lossesStatement(words, lower, upper, meansStatement("", lower.h, upper.h, tolerance));
  return statistics.hardened.map((anchors, h) => {
    const { hardening } = anchors, { losses, allClasses: ofAll } = statistics.leftOut[h];
    const ucl = order("UCL ≤ H-UCL", allClasses(unhardened), allClasses(anchors));
    const scl = order("SCL ≤ H-SCL", otherClasses(unhardened), otherClasses(anchors));
    return {
      hardening: { name: hardening.name, parameters: hardening.parameters },
      ucl: checkClaim(ucl, hardening, ofAll, { lower: "ucl", upper: "hucl" }, tolerance),
      scl: checkClaim(scl, hardening, losses, { lower: "scl", upper: "hscl" }, tolerance),
    };
  });
}
