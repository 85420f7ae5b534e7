/** The contrastive losses as the specification states them: loops over plain float64 numbers, nothing shared with lib. */

/** Points in rows. */
export type Points = number[][];

export interface NaiveScore {
  temperature: number;
  /** log η of a cosine; absent: 0. */
  logEta?: (cosine: number) => number;
  negativeWeight?: number | "count";
  tauPlus?: number;
  psi?: "infoNce" | "hinge";
  margin?: number;
}

export interface NaiveOptions extends NaiveScore {
  positives: "view" | "label";
  negatives: "all" | "different-label" | "others";
  labels: number[];
  reduction?: "pairs" | "anchors" | "inside";
  extraNegatives?: { embeddings: Points; labels: number[] };
  /** Where the weights are evaluated, if not at the views: they are constants of the gradient then. */
  weightsAt?: Points[];
  /** Whether rows are scaled to unit norm; default `true`. */
  normalize?: boolean;
}

/** Mean loss over the (anchor, positive) pairs of anchors that have a negative; 0 without any. One view is a list of one. */
export function naiveContrastive(views: Points[], options: NaiveOptions): number {
  const { reduction = "pairs", extraNegatives } = options;
  const batch = views[0].length, n = views.length * batch;
  const prepared = (rows: Points) => options.normalize === false ? rows : unitRows(rows);
  const points = prepared([...views.flat(), ...(extraNegatives?.embeddings ?? [])]);
  const weightPoints = options.weightsAt
    ? prepared([...options.weightsAt.flat(), ...(extraNegatives?.embeddings ?? [])])
    : points;
  const label = (i: number) => i < n ? options.labels[i % batch] : extraNegatives!.labels[i - n];

  const anchorMeans: number[] = [], pairLosses: number[] = [];
  for (let i = 0; i < n; i++) {
    const negatives: Negative[] = [], positives: number[] = [];
    for (let j = 0; j < points.length; j++) {
      const inBatch = j < n, sameItem = inBatch && j % batch === i % batch;
      const isNegative = options.negatives === "all"
        ? !sameItem
        : options.negatives === "others"
        ? j !== i
        : label(j) !== label(i);
      if (isNegative) {
        negatives.push({ cosine: dot(points[i], points[j]), at: dot(weightPoints[i], weightPoints[j]) });
      }
      if (inBatch && j !== i && (options.positives === "view" ? sameItem : label(j) === label(i))) {
        positives.push(dot(points[i], points[j]));
      }
    }
    if (negatives.length === 0 || positives.length === 0) continue;
    const defaultQ = options.negatives === "others" ? "count" as const : Math.max(n - views.length, 1);
    const score = { negativeWeight: defaultQ, ...dropUndefined(options) };
    const lossOf = (positive: number) => pairLoss(positive, negatives, score, options.negatives === "others");
    if (reduction === "inside") {
      const { temperature: T } = options;
      anchorMeans.push(lossOf(T * Math.log(mean(positives.map((u) => Math.exp(u / T))))));
    } else {
      const losses = positives.map(lossOf);
      pairLosses.push(...losses);
      anchorMeans.push(mean(losses));
    }
  }
  const values = reduction === "pairs" ? pairLosses : anchorMeans;
  return values.length === 0 ? 0 : mean(values);
}

/** Negatives of anchors given one by one; `undefined` in place of a label or a list means that there is none. */
export interface NaiveSampledOptions extends NaiveScore {
  labels?: number[];
  negativeLabels?: number[][];
  counts?: number[];
  logWeights?: number[][];
}

/** Mean loss over the anchors that have a negative; 0 without any. */
export function naiveSampled(
  anchors: Points,
  positives: Points,
  negatives: Points[],
  options: NaiveSampledOptions,
): number {
  const losses: number[] = [];
  unitRows(anchors).forEach((anchor, i) => {
    const kept = unitRows(negatives[i]).map((point, j): Negative => {
      const cosine = dot(anchor, point);
      return { cosine, at: cosine, logWeight: options.logWeights?.[i][j] };
    }).filter((_, j) =>
      j < (options.counts?.[i] ?? Infinity) &&
      (options.labels === undefined || options.negativeLabels![i][j] !== options.labels[i])
    );
    if (kept.length === 0) return;
    const score = { negativeWeight: "count" as const, ...dropUndefined(options) };
    losses.push(pairLoss(dot(anchor, unitRows([positives[i]])[0]), kept, score, false));
  });
  return losses.length === 0 ? 0 : mean(losses);
}

interface Negative {
  cosine: number;
  /** Cosine at which it is weighed. */
  at: number;
  logWeight?: number;
}

function pairLoss(positive: number, negatives: Negative[], options: NaiveScore, included: boolean): number {
  const { temperature: T, tauPlus = 0, margin = 1 } = options, logEta = options.logEta ?? (() => 0);
  let logs = negatives.map(({ at, logWeight = 0 }) => logEta(at) + logWeight);
  if (logs.every((log) => log === -Infinity)) {
    // An anchor all of whose negatives have η = 0 falls back to its hardest ones.
    const hardest = Math.max(...negatives.map(({ at }) => at));
    logs = negatives.map(({ at }) => at > hardest - 1e-9 ? 0 : -Infinity);
  }
  const most = Math.max(...logs), weights = logs.map((log) => Math.exp(log - most));
  const total = weights.reduce((a, b) => a + b);
  if (options.psi === "hinge") {
    return negatives.reduce(
      (sum, { cosine }, j) => sum + weights[j] / total * Math.max(0, margin + (cosine - positive) / T),
      0,
    );
  }
  const Q = options.negativeWeight === "count" ? negatives.length : options.negativeWeight!;
  let weighted = Q *
    negatives.reduce((sum, { cosine }, j) => sum + weights[j] / total * Math.exp(cosine / T), 0);
  const own = Math.exp(positive / T);
  if (tauPlus > 0) {
    weighted = Math.max((weighted - tauPlus * Q * own) / (1 - tauPlus), Q * Math.exp(-1 / T));
  }
  return included ? Math.log(weighted) - positive / T : Math.log1p(weighted / own);
}

function unitRows(points: Points): Points {
  return points.map((row) => {
    const norm = Math.hypot(...row);
    return norm === 0 ? row : row.map((x) => x / norm);
  });
}

const dot = (a: number[], b: number[]) => a.reduce((sum, x, k) => sum + x * b[k], 0);

const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;

function dropUndefined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}

/** Gradient of a function of points at `at`, view by view and row by row, from central differences in float64. */
export function naiveGradient(value: (views: Points[]) => number, at: Points[]): number[] {
  const step = 3e-6, moving = at.map((view) => view.map((row) => [...row]));
  return moving.flatMap((view) =>
    view.flatMap((row) =>
      row.map((x, column) => {
        const [above, below] = [step, -step].map((by) => {
          row[column] = x + by;
          return value(moving);
        });
        row[column] = x;
        return (above - below) / (2 * step);
      })
    )
  );
}
