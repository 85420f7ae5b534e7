// @ts-types="npm:@types/d3-array@3.2.2"
import { quantileSorted } from "d3-array";
import { checkInteger } from "../core/checks.ts";
import { Random } from "../core/random.ts";

/** A mean over anchors with its 95 % bootstrap interval; all `NaN` without anchors. */
export interface BootstrapInterval {
  /** Mean over the anchors, exact on the given embeddings. */
  mean: number;
  /** 2.5 % quantile of the means of resampled anchors. */
  low: number;
  /** 97.5 % quantile of the means of resampled anchors. */
  high: number;
}

/** How intervals are made. */
export interface BootstrapOptions {
  /** Resamples; 1000 by default. */
  resamples?: number;
  /** Decides the resamples; 0 by default. */
  seed?: number;
}

/**
 * The means of several quantities of the same anchors over resamples of the anchors: drawn with replacement, the same ones
 * for every quantity.
 *
 * @param series equally long arrays, one item per anchor
 * @returns of each quantity its mean in every resample
 */
export function resampledMeans(
  series: readonly Float64Array[],
  { resamples = 1000, seed = 0 }: BootstrapOptions,
): Float64Array[] {
  checkInteger("resamples", resamples, { min: 1 });
  const count = series[0].length;
  const random = new Random(seed).child("theory").child("bootstrap");
  const times = new Uint16Array(count);
  const means = series.map(() => new Float64Array(resamples));
  for (let b = 0; b < resamples; b++) {
    times.fill(0);
    for (let i = 0; i < count; i++) times[random.integer(count)]++;
    series.forEach((values, s) => means[s][b] = weightedMean(values, times));
  }
  return means;
}

/**
 * Means of several quantities of the same anchors, with percentile bootstrap intervals. An interval says how much a mean
 * would move with other anchors, while the pairs of each anchor stay as they are.
 *
 * @param series equally long arrays, one item per anchor
 */
export function bootstrapMeans(
  series: readonly Float64Array[],
  options: BootstrapOptions,
): BootstrapInterval[] {
  const count = series[0].length;
  if (count === 0) return series.map(() => ({ mean: NaN, low: NaN, high: NaN }));
  const once = new Uint16Array(count).fill(1), means = resampledMeans(series, options);
  return series.map((values, s) => percentileInterval(weightedMean(values, once), means[s]));
}

/** A value with the interval that holds 95 % of its resampled values. */
export function percentileInterval(mean: number, resampled: Float64Array): BootstrapInterval {
  const sorted = Array.from(resampled.toSorted());
  return { mean, low: quantileSorted(sorted, 0.025)!, high: quantileSorted(sorted, 0.975)! };
}

function weightedMean(values: Float64Array, times: Uint16Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += times[i] * values[i];
  return sum / values.length;
}
