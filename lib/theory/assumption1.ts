import { type AnchorStatistics, anchorStatistics } from "./anchor_statistics.ts";
import type { BootstrapOptions } from "./bootstrap.ts";
import { checkClaim, type ClaimReport, toleranceOf } from "./claim.ts";
import type { Embeddings } from "./class_sorted.ts";
import type { TheoryOptions } from "./options.ts";

/**
 * Assumption 1, `h_diff(x) ≤ h_same(x)`, from statistics that are there already; see {@linkcode checkAssumption1}.
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
 * import { anchorStatistics, assumption1 } from "@hscl/hscl";
 * const statistics = await anchorStatistics(Float64Array.of(1, 0, 1, 0, 0, 1, 0, 1), 2, [0, 0, 1, 1]);
 * assertEquals(assumption1(statistics)[0].verdict, "holds");
 * ```
 */
export function assumption1(statistics: AnchorStatistics, options: BootstrapOptions = {}): ClaimReport[] {
  const tolerance = toleranceOf(statistics);
  return statistics.hardened.map(({ hardening, hDiff, hSame }) =>
    checkClaim("h_diff ≤ h_same", hardening, hDiff, hSame, tolerance, options)
  );
}

/**
 * Assumption 1: under hard sampling, samples of the anchor's class are on average closer to it than others,
 * `h_diff(x) ≤ h_same(x)`.
 *
 * @param embeddings `[n, dim]` row-major; rows are scaled to unit norm
 * @param dim length of an embedding
 * @param labels class of each embedding, any integers
 * @param options see {@linkcode TheoryOptions}
 * @returns one report per hardening function, with gaps `h_same − h_diff`
 * @throws {RangeError} if lengths do not fit, a row is zero or not finite, or an option is outside its range
 * @throws {TypeError} if a label is not an integer or an option not a number
 *
 * Source: Jiang et al., arXiv 2209.00078, Assumption 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { checkAssumption1 } from "@hscl/hscl";
 * const corners = Float64Array.of(1, 0, 1, 0, 0, 1, 0, 1);
 * const [together] = await checkAssumption1(corners, 2, [0, 0, 1, 1]);
 * const [crossed] = await checkAssumption1(corners, 2, [0, 1, 0, 1]);
 * assertEquals(together.verdict, "holds");
 * assertEquals(crossed.verdict, "fails");
 * ```
 */
export async function checkAssumption1(
  embeddings: Embeddings,
  dim: number,
  labels: ArrayLike<number>,
  options: TheoryOptions = {},
): Promise<ClaimReport[]> {
  return assumption1(await anchorStatistics(embeddings, dim, labels, options), options);
}
