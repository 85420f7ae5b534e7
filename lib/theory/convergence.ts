import type { Labels } from "../core/labels.ts";
import { checkArray, checkInteger, checkOptions, checkPlaces } from "../core/checks.ts";
import { type NegativeKind, negativeKindNames, negativeKinds } from "../core/negative_kinds.ts";
import { Random } from "../core/random.ts";
import type { Hardening } from "../hardening/hardening.ts";
import { noHardening } from "../hardening/none.ts";
import {
  type BootstrapInterval,
  bootstrapMeans,
  type BootstrapOptions,
  percentileInterval,
  resampledMeans,
} from "./bootstrap.ts";
import { type Verdict, verdictOf } from "./claim.ts";
import { type ClassSorted, type Embeddings, sortByClass } from "./class_sorted.ts";
import { cosinesOfRow } from "./cosines.ts";
import { slopeVerdict } from "../core/slope.ts";
import {
  completeOptions,
  type CompleteTheoryOptions,
  THEORY_OPTIONS,
  type TheoryOptions,
} from "./options.ts";

/** Options of {@linkcode checkConvergence}. */
export interface ConvergenceOptions extends TheoryOptions {
  /** Numbers `k` of negatives, increasing, at least two of them; 4, 8, … 256 by default. */
  negatives?: readonly number[];
  /** Anchors that are sampled, at random; 200 by default, at most all. */
  anchors?: number;
  /** Times that an anchor draws a positive and its negatives; 16 by default. */
  draws?: number;
  /** Bootstrap resamples behind an interval; 1000 by default. */
  resamples?: number;
}

const CONVERGENCE_OPTIONS = {
  ...THEORY_OPTIONS,
  negatives: true,
  anchors: true,
  draws: true,
  resamples: true,
} as const;

/** How the finite loss of one distribution of negatives approaches its limit. */
export interface ConvergenceReport {
  /** The loss. */
  readonly loss: NegativeKind;
  /** Name and parameters of the hardening function. */
  readonly hardening: Pick<Hardening, "name" | "parameters">;
  /** The `k` of the gaps. */
  readonly negatives: readonly number[];
  /** `L_∞ − L_k` at each `k`, as means over the sampled anchors. */
  readonly meanGaps: readonly BootstrapInterval[];
  /** Slope of `log(L_∞ − L_k)` on `log k`, by least squares; `NaN` where the gap is zero. */
  readonly slope: BootstrapInterval;
  /**
   * Whether the gap falls like `1/k`: `holds` if the interval of the slope is within 0.15 of −1 and every anchor's gap is
   * smaller at the last `k` than at the first, `holds on average` if only the former; `holds` also if the gap is zero at
   * every `k`. It `fails` if the interval is farther from −1, and is `not decided` if only a part of it is.
   */
  readonly verdict: Verdict | "not decided";
  /** Share of the sampled anchors whose gap is smaller at the last `k` than at the first, or zero. */
  readonly share: number;
  /** Sampled anchors with a positive and a negative. */
  readonly anchors: number;
  /** Sampled anchors without. */
  readonly undefinedAnchors: number;
  /** `[negatives][n]`: `L_∞ − L_k` of each embedding; `NaN` where undefined or not sampled. */
  readonly gaps: readonly Float64Array[];
}

// The gap is about δ²/2 with δ a relative error of a mean, which rounding alone makes 1e-16 in size.
const ZERO_GAP = 1e-24;

