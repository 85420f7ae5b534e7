import { checkInteger, checkNumber, checkOneOf, checkOptions } from "../core/checks.ts";
import { integerLabels, type Labels } from "../core/labels.ts";
import { type NegativeKind, negativeKindNames, negativeKinds } from "../core/negative_kinds.ts";
import { exponential } from "../hardening/exponential.ts";
import { checkHardening, type Hardening } from "../hardening/hardening.ts";
import { UnitRows } from "./unit_rows.ts";

/** Options of {@linkcode weightStatistics}. */
export interface WeightStatisticsOptions {
  /** Which distribution of negatives. */
  kind: NegativeKind;
  /** `[n, dim]`, row-major; only directions matter. */
  embeddings: ArrayLike<number>;
  /** Length of an embedding. */
  dim: number;
  /** One integer per embedding. */
  labels: Labels;
  /** Of the hardened kinds; `exponential(1)` if left out. */
  hardening?: Hardening;
  /** Temperature `T`; 0.5 if left out. */
  temperature?: number;
  /** Rows to average over; all if left out. */
  anchors?: readonly number[];
}

/** What the weights `w = η(u)` of the negatives are like, mean over anchors. */
export interface WeightStatistics {
  /** Effective number of negatives, `(Σw)² / Σw²`. */
  effectiveNegatives: number;
  /** Share of the weight that is on false negatives, those of the anchor's own class. */
  falseNegatives: number;
}

const NAMES = {
  kind: true,
  embeddings: true,
  dim: true,
  labels: true,
  hardening: true,
  temperature: true,
  anchors: true,
} as const;

/**
 * The effective number of negatives and the weight on false ones, of every anchor with all candidates that the distribution
 * has, mean over the anchors that have any whose `η` is not zero; `NaN` without such an anchor.
 *
 * @throws {RangeError} if a number is out of range, an anchor is no row, or the embeddings are not rows of `dim` numbers
 * @throws {TypeError} if a value is of the wrong type
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { weightStatistics } from "@hscl/hscl/samplers";
 * const embeddings = [1, 0, 0, 1, -1, 0, 0.6, 0.8], labels = [0, 1, 1, 0];
 * const { effectiveNegatives } = weightStatistics({ kind: "ucl", embeddings, dim: 2, labels });
 * assertAlmostEquals(effectiveNegatives, 3, 1e-12); // equal weights
 * ```
 */
export function weightStatistics(options: WeightStatisticsOptions): WeightStatistics {
  const { embeddings, dim, temperature = 0.5 } = checkOptions(options, NAMES);
  const { byLabel, hardened } =
    negativeKinds[checkOneOf("kind of negatives", options.kind, negativeKindNames)];
  checkNumber("temperature", temperature, { above: 0 });
  const { logEtaAt } = checkHardening("hardening", options.hardening ?? exponential(1));
  const unit = new UnitRows("embeddings", embeddings, dim), { count } = unit;
  const rows = new Float64Array(count * dim);
  unit.copyTo(rows, 0, count);
  const labels = integerLabels("labels", options.labels, count, "one per embedding");
  const anchors = options.anchors ?? Array.from({ length: count }, (_, row) => row);
  const found = anchors.flatMap((anchor) => {
    checkInteger("an anchor", anchor, { min: 0, max: count - 1 });
    const logs = new Float64Array(count).fill(-Infinity);
    for (let row = 0; row < count; row++) {
      if (row === anchor || (byLabel && labels[row] === labels[anchor])) continue;
      let cosine = 0;
      for (let d = 0; d < dim; d++) cosine += rows[anchor * dim + d] * rows[row * dim + d];
      logs[row] = hardened ? logEtaAt(Math.min(1, Math.max(-1, cosine)), temperature) : 0;
    }
    const largest = logs.reduce((most, log) => Math.max(most, log), -Infinity);
    if (largest === -Infinity) return [];
    let sum = 0, squares = 0, same = 0;
    logs.forEach((log, row) => {
      const weight = Math.exp(log - largest);
      sum += weight;
      squares += weight ** 2;
      if (labels[row] === labels[anchor]) same += weight;
    });
    return [{ effectiveNegatives: sum ** 2 / squares, falseNegatives: same / sum }];
  });
  const mean = (name: keyof WeightStatistics) =>
    found.reduce((sum, each) => sum + each[name], 0) / found.length;
  return { effectiveNegatives: mean("effectiveNegatives"), falseNegatives: mean("falseNegatives") };
}
