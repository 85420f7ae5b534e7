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
  /** Where the weights are evaluated, if not at the views: they are constants of the gradient then. */
  weightsAt?: { view1: number[][]; view2: number[][] };
}

/** Mean loss over the (anchor, positive) pairs of anchors that have a negative; 0 without any. */
export function naiveContrastive(view1: number[][], view2: number[][], options: NaiveOptions): number {
  const { temperature: T, tauPlus = 0, reduction = "pairs" } = options;
  const eta = options.eta ?? (() => 1);
  const batch = view1.length, n = 2 * batch;
  const cosine = cosinesOf(view1, view2);
  const weightCosine = options.weightsAt
    ? cosinesOf(options.weightsAt.view1, options.weightsAt.view2)
    : cosine;
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
    const hardest = Math.max(...negatives.map((j) => weightCosine(i, j)));
    const noneCounts = negatives.every((j) => eta(weightCosine(i, j)) === 0);
    for (const j of negatives) {
      // An anchor all of whose negatives have η = 0 falls back to its hardest ones.
      const w = noneCounts ? (weightCosine(i, j) > hardest - 1e-9 ? 1 : 0) : eta(weightCosine(i, j));
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

function cosinesOf(view1: number[][], view2: number[][]): (i: number, j: number) => number {
  const points = [...view1, ...view2].map((row) => {
    const norm = Math.hypot(...row);
    return norm === 0 ? row : row.map((x) => x / norm);
  });
  return (i, j) => points[i].reduce((sum, x, k) => sum + x * points[j][k], 0);
}

/** Gradient of {@linkcode naiveContrastive} in both views, row by row, from central differences in float64. */
export function naiveGradient(
  view1: number[][],
  view2: number[][],
  { stopWeightGradient, ...options }: NaiveOptions & { stopWeightGradient?: boolean },
): number[] {
  const step = 3e-6, weightsAt = stopWeightGradient ? { view1, view2 } : undefined;
  const moved = (view: number[][], row: number, column: number, by: number) =>
    view.map((values, r) => r === row ? values.map((x, c) => c === column ? x + by : x) : values);
  return [0, 1].flatMap((which) =>
    (which === 0 ? view1 : view2).flatMap((values, row) =>
      values.map((_, column) => {
        const [above, below] = [step, -step].map((by) =>
          which === 0
            ? naiveContrastive(moved(view1, row, column, by), view2, { ...options, weightsAt })
            : naiveContrastive(view1, moved(view2, row, column, by), { ...options, weightsAt })
        );
        return (above - below) / (2 * step);
      })
    )
  );
}
