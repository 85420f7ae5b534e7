import { type AnchorStatistics, anchorStatistics } from "./anchor_statistics.ts";
import type { BootstrapOptions } from "./bootstrap.ts";
import { checkClaim, type TheoremReport, theoremReport, toleranceOf } from "./claim.ts";
import type { Embeddings } from "./class_sorted.ts";
import type { TheoryOptions } from "./options.ts";

/**
 * Theorem 2, `L_∞^{UCL} ≤ L_∞^{H-SCL}`, from statistics that are there already; see {@linkcode checkTheorem2}.
 *
 * @param statistics of one pass over all pairs, see {@linkcode anchorStatistics}
 * @param options resamples and seed of the intervals
 * @returns one report per hardening function
 * @throws {TypeError} if the number of resamples or the seed is not an integer
 * @throws {RangeError} if either is out of range
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { anchorStatistics, theorem2 } from "@hscl/hscl";
 * const statistics = await anchorStatistics(Float64Array.of(1, 0, 1, 0, 0, 1, 0, 1), 2, [0, 0, 1, 1]);
 * assertEquals(theorem2(statistics)[0].premise.verdict, "fails"); // its own class is the closest
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

/**
 * Theorem 2, the plausible scenario: if the hard samples of other classes are on average closer to the anchor than a
 * random sample, `E_p[g] ≤ h_diff(x)`, then `L_∞^{UCL} ≤ L_∞^{H-SCL}`. So UCL bounds H-SCL from below only, and making
 * it small cannot make H-SCL small.
 *
 * The premise is that scenario, the conclusion the order of the losses, both at each anchor and on average.
 *
 * @param embeddings `[n, dim]` row-major; rows are scaled to unit norm
 * @param dim length of an embedding
 * @param labels class of each embedding, any integers
 * @param options see {@linkcode TheoryOptions}
 * @returns one report per hardening function
 * @throws {RangeError} if lengths do not fit, a row is zero or not finite, or an option is outside its range
 * @throws {TypeError} if a label is not an integer or an option not a number
 *
 * Source: Jiang et al., arXiv 2209.00078, Theorem 2.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { checkTheorem2 } from "@hscl/hscl";
 * const crossed = Float64Array.of(1, 0, 0, 1, 1, 0, 0, 1); // the nearest is always of the other class
 * const [{ premise, conclusion }] = await checkTheorem2(crossed, 2, [0, 0, 1, 1]);
 * assertEquals(premise.verdict, "holds");
 * assertEquals(conclusion.verdict, "holds");
 * ```
 */
export async function checkTheorem2(
  embeddings: Embeddings,
  dim: number,
  labels: ArrayLike<number>,
  options: TheoryOptions = {},
): Promise<TheoremReport[]> {
  return theorem2(await anchorStatistics(embeddings, dim, labels, options), options);
}
