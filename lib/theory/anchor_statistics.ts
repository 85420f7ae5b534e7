import { checkOptions } from "../core/checks.ts";
import type { Labels } from "../core/labels.ts";
import type { Hardening } from "../hardening/hardening.ts";
import { noHardening } from "../hardening/none.ts";
import { scatterValues, undefinedValues } from "./anchor_values.ts";
import { type ClassSorted, type Embeddings, sortByClass } from "./class_sorted.ts";
import { emptyMeans, joinMeans, type LeftOutMeans } from "./left_out_means.ts";
import {
  completeOptions,
  type CompleteTheoryOptions,
  type ProductPrecision,
  THEORY_OPTIONS,
  type TheoryOptions,
} from "./options.ts";
import { eachPairBlock } from "./pair_blocks.ts";

/** What a hardening function makes of each anchor. All arrays have one item per embedding, `NaN` where undefined. */
export interface HardenedAnchors {
  /** The hardening function. */
  readonly hardening: Hardening;
  /** `h_same = E[η·g·1[same]] / E[η·1[same]]`, with `g = exp(cosine/T)`. */
  readonly hSame: Float64Array;
  /** `h_diff = E[η·g·1[diff]] / E[η·1[diff]]`. */
  readonly hDiff: Float64Array;
  /** `h_all = E[η·g] / E[η]`. */
  readonly hAll: Float64Array;
  /** `ρ = E[η·1[same]] / E[η]`. */
  readonly rho: Float64Array;
  /** Limit loss with negatives of all classes: of H-UCL, without hardening of UCL. */
  readonly lossAll: Float64Array;
  /** Limit loss with negatives of other classes: of H-SCL, without hardening of SCL. */
  readonly lossDiff: Float64Array;
  /** `∂ lossAll/∂ log h_all`, 0 … 1. */
  readonly slopeAll: Float64Array;
  /** `∂ lossDiff/∂ log h_diff`, 0 … 1. */
  readonly slopeDiff: Float64Array;
}

/** What every check is computed from: the expectations of each anchor over all its pairs. */
export interface AnchorStatistics {
  /** Number of embeddings. */
  readonly count: number;
  /** `T`. */
  readonly temperature: number;
  /** `Q`. */
  readonly negativeWeight: number;
  /** How the cosines were computed. */
  readonly products: "float64" | "float32";
  /** Without hardening: `h_all` is `E[g]`, the losses are UCL and SCL. */
  readonly unhardened: HardenedAnchors;
  /** One per hardening function, in the order they were given. */
  readonly hardened: readonly HardenedAnchors[];
  /** The same without each of the embeddings, for the intervals; one per hardening function. */
  readonly leftOut: readonly LeftOutMeans[];
}

// Up to here a float64 product of 128 dimensions takes at most about half a second.
const FLOAT64_COUNT = 2048;

/** How the cosines of so many embeddings are computed. */
export function precisionOf(products: ProductPrecision, count: number): "float64" | "float32" {
  return products !== "auto" ? products : count <= FLOAT64_COUNT ? "float64" : "float32";
}

/**
 * One pass over all ordered pairs of `n` embeddings: per anchor `x_i`, the exact expectations of the theory on the
 * empirical distribution.
 *
 * `E` is the mean over the `n − 1` other embeddings: an embedding is not its own negative, because its cosine of 1 is
 * no sample of how close two inputs are. The positives of an anchor are all others of its class, equally likely, and
 * the same for all four losses; like any other embedding of its class they also are negatives of UCL and H-UCL.
 * Undefined, and `NaN`, are `h_same` of an anchor alone in its class and `h_diff` when all are of one class; each also
 * if η is zero on every pair it averages over; and the losses of an anchor without a positive.
 *
 * Cosines are computed in blocks of rows: memory is `O(n·block)`, not `O(n²)`. All sums and what follows from them are float64, shifted so that nothing overflows for any β. With float32 products (see
 * {@linkcode TheoryOptions.products}) a cosine is off by up to 1e-6 (measured with 8 to 512 dimensions), so `h` and the
 * losses by up to 1e-6/T of their size and `ρ` by up to β times that; at T ≥ 0.5 all but `ρ` by 1e-6.
 *
 * @param embeddings `[n, dim]` row-major; rows are scaled to unit norm
 * @param dim length of an embedding
 * @param labels class of each embedding, any integers
 * @param options see {@linkcode TheoryOptions}
 * @throws {RangeError} if lengths do not fit, a row is zero or not finite, or an option is outside its range
 * @throws {TypeError} if a label is not an integer or an option not a number
 *
 * Source: Jiang et al., arXiv 2209.00078, the expectations in Assumption 1 and its Theorems 1 and 2.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { anchorStatistics, exponential } from "@hscl/hscl";
 * const corners = Float64Array.of(1, 0, 1, 0, 0, 1, 0, 1); // two classes at a right angle
 * const { hardened } = await anchorStatistics(corners, 2, [0, 0, 1, 1], { hardenings: [exponential(1)] });
 * assertAlmostEquals(hardened[0].hSame[0], Math.exp(2), 1e-12);
 * assertEquals(hardened[0].hDiff[0], 1);
 * ```
 */
export async function anchorStatistics(
  embeddings: Embeddings,
  dim: number,
  labels: Labels,
  options: TheoryOptions = {},
): Promise<AnchorStatistics> {
  return await observedStatistics(embeddings, dim, labels, options, () => {});
}

/** {@linkcode anchorStatistics}, where `onShare` hears how much of it is done, 0 … 1. */
export async function observedStatistics(
  embeddings: Embeddings,
  dim: number,
  labels: Labels,
  options: TheoryOptions,
  onShare: (share: number) => void,
): Promise<AnchorStatistics> {
  const complete = completeOptions(checkOptions(options, THEORY_OPTIONS));
  return await statisticsOf(sortByClass(embeddings, dim, labels), complete, onShare);
}

async function statisticsOf(
  sorted: ClassSorted,
  options: CompleteTheoryOptions,
  onShare: (share: number) => void,
): Promise<AnchorStatistics> {
  const { count, order } = sorted, { temperature, hardenings, negativeWeight, leaveOut } = options;
  const products = precisionOf(options.products, count);
  const unhardened = { hardening: noHardening(), ...undefinedValues(count) };
  const hardened = hardenings.map((hardening) => ({ hardening, ...undefinedValues(count) }));
  const leftOut = hardenings.map(() => emptyMeans(count, Math.min(count, leaveOut)));
  await eachPairBlock(sorted, { ...options, products }, {
    use(statistics, first, rows) {
      const places = order.subarray(first, first + rows);
      statistics.values.forEach((values, kind) => {
        scatterValues(values, kind === 0 ? unhardened : hardened[kind - 1], places);
      });
      statistics.leftOut.forEach((states, h) => joinMeans(leftOut[h], states));
    },
    onShare,
  });
  return { count, temperature, negativeWeight, products, unhardened, hardened, leftOut };
}