/**
 * Convergence of the loss with `k` sampled negatives to its limit: `L_k → L_∞`, with a gap of order `1/k`.
 *
 * By explicit sampling: an anchor draws one positive and `k` negatives, with replacement, from its exact `q(·|x)` (a
 * larger `k` takes more of the same draws). With `m` the sampled mean of `e^{s(x,x⁻)}` and `h` its expectation, the gap of a
 * draw is `log(1 + Q·h/e^{s⁺}) − log(1 + Q·m/e^{s⁺}) = −log(1 + δ)`, `δ = Q·(m − h)/(e^{s⁺} + Q·h)`. As `E[δ] = 0`, its
 * mean is that of `δ − log(1 + δ)`, which is never negative and of order `1/k` in every draw: so the estimate is as sharp
 * at a large `k` as at a small one. Cosines are float64.
 *
 * @param embeddings `[n, dim]` row-major; rows are scaled to unit norm
 * @param dim length of an embedding
 * @param labels class of each embedding, any integers
 * @param options see {@linkcode ConvergenceOptions}
 * @returns UCL, SCL, and H-UCL and H-SCL for each hardening function
 * @throws {RangeError} if lengths do not fit, a row is zero or not finite, or an option is outside its range
 * @throws {TypeError} if a label is not an integer or an option not a number
 *
 * Source: Jiang et al., arXiv 2209.00078, on the limit of many negatives; the limit for UCL is Wang and Isola's, arXiv
 * 2005.10242, Theorem 1.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { checkConvergence, Random } from "@hscl/hscl";
 * const random = new Random(0);
 * const embeddings = Float64Array.from({ length: 40 * 4 }, () => random.normal());
 * const [ucl] = checkConvergence(embeddings, 4, Array.from({ length: 40 }, (_, i) => i % 4));
 * assertEquals(ucl.loss, "ucl");
 * assertAlmostEquals(ucl.slope.mean, -1, 0.15);
 * ```
 */
export function checkConvergence(
  embeddings: Embeddings,
  dim: number,
  labels: Labels,
  options: ConvergenceOptions = {},
): ConvergenceReport[] {
  checkOptions(options, CONVERGENCE_OPTIONS);
  const complete = completeOptions(options), sorted = sortByClass(embeddings, dim, labels);
  const negatives = checkNegatives(options.negatives ?? [4, 8, 16, 32, 64, 128, 256]);
  const draws = checkInteger("draws", options.draws ?? 16, { min: 1 });
  const resamples = checkInteger("resamples", options.resamples ?? 1000, { min: 1 });
  checkPlaces("draws and negatives", { draws, "most negatives": negatives[negatives.length - 1] });
  checkPlaces("resamples", { resamples, "numbers of negatives": negatives.length });
  const wanted = checkInteger("anchors", options.anchors ?? 200, { min: 1 });
  const random = new Random(complete.seed).child("theory").child("convergence");
  const rows = random.permutation(sorted.count).subarray(0, wanted);

  const casesOf = (hardening: Hardening, hardened: boolean): LossCase[] =>
    negativeKindNames.filter((loss) => negativeKinds[loss].hardened === hardened)
      .map((loss) => ({ loss, hardening }));
  const cases = [
    ...casesOf(noHardening(), false),
    ...complete.hardenings.flatMap((hardening) => casesOf(hardening, true)),
  ];
  const gaps = cases.map(() => negatives.map(() => new Float64Array(sorted.count).fill(NaN)));
  const cosines = new Float64Array(sorted.count);
  for (const row of rows) {
    cosinesOfRow(sorted, row, cosines);
    const stream = random.child(row);
    cases.forEach((lossCase, c) => {
      const drawn = gapsOfAnchor(sorted, row, cosines, lossCase, complete, { negatives, draws }, stream);
      drawn?.forEach((gap, k) => gaps[c][k][sorted.order[row]] = gap);
    });
  }
  return cases.map((lossCase, c) =>
    report(lossCase, negatives, gaps[c], rows.length, { resamples, seed: complete.seed })
  );
}

interface LossCase {
  loss: NegativeKind;
  hardening: Hardening;
}

function checkNegatives(negatives: readonly number[]): readonly number[] {
  checkArray("negatives", negatives, "integers");
  negatives.forEach((k, i) => checkInteger("negatives", k, { min: i === 0 ? 1 : negatives[i - 1] + 1 }));
  if (negatives.length < 2) {
    throw new RangeError(
      `Cannot fit a slope as there must be at least two numbers of negatives: received ${negatives.length}`,
    );
  }
  return negatives;
}

