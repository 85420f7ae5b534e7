import type { Hardening } from "../hardening/hardening.ts";
import { type AnchorStatistics, anchorStatistics } from "./anchor_statistics.ts";
import { type BootstrapInterval, bootstrapMeans, type BootstrapOptions } from "./bootstrap.ts";
import type { Embeddings } from "./class_sorted.ts";
import type { TheoryOptions } from "./options.ts";

/** The four limit losses, as means over the same anchors. */
export interface PopulationLosses {
  /** Name and parameters of the hardening function. */
  readonly hardening: Pick<Hardening, "name" | "parameters">;
  /** All negatives, not hardened. */
  readonly ucl: BootstrapInterval;
  /** Negatives of other classes, not hardened. */
  readonly scl: BootstrapInterval;
  /** All negatives, hardened. */
  readonly hucl: BootstrapInterval;
  /** Negatives of other classes, hardened. */
  readonly hscl: BootstrapInterval;
  /** Anchors at which all four are defined. */
  readonly anchors: number;
  /** Anchors at which one is not; they count in no mean. */
  readonly undefinedAnchors: number;
}

/**
 * The limit losses of UCL, SCL, H-UCL and H-SCL of a set of embeddings, exact on its empirical distribution:
 * `L_∞ = E_{x,x⁺} log(1 + Q·E_{x⁻~q(·|x)}[e^{s(x,x⁻)}] / e^{s(x,x⁺)})`.
 *
 * What counts as a positive and a negative of an anchor is said at {@linkcode anchorStatistics}. Takes embeddings, or the
 * statistics of them where these are there already and the pass over all pairs need not be made again.
 *
 * @param statistics of one pass over all pairs, see {@linkcode anchorStatistics}
 * @param options resamples and seed of the intervals
 * @returns one entry per hardening function
 * @throws {TypeError} if the number of resamples or the seed is not an integer
 * @throws {RangeError} if either is out of range
 *
 * Source: Jiang et al., arXiv 2209.00078, the definitions of the four losses and their limits.
 *
 * @example
 * ```ts
 * import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
 * import { anchorStatistics, populationLosses } from "@hscl/hscl";
 * const corners = Float64Array.of(1, 0, 1, 0, 0, 1, 0, 1), labels = [0, 0, 1, 1]; // two classes at a right angle
 * const [{ hucl, hscl }] = await populationLosses(corners, 2, labels, { temperature: 0.5 });
 * assertAlmostEquals(hscl.mean, Math.log(1 + Math.exp(-2)), 1e-12);
 * assert(hscl.mean < hucl.mean);
 * const statistics = await anchorStatistics(corners, 2, labels);
 * assertEquals(populationLosses(statistics)[0].hscl, hscl);
 * ```
 */
export function populationLosses(
  statistics: AnchorStatistics,
  options?: BootstrapOptions,
): PopulationLosses[];
/**
 * The same in one step, where nothing else is computed from the pairs.
 *
 * @param embeddings `[n, dim]` row-major; rows are scaled to unit norm
 * @param dim length of an embedding
 * @param labels class of each embedding, any integers
 * @param options see {@linkcode TheoryOptions}
 * @returns one entry per hardening function
 * @throws {RangeError} if lengths do not fit, a row is zero or not finite, or an option is outside its range
 * @throws {TypeError} if a label is not an integer or an option not a number
 */
export function populationLosses(
  embeddings: Embeddings,
  dim: number,
  labels: ArrayLike<number>,
  options?: TheoryOptions,
): Promise<PopulationLosses[]>;
export function populationLosses(
  source: AnchorStatistics | Embeddings,
  dim?: number | BootstrapOptions,
  labels: ArrayLike<number> = [],
  options: TheoryOptions = {},
): PopulationLosses[] | Promise<PopulationLosses[]> {
  if (!ArrayBuffer.isView(source)) return lossesOf(source, dim as BootstrapOptions ?? {});
  return anchorStatistics(source, dim as number, labels, options)
    .then((statistics) => lossesOf(statistics, options));
}

function lossesOf(statistics: AnchorStatistics, options: BootstrapOptions): PopulationLosses[] {
  const { count, unhardened } = statistics;
  return statistics.hardened.map(({ hardening, lossAll, lossDiff }) => {
    const series = [unhardened.lossAll, unhardened.lossDiff, lossAll, lossDiff];
    const defined = Int32Array.from({ length: count }, (_, i) => i).filter((i) =>
      series.every((values) => !Number.isNaN(values[i]))
    );
    const [ucl, scl, hucl, hscl] = bootstrapMeans(
      series.map((values) => Float64Array.from(defined, (i) => values[i])),
      options,
    );
    const { name, parameters } = hardening;
    const undefinedAnchors = count - defined.length;
    return {
      hardening: { name, parameters },
      ucl,
      scl,
      hucl,
      hscl,
      anchors: defined.length,
      undefinedAnchors,
    };
  });
}
