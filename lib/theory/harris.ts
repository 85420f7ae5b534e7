import type { Hardening } from "../hardening/hardening.ts";
import { type AnchorStatistics, anchorStatistics } from "./anchor_statistics.ts";
import type { BootstrapOptions } from "./bootstrap.ts";
import { checkClaim, type ClaimReport, toleranceOf } from "./claim.ts";
import type { Embeddings } from "./class_sorted.ts";
import type { TheoryOptions } from "./options.ts";

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
 * Harris' inequality, that hardening never lowers a loss, from statistics that are there already; see
 * {@linkcode checkHarris}.
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
 * import { anchorStatistics, harris } from "@hscl/hscl";
 * const statistics = await anchorStatistics(Float64Array.of(1, 0, 1, 0, 0, 1, 0, 1), 2, [0, 0, 1, 1]);
 * assertEquals(harris(statistics)[0].ucl.verdict, "holds");
 * ```
 */
export function harris(statistics: AnchorStatistics, options: BootstrapOptions = {}): HarrisReport[] {
  const tolerance = toleranceOf(statistics), { unhardened } = statistics;
  return statistics.hardened.map(({ hardening, lossAll, lossDiff }) => ({
    hardening: { name: hardening.name, parameters: hardening.parameters },
    ucl: checkClaim("UCL ≤ H-UCL", hardening, unhardened.lossAll, lossAll, tolerance, options),
    scl: checkClaim("SCL ≤ H-SCL", hardening, unhardened.lossDiff, lossDiff, tolerance, options),
  }));
}

/**
 * What is true of every representation, by Harris' inequality: `η` and `g` both grow with the cosine, so
 * `E[η·g] ≥ E[η]·E[g]`, and hardening raises a loss: `L^{UCL} ≤ L^{H-UCL}` and `L^{SCL} ≤ L^{H-SCL}`, at every anchor.
 *
 * A verdict other than `holds` (or `undefined`) means a bug, or a hardening function that decreases somewhere.
 *
 * @param embeddings `[n, dim]` row-major; rows are scaled to unit norm
 * @param dim length of an embedding
 * @param labels class of each embedding, any integers
 * @param options see {@linkcode TheoryOptions}
 * @returns one report per hardening function
 * @throws {RangeError} if lengths do not fit, a row is zero or not finite, or an option is outside its range
 * @throws {TypeError} if a label is not an integer or an option not a number
 *
 * Source: Jiang et al., arXiv 2311.05139, the lower bounds of the hardened losses.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { checkHarris, Random } from "@hscl/hscl";
 * const random = new Random(0);
 * const embeddings = Float64Array.from({ length: 20 * 3 }, () => random.normal());
 * const [{ ucl, scl }] = await checkHarris(embeddings, 3, Array.from({ length: 20 }, (_, i) => i % 4));
 * assertEquals(ucl.verdict, "holds");
 * assertEquals(scl.verdict, "holds");
 * ```
 */
export async function checkHarris(
  embeddings: Embeddings,
  dim: number,
  labels: ArrayLike<number>,
  options: TheoryOptions = {},
): Promise<HarrisReport[]> {
  return harris(await anchorStatistics(embeddings, dim, labels, options), options);
}
