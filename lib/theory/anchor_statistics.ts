import { checkOptions } from "../core/checks.ts";
import type { Labels } from "../core/labels.ts";
import type { Hardening } from "../hardening/hardening.ts";
import { noHardening } from "../hardening/none.ts";
import { type ClassSorted, type Embeddings, sortByClass } from "./class_sorted.ts";
import { cosineBlocks } from "./cosine_blocks.ts";
import {
  completeOptions,
  type CompleteTheoryOptions,
  type ProductPrecision,
  THEORY_OPTIONS,
  type TheoryOptions,
} from "./options.ts";
import { LeaveOneOut, type LeftOutMeans } from "./leave_one_out.ts";
import { type LossShape, lossShapes } from "./positive_losses.ts";
import { joinSums, type LogSums, PlainRowSums } from "./row_sums.ts";
import { VectorRowSums } from "./vector_row_sums.ts";

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
 * The cosines are computed once, in blocks of rows: memory is `O(n·block)`, not `O(n²)`. All sums and what follows from
 * them are float64, shifted so that nothing overflows for any β. With float32 products (see
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
  const complete = completeOptions(checkOptions(options, THEORY_OPTIONS));
  return await statisticsOf(sortByClass(embeddings, dim, labels), complete);
}

async function statisticsOf(
  sorted: ClassSorted,
  { temperature, hardenings, negativeWeight, products, leaveOut, seed }: CompleteTheoryOptions,
): Promise<AnchorStatistics> {
  const { count, order, starts, ends } = sorted;
  const precision = precisionOf(products, count);
  const Sums = precision === "float64" ? PlainRowSums : VectorRowSums;
  const sums = new Sums(hardenings, temperature, count);
  const unhardened = undefinedAnchors(noHardening(), count);
  const hardened = hardenings.map((hardening) => undefinedAnchors(hardening, count));
  const logQ = Math.log(negativeWeight), kinds = [unhardened, ...hardened];
  const inverses = new Float64Array(count);
  const leaveOneOut = new LeaveOneOut(sorted, kinds, { temperature, logQ, most: leaveOut, seed });

  for await (const block of cosineBlocks(sorted, precision)) {
    for (let r = 0; r < block.count; r++) {
      const row = block.first + r, anchor = order[row], start = starts[row], end = ends[row];
      const cosines = block.cosines.subarray(r * count, (r + 1) * count);
      // The first of the class takes the place of the anchor itself, so that its positives are one run.
      cosines[row] = cosines[start];
      const positives = [start + 1, end] as const;
      sums.load(cosines);
      const same = sums.over([positives]);
      const diff = sums.over([[0, start], [end, count]]);
      const all = joinSums(same, diff);
      writeMeans(unhardened, anchor, plainMeans(same), plainMeans(diff), plainMeans(all));
      hardened.forEach((into, h) =>
        writeMeans(into, anchor, hardMeans(same, h), hardMeans(diff, h), hardMeans(all, h))
      );
      let shapes: readonly LossShape[] = [];
      if (same.count > 0) {
        const logQh = kinds.flatMap(({ hAll, hDiff }) =>
          [hAll, hDiff].map((h) => logQ + Math.log(h[anchor]))
        );
        const losses = sums.positiveLosses(positives, logQh);
        const ownInverses = inverses.subarray(0, same.count);
        for (let p = 0; p < same.count; p++) ownInverses[p] = Math.exp(-cosines[start + 1 + p] / temperature);
        shapes = lossShapes(ownInverses, logQh);
        kinds.forEach(({ lossAll, lossDiff, slopeAll, slopeDiff }, kind) => {
          [lossAll[anchor], lossDiff[anchor]] = losses.slice(2 * kind);
          [slopeAll[anchor], slopeDiff[anchor]] = shapes.slice(2 * kind).map(({ slope }) => slope);
        });
      }
      const weights = [{ same: Math.log(same.count), diff: Math.log(diff.count) }];
      hardenings.forEach((_, h) => weights.push({ same: same.logEta[h], diff: diff.logEta[h] }));
      leaveOneOut.add(row, cosines, weights, shapes);
    }
  }
  const { means: leftOut } = leaveOneOut;
  return { count, temperature, negativeWeight, products: precision, unhardened, hardened, leftOut };
}

function undefinedAnchors(hardening: Hardening, count: number): HardenedAnchors {
  const array = () => new Float64Array(count).fill(NaN);
  return {
    hardening,
    hSame: array(),
    hDiff: array(),
    hAll: array(),
    rho: array(),
    lossAll: array(),
    lossDiff: array(),
    slopeAll: array(),
    slopeDiff: array(),
  };
}

/** Logarithms of a sum of weights and of the weighted sum of g. */
interface LogMeans {
  logWeight: number;
  logSum: number;
}

function plainMeans({ count, logG }: LogSums): LogMeans {
  return { logWeight: Math.log(count), logSum: logG };
}

function hardMeans({ logEta, logEtaG }: LogSums, h: number): LogMeans {
  return { logWeight: logEta[h], logSum: logEtaG[h] };
}

// An empty sum gives -∞ − -∞, which is the wanted NaN.
function writeMeans(
  into: HardenedAnchors,
  anchor: number,
  same: LogMeans,
  diff: LogMeans,
  all: LogMeans,
): void {
  into.hSame[anchor] = Math.exp(same.logSum - same.logWeight);
  into.hDiff[anchor] = Math.exp(diff.logSum - diff.logWeight);
  into.hAll[anchor] = Math.exp(all.logSum - all.logWeight);
  into.rho[anchor] = Math.exp(same.logWeight - all.logWeight);
}
