import { checkLength } from "./checks.ts";
import { floatArray } from "./float_array.ts";
import { studentQuantile } from "./student_t/compiled.ts";

/** A mean with the half-width of its 95 % confidence interval. */
export interface MeanInterval {
  /** Arithmetic mean of the samples; `NaN` without samples. */
  mean: number;
  /** Half-width of the two-sided 95 % interval; `NaN` for fewer than two samples. */
  halfWidth: number;
  /** How many samples there were. */
  count: number;
}

/**
 * Mean and 95 % confidence interval of independent samples, by Student's t:
 * `mean ± t(0.975, n − 1) · s / √n` with the unbiased standard deviation `s`.
 *
 * @param samples any number of finite values, in the unit of the result
 * @returns the mean, the half-width of the interval and the count
 * @throws {TypeError} if the samples are no array of numbers
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { meanInterval } from "@hscl/hscl";
 * const { mean, halfWidth } = meanInterval([1, 2, 3]);
 * assertEquals(mean, 2);
 * assertAlmostEquals(halfWidth, 2.484, 1e-3);
 * ```
 */
export function meanInterval(samples: ArrayLike<number>): MeanInterval {
  const values = Array.from(floatArray("samples", samples));
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count < 2) return { mean, halfWidth: NaN, count };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  const quantile = studentQuantile(0.975, count - 1);
  return { mean, halfWidth: quantile * Math.sqrt(variance / count), count };
}

/**
 * The interval of one of several means that all intervals hold with 95 % confidence together, by Bonferroni's inequality:
 * for looking at the best of them.
 *
 * @param interval of one mean, see {@linkcode meanInterval}
 * @param means how many there are, at least 1
 * @returns the same mean with `t(1 − 0.025/means, n − 1)` in place of `t(0.975, n − 1)`
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { meanInterval, simultaneousInterval } from "./interval.ts";
 * const one = meanInterval([1, 2, 3]);
 * assert(simultaneousInterval(one, 4).halfWidth > one.halfWidth);
 * ```
 */
export function simultaneousInterval(interval: MeanInterval, means: number): MeanInterval {
  const { halfWidth, count } = interval;
  if (count < 2) return interval;
  const quantile = (share: number) => studentQuantile(1 - share / 2, count - 1);
  return { ...interval, halfWidth: halfWidth * quantile(0.05 / means) / quantile(0.05) };
}

/**
 * Mean and 95 % confidence interval of the differences of paired samples, by Student's t: {@linkcode meanInterval} of
 * `first[i] − second[i]`. What both samples of a pair share – a seed – does not widen it.
 *
 * @param first any number of finite values
 * @param second as many, in the same order and unit
 * @returns the mean difference, the half-width of its interval and the number of pairs
 * @throws {RangeError} if the lengths differ
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { pairedInterval } from "./interval.ts";
 * const { mean, halfWidth } = pairedInterval([11, 22, 33], [10, 20, 30]);
 * assertEquals(mean, 2);
 * assertAlmostEquals(halfWidth, 2.484, 1e-3);
 * ```
 */
export function pairedInterval(first: ArrayLike<number>, second: ArrayLike<number>): MeanInterval {
  checkLength("the second samples", second, first.length, "one for each of the first");
  return meanInterval(Array.from(first, (value, index) => value - second[index]));
}

/** A share with its 95 % confidence interval, which need not lie evenly around it. */
export interface ShareInterval {
  /** 0 … 1; `NaN` of nothing. */
  value: number;
  /** Lower end. */
  low: number;
  /** Upper end. */
  high: number;
  /** How many there were. */
  count: number;
}

/** The 97.5 % quantile of the normal distribution. */
export const NORMAL_QUANTILE = 1.959963984540054;

/**
 * A share of independent items with Wilson's 95 % interval: the shares `p` from which it is at most 1.96 standard errors
 * `√(p(1 − p)/n)` away. It stays within 0 … 1 and has a width also where all or none are counted.
 *
 * Source: Wilson, *Probable Inference, the Law of Succession, and Statistical Inference*, JASA 1927.
 *
 * @param hits how many of them, 0 … count
 * @param count how many there are
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { shareInterval } from "@hscl/hscl/core";
 * const { value, low, high } = shareInterval(90, 100);
 * assertEquals(value, 0.9);
 * assertAlmostEquals(low, 0.8256, 1e-4);
 * assertAlmostEquals(high, 0.9448, 1e-4);
 * ```
 */
export function shareInterval(hits: number, count: number): ShareInterval {
  const value = hits / count, squared = NORMAL_QUANTILE ** 2;
  const middle = (hits + squared / 2) / (count + squared);
  const half = NORMAL_QUANTILE * Math.sqrt(hits * (1 - value) + squared / 4) / (count + squared);
  return { value, low: Math.max(0, middle - half), high: Math.min(1, middle + half), count };
}
