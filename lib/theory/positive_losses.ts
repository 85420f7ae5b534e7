/**
 * Mean over the positives of an anchor of `log(1 + Q·h·e^{-s⁺})`, for each of several `h`; every term to the last digits of
 * float64, also where it is tiny.
 *
 * @param cosines of the positives
 * @param logQh `log(Q·h)` of each `h`
 */
export function positiveLosses(
  cosines: Float32Array | Float64Array,
  logQh: readonly number[],
  temperature: number,
): number[] {
  return logQh.map((logRatio) => {
    let sum = 0;
    for (let p = 0; p < cosines.length; p++) sum += softplus(logRatio - cosines[p] / temperature);
    return sum / cosines.length;
  });
}

/** `log(1 + e^x)`. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
