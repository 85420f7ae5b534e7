import jstat from "jstat";

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
 *
 * @example
 * ```ts
 * import { meanInterval } from "hscl";
 * const { mean, halfWidth } = meanInterval([1, 2, 3]);
 * console.assert(mean === 2 && Math.abs(halfWidth - 2.484) < 1e-3);
 * ```
 */
export function meanInterval(samples: ArrayLike<number>): MeanInterval {
  const count = samples.length;
  const values = Array.from(samples);
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count < 2) return { mean, halfWidth: NaN, count };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  const quantile = jstat.studentt.inv(0.975, count - 1);
  return { mean, halfWidth: quantile * Math.sqrt(variance / count), count };
}
