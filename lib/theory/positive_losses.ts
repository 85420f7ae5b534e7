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

/** How a mean loss over the positives moves with `log h`. */
export interface LossShape {
  /** First derivative: mean of σ, the softmax weight of the negatives in each term. */
  slope: number;
  /** Second derivative: mean of σ(1 − σ). */
  curvature: number;
}

/**
 * The derivatives of {@linkcode positiveLosses} for each of several `h`.
 *
 * @param inverses `e^{-s⁺}` of the positives
 */
export function lossShapes(inverses: Float64Array, logQh: readonly number[]): LossShape[] {
  return logQh.map((value) => {
    const weight = Math.exp(value);
    let slope = 0, curvature = 0;
    for (let p = 0; p < inverses.length; p++) {
      const ratio = weight * inverses[p], rest = 1 / (1 + ratio);
      const sigmoid = rest > 0.5 ? ratio * rest : 1 - rest; // to the last digit also where it is tiny
      slope += sigmoid;
      curvature += rest * sigmoid;
    }
    return { slope: slope / inverses.length, curvature: curvature / inverses.length };
  });
}

/** `log(1 + e^x)`. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
