import { checkOptions } from "../core/checks.ts";
import { integerLabels, type Labels } from "../core/labels.ts";
import type { NegativeKind } from "../core/negative_kinds.ts";
import type { Hardening } from "../hardening/hardening.ts";
import { logWeights } from "./log_weights.ts";

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
  const { anchors, ...weighted } = checkOptions(options, NAMES), logsOf = logWeights(weighted);
  const count = weighted.embeddings.length / weighted.dim;
  const labels = integerLabels("labels", options.labels, count, "one per embedding");
  const found = (anchors ?? Array.from({ length: count }, (_, row) => row)).flatMap((anchor) => {
    const logs = logsOf(anchor);
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