/** The gap of one anchor at each number of negatives, or nothing if the loss is undefined there. */
function gapsOfAnchor(
  { count, starts, ends }: ClassSorted,
  row: number,
  cosines: Float64Array,
  { loss, hardening }: LossCase,
  { temperature, negativeWeight }: CompleteTheoryOptions,
  { negatives, draws }: { negatives: readonly number[]; draws: number },
  random: Random,
): Float64Array | undefined {
  const start = starts[row], end = ends[row], { byLabel } = negativeKinds[loss];
  const candidates: number[] = [];
  for (let j = 0; j < count; j++) {
    if (byLabel ? j < start || j >= end : j !== row) candidates.push(cosines[j]);
  }
  const logEtas = candidates.map((cosine) => hardening.logEtaAt(cosine, temperature));
  const largest = logEtas.reduce((most, value) => Math.max(most, value), -Infinity);
  if (end - start < 2 || largest === -Infinity) return undefined;

  const cumulative = new Float64Array(candidates.length), g = new Float64Array(candidates.length);
  let weights = 0, products = 0;
  for (let j = 0; j < candidates.length; j++) {
    const eta = Math.exp(logEtas[j] - largest);
    g[j] = Math.exp(candidates[j] / temperature);
    weights += eta;
    products += eta * g[j];
    cumulative[j] = weights;
  }
  const limit = products / weights, gaps = new Float64Array(negatives.length);
  for (let draw = 0; draw < draws; draw++) {
    const other = start + random.integer(end - start - 1);
    const positive = Math.exp(cosines[other < row ? other : other + 1] / temperature);
    let sum = 0, drawn = 0;
    negatives.forEach((k, index) => {
      for (; drawn < k; drawn++) sum += g[firstAbove(cumulative, random.uniform(0, weights))];
      const all = positive + negativeWeight * limit, delta = negativeWeight * (sum / k - limit) / all;
      gaps[index] += excess(delta, (positive + negativeWeight * (sum / k)) / all) / draws;
    });
  }
  return gaps;
}

/** `δ − log(1 + δ)`, by its series where the difference would be rounding; by `1 + δ` where that is what δ lacks digits for. */
function excess(delta: number, onePlus: number): number {
  if (Math.abs(delta) < 1e-5) return delta * delta * (0.5 - delta / 3);
  return delta - (delta < -0.5 ? Math.log(onePlus) : Math.log1p(delta));
}

/** The first index whose value is above `x`; the last value is. */
function firstAbove(ascending: Float64Array, x: number): number {
  let low = 0, high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] > x) high = middle;
    else low = middle + 1;
  }
  return low;
}

function report(
  { loss, hardening: { name, parameters } }: LossCase,
  negatives: readonly number[],
  gaps: readonly Float64Array[],
  sampled: number,
  options: Required<BootstrapOptions>,
): ConvergenceReport {
  const defined = Int32Array.from(gaps[0].keys()).filter((i) => !Number.isNaN(gaps[0][i]));
  const series = gaps.map((values) => Float64Array.from(defined, (i) => values[i]));
  const meanGaps = bootstrapMeans(series, options);
  const resampled = resampledMeans(series, options);
  const slopes = Float64Array.from(
    { length: options.resamples },
    (_, b) => slopeOf(negatives, resampled.map((means) => means[b])),
  );
  const slope = percentileInterval(slopeOf(negatives, meanGaps.map(({ mean }) => mean)), slopes);
  const first = series[0], last = series[series.length - 1];
  const falling = last.filter((gap, i) => gap < first[i] || gap < ZERO_GAP).length;
  const zero = meanGaps.every(({ mean }) => mean < ZERO_GAP);
  const ofSlope = slopeVerdict(slope), ofAnchors = verdictOf(falling, defined.length, true);
  return {
    loss,
    hardening: { name, parameters },
    negatives,
    meanGaps,
    slope,
    verdict: zero || defined.length === 0 || ofSlope === "holds" ? ofAnchors : ofSlope,
    share: falling / defined.length,
    anchors: defined.length,
    undefinedAnchors: sampled - defined.length,
    gaps,
  };
}

/** Slope of `log gap` on `log k` by least squares. */
function slopeOf(negatives: readonly number[], gaps: readonly number[]): number {
  if (gaps.some((gap) => !(gap >= ZERO_GAP))) return NaN;
  const x = negatives.map(Math.log), y = gaps.map(Math.log);
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanX = mean(x), meanY = mean(y);
  const covariance = x.reduce((sum, value, i) => sum + (value - meanX) * (y[i] - meanY), 0);
  return covariance / x.reduce((sum, value) => sum + (value - meanX) ** 2, 0);
}
