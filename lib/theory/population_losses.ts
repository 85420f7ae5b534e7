import type { Labels } from "../core/labels.ts";
import type { NegativeKind } from "../core/negative_kinds.ts";
import type { Hardening } from "../hardening/hardening.ts";
import { type AnchorStatistics, anchorStatistics } from "./anchor_statistics.ts";
import type { Embeddings } from "./class_sorted.ts";
import type { PopulationInterval } from "./jackknife.ts";
import type { TheoryOptions } from "./options.ts";

/** The four limit losses, as means over the same anchors. */
export interface PopulationLosses {
  /** Name and parameters of the hardening function. */
  readonly hardening: Pick<Hardening, "name" | "parameters">;
  /** All negatives, not hardened. */
  readonly ucl: PopulationInterval;
  /** Negatives of other classes, not hardened. */
  readonly scl: PopulationInterval;
  /** All negatives, hardened. */
  readonly hucl: PopulationInterval;
  /** Negatives of other classes, hardened. */
  readonly hscl: PopulationInterval;
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
 * @returns one entry per hardening function
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
export function populationLosses(statistics: AnchorStatistics): PopulationLosses[];
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
  labels: Labels,
  options?: TheoryOptions,
): Promise<PopulationLosses[]>;
export function populationLosses(
  source: AnchorStatistics | Embeddings,
  dim?: number,
  labels: Labels = [],
  options: TheoryOptions = {},
): PopulationLosses[] | Promise<PopulationLosses[]> {
  if (isStatistics(source)) return lossesOf(source);
  return anchorStatistics(source, dim as number, labels, options).then(lossesOf);
}

function isStatistics(source: AnchorStatistics | Embeddings): source is AnchorStatistics {
  return typeof source === "object" && source !== null && "hardened" in source;
}

function lossesOf({ count, unhardened, hardened, leftOut }: AnchorStatistics): PopulationLosses[] {
  return hardened.map(({ hardening, lossAll, lossDiff }, h) => {
    // Where negatives of other classes can be drawn, all four losses are defined.
    const defined = Int32Array.from(lossDiff.keys()).filter((i) => !Number.isNaN(lossDiff[i]));
    const loss = (values: Float64Array, name: NegativeKind) => {
      const mean = defined.reduce((sum, i) => sum + values[i], 0) / defined.length;
      return leftOut[h].losses.interval(mean, { [name]: 1 });
    };
    return {
      hardening: { name: hardening.name, parameters: hardening.parameters },
      ucl: loss(unhardened.lossAll, "ucl"),
      scl: loss(unhardened.lossDiff, "scl"),
      hucl: loss(lossAll, "hucl"),
      hscl: loss(lossDiff, "hscl"),
      anchors: defined.length,
      undefinedAnchors: count - defined.length,
    };
  });
}
