/** The distributions of negatives as the specification states them, in plain float64 numbers, nothing shared with lib but names. */
import type { NegativeKind } from "../../lib/core/negative_kinds.ts";

export interface NaiveSamplerOptions {
  kind: NegativeKind;
  bank: number[][];
  labels: number[];
  /** log η of a cosine at the temperature in question. */
  logEta: (cosine: number) => number;
}

/** Where a draw is to come from: a vector, its label, and the bank row that is never drawn. */
export interface NaiveAnchor {
  vector: number[];
  label: number;
  exclude?: number;
}

/** Natural logarithm of the weight of every bank row; -Infinity where it cannot be drawn. */
export function naiveLogWeights(anchor: NaiveAnchor, options: NaiveSamplerOptions): number[] {
  const { kind, bank, labels, logEta } = options;
  return bank.map((row, j) => {
    if (j === anchor.exclude) return -Infinity;
    if ((kind === "scl" || kind === "hscl") && labels[j] === anchor.label) return -Infinity;
    return kind === "hucl" || kind === "hscl" ? logEta(cosine(anchor.vector, row)) : 0;
  });
}

/** `log Σ exp` of the values. */
export function logSum(values: number[]): number {
  const most = Math.max(...values);
  return most === -Infinity
    ? -Infinity
    : most + Math.log(values.reduce((sum, x) => sum + Math.exp(x - most), 0));
}

/** log q(j|x) of every bank row. */
export function naiveLogProbabilities(logWeights: number[]): number[] {
  const total = logSum(logWeights);
  return logWeights.map((weight) => weight - total);
}

/** Log-probability of each draw of an ordered sequence without replacement, given those before it. */
export function naiveSequence(logWeights: number[], drawn: ArrayLike<number>): number[] {
  const left = [...logWeights];
  return Array.from(drawn, (j) => {
    const logProbability = left[j] - logSum(left);
    left[j] = -Infinity;
    return logProbability;
  });
}

function cosine(a: number[], b: number[]): number {
  const norm = Math.hypot(...a) * Math.hypot(...b);
  return norm === 0 ? 0 : Math.min(Math.max(a.reduce((sum, x, t) => sum + x * b[t], 0) / norm, -1), 1);
}
