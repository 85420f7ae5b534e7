/** The contrastive losses as the specification states them: loops over plain float64 numbers, nothing shared with lib. */

export interface NaiveOptions {
  temperature: number;
  /** η of a cosine; absent: 1. */
  eta?: (cosine: number) => number;
  positives: "view" | "label";
  negatives: "all" | "different-label";
  labels: number[];
  negativeWeight?: number | "count";
  reduction?: "pairs" | "anchors";
  tauPlus?: number;
}

/** Mean loss over the (anchor, positive) pairs of anchors that have a negative; 0 without any. */
export function naiveContrastive(view1: number[][], view2: number[][], options: NaiveOptions): number {
  const { temperature: T, tauPlus = 0, reduction = "pairs" } = options;
  const eta = options.eta ?? (() => 1);
  const batch = view1.length, n = 2 * batch;
  const points = [...view1, ...view2].map((row) => {
    const norm = Math.hypot(...row);
    return norm === 0 ? row : row.map((x) => x / norm);
  });
  const cosine = (i: number, j: number) => points[i].reduce((sum, x, k) => sum + x * points[j][k], 0);
  const label = (i: number) => options.labels[i % batch];

  const anchorMeans: number[] = [], pairLosses: number[] = [];
  for (let i = 0; i < n; i++) {
    const negatives: number[] = [], positives: number[] = [];
    for (let j = 0; j < n; j++) {
      const sameItem = j % batch === i % batch;
      if (options.negatives === "all" ? !sameItem : label(j) !== label(i)) negatives.push(j);
      if (j !== i && (options.positives === "view" ? sameItem : label(j) === label(i))) positives.push(j);
    }
    if (negatives.length === 0) continue;
    let weights = 0, weighted = 0;
    const hardest = Math.max(...negatives.map((j) => cosine(i, j)));
    const noneCounts = negatives.every((j) => eta(cosine(i, j)) === 0);
    for (const j of negatives) {
      // An anchor all of whose negatives have η = 0 falls back to its hardest ones.
      const w = noneCounts ? (cosine(i, j) > hardest - 1e-9 ? 1 : 0) : eta(cosine(i, j));
      weights += w;
      weighted += w * Math.exp(cosine(i, j) / T);
    }
    const Q = options.negativeWeight === "count" ? negatives.length : options.negativeWeight ?? n - 2;
    const losses = positives.map((p) => {
      const positive = Math.exp(cosine(i, p) / T);
      let negative = Q * weighted / weights;
      if (tauPlus > 0) {
        negative = Math.max((negative - tauPlus * Q * positive) / (1 - tauPlus), Q * Math.exp(-1 / T));
      }
      return -Math.log(positive / (positive + negative));
    });
    pairLosses.push(...losses);
    anchorMeans.push(losses.reduce((a, b) => a + b) / losses.length);
  }
  const values = reduction === "pairs" ? pairLosses : anchorMeans;
  return values.length === 0 ? 0 : values.reduce((a, b) => a + b) / values.length;
}
