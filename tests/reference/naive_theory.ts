/** The expectations and losses of the theory as the specification states them: double loops, nothing shared with lib. */

export interface NaiveTheoryOptions {
  temperature: number;
  /** η of a cosine. */
  eta: (cosine: number) => number;
  /** `Q`. */
  negativeWeight: number;
}

export interface NaiveAnchor {
  hSame: number;
  hDiff: number;
  hAll: number;
  rho: number;
  /** H-UCL (UCL with η = 1), H-SCL (SCL): means over the positives, all others of the class. */
  lossAll: number;
  lossDiff: number;
}

/** One entry per point; 0/0 gives NaN where something is undefined. */
export function naiveTheory(
  points: number[][],
  labels: number[],
  { temperature: T, eta, negativeWeight: Q }: NaiveTheoryOptions,
): NaiveAnchor[] {
  const unit = points.map((x) => x.map((value) => value / Math.hypot(...x)));
  const cosine = (i: number, j: number) => unit[i].reduce((sum, value, k) => sum + value * unit[j][k], 0);
  return unit.map((_, i) => {
    const sums = { etaSame: 0, productSame: 0, etaDiff: 0, productDiff: 0 };
    const positives: number[] = [];
    for (let j = 0; j < unit.length; j++) {
      if (j === i) continue;
      const u = cosine(i, j), g = Math.exp(u / T), weight = eta(u);
      if (labels[i] === labels[j]) {
        positives.push(g);
        sums.etaSame += weight;
        sums.productSame += weight * g;
      } else {
        sums.etaDiff += weight;
        sums.productDiff += weight * g;
      }
    }
    const hDiff = sums.productDiff / sums.etaDiff;
    const hAll = (sums.productSame + sums.productDiff) / (sums.etaSame + sums.etaDiff);
    const loss = (h: number) =>
      positives.reduce((sum, positive) => sum + Math.log(1 + Q * h / positive), 0) / positives.length;
    return {
      hSame: sums.productSame / sums.etaSame,
      hDiff,
      hAll,
      rho: sums.etaSame / (sums.etaSame + sums.etaDiff),
      lossAll: loss(hAll),
      lossDiff: loss(hDiff),
    };
  });
}
