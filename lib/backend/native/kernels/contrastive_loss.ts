import * as tf from "@tensorflow/tfjs";
import { captured } from "../../captured.ts";
import type { ContrastiveTerms } from "../../operations/contrastive_loss.ts";
import type { KernelArguments, NativeBackend } from "../backend.ts";

type Attributes = ContrastiveTerms & { withGradient: boolean };

// Pairs in memory at once, each some times over.
const MOST_PAIRS = 2 ** 23;

/** Far above any exponent, and finite even times a large factor. */
const MASKED = 2 ** 60;

/** Above this β rounding of the weights' slopes, whose sum is 0, would show in the gradient. */
const STEEP = 16;

/**
 * Kernel `ContrastiveLoss`: `[loss, gradient]`, of some anchors at a time against all embeddings, as a function that XLA compiles. Who
 * is whose positive or negative is given to it as numbers, so it is one for all labels.
 */
export function contrastiveLoss(
  { inputs: { x }, attrs: terms }: KernelArguments<{ x: tf.Tensor2D }, Attributes>,
): tf.Tensor[] {
  const [n] = x.shape, rows = Math.min(n, Math.max(1, Math.floor(MOST_PAIRS / n)));
  return tf.tidy(() => {
    const all = tf.gather(x, tf.tensor1d(terms.order, "int32"));
    let [loss, gradient] = [undefined, undefined] as (tf.Tensor | undefined)[];
    for (let start = 0; start < n; start += rows) {
      const tile = tileLoss(all, Math.min(rows, n - start), start, terms);
      const before = [loss, gradient];
      [loss, gradient] = tile.map((part, i) => before[i] ? tf.add(before[i]!, part) : part);
    }
    // With and without its gradient a loss is the same function, so that it is the same to the last bit.
    if (!terms.withGradient) return [loss!];
    const place = new Int32Array(n);
    terms.order.forEach((embedding, row) => place[embedding] = row);
    return [loss!, tf.gather(gradient!, tf.tensor1d(place, "int32"))];
  });
}

/** Whether XLA compiles functions here. */
export function hasXla(backend: NativeBackend): boolean {
  if (!backend.binding.captured) return false;
  try {
    const twice = captured((x: tf.Tensor) => tf.add(x, x), { most: 1, xla: true });
    return tf.tidy(() => twice(tf.scalar(1)).dataSync()[0]) === 2;
  } catch {
    return false;
  }
}

/** What is known of the anchors of a tile, each `[rows, 1]`. */
interface Anchors {
  /** Their embeddings, `[rows, dim]`. */
  embeddings: tf.Tensor;
  self: tf.Tensor;
  excluded: [from: tf.Tensor, to: tf.Tensor];
  positives: [from: tf.Tensor, to: tf.Tensor];
  counts: tf.Tensor;
  weights: tf.Tensor;
  logQ: tf.Tensor;
}

type Settings = Pick<
  ContrastiveTerms,
  "temperature" | "slope" | "stopWeightGradient" | "positiveIncluded" | "countedWeight" | "meanInside"
>;

function tileLoss(all: tf.Tensor, rows: number, start: number, terms: Attributes): tf.Tensor[] {
  return tile(() => {
    const column = (value: (anchor: number) => number) =>
      tf.tensor2d(Float32Array.from({ length: rows }, (_, row) => value(start + row)), [rows, 1]);
    const range = (bounds: Int32Array): [tf.Tensor, tf.Tensor] => [
      column((i) => bounds[2 * i]),
      column((i) => bounds[2 * i + 1]),
    ];
    const isAll = rows === all.shape[0];
    const anchors: Anchors = {
      embeddings: isAll
        ? all
        : tf.gather(all, tf.tensor1d(Int32Array.from({ length: rows }, (_, i) => start + i), "int32")),
      self: column((i) => i),
      excluded: range(terms.excluded),
      positives: range(terms.positives),
      counts: column((i) => terms.counts[i]),
      weights: column((i) => terms.weights[i]),
      logQ: column((i) => terms.logNegativeWeight[i]),
    };
    const { loss, inCosines } = pairs(tf.matMul(anchors.embeddings, all, false, true), anchors, terms);
    if (isAll) return [loss, tf.add(tf.matMul(inCosines, all), tf.matMul(inCosines, all, true))];
    // Of the anchors' rows of the gradient, those that are not of this tile are 0.
    const own = tf.matMul(inCosines, all), others = tf.matMul(inCosines, anchors.embeddings, true);
    const places = tf.cast(tf.equal(columns(all.shape[0]), anchors.self), "float32");
    return [loss, tf.add(others, tf.matMul(places, own, true))];
  });
}

/** Tiles of all losses. */
const tile = captured((compute: () => tf.Tensor[]) => compute(), { xla: true });

function columns(count: number): tf.Tensor {
  return tf.tensor2d(Float32Array.from({ length: count }, (_, i) => i), [1, count]);
}

/** 1 where a column is in the range of its row, else 0. */
function within(columns: tf.Tensor, [from, to]: [tf.Tensor, tf.Tensor]): tf.Tensor {
  return tf.cast(tf.logicalAnd(tf.greaterEqual(columns, from), tf.less(columns, to)), "float32");
}

/** The loss of anchors, and its slopes in their cosines with all embeddings, `[rows, n]`. */
function pairs(
  cosines: tf.Tensor,
  anchors: Anchors,
  settings: Settings,
): { loss: tf.Tensor; inCosines: tf.Tensor } {
  const { temperature, slope, stopWeightGradient } = settings;
  const column = columns(cosines.shape[1]!);
  const masked = tf.sub(cosines, tf.mul(within(column, anchors.excluded), MASKED));
  const nearest = tf.max(masked, 1, true), distances = tf.sub(masked, nearest);
  const pulls = softmaxOf(tf.mul(distances, slope + 1 / temperature));
  // e^{2·slope} rounds to 1 below this: no cosine changes a weight.
  const weights = slope < 2 ** -26 ? undefined : softmaxOf(tf.mul(distances, slope));
  const total = weights ? weights.total : tf.maximum(anchors.counts, 1);
  const logMean = tf.add(tf.mul(nearest, 1 / temperature), tf.log(tf.div(pulls.total, total)));

  const own = tf.cast(tf.notEqual(column, anchors.self), "float32");
  const isPositive = tf.mul(within(column, anchors.positives), own);
  const { loss, inMean, inPositives } = positivePairs(
    tf.mul(cosines, 1 / temperature),
    logMean,
    isPositive,
    anchors,
    settings,
  );
  let inCosines = tf.sub(
    tf.mul(pulls.shares, tf.mul(inMean, 1 / temperature)),
    tf.mul(inPositives, 1 / temperature),
  );
  if (weights && !stopWeightGradient) {
    const shifts = tf.sub(pulls.shares, weights.shares);
    const exact = slope * temperature > STEEP ? balanced(shifts, weights.shares) : shifts;
    inCosines = tf.add(inCosines, tf.mul(exact, tf.mul(inMean, slope)));
  }
  return { loss, inCosines };
}

/** Shares of exponentials of numbers of which the largest is 0 in their sum, and the sum, by rows. */
function softmaxOf(exponents: tf.Tensor): { shares: tf.Tensor; total: tf.Tensor } {
  const powers = tf.exp(exponents), total = tf.sum(powers, 1, true);
  return { shares: tf.div(powers, total), total };
}

/** Slopes that add up to 0 in every row but for rounding, which is taken off the largest weights. */
function balanced(slopes: tf.Tensor, weights: tf.Tensor): tf.Tensor {
  const isLargest = tf.cast(tf.equal(weights, tf.max(weights, 1, true)), "float32");
  const rest = tf.div(tf.sum(slopes, 1, true), tf.sum(isLargest, 1, true));
  return tf.sub(slopes, tf.mul(isLargest, rest));
}

/** The loss of the positive pairs of anchors with its slopes in `logMean` and, less what they are below 0, in the scores. */
function positivePairs(
  scores: tf.Tensor,
  logMean: tf.Tensor,
  isPositive: tf.Tensor,
  { weights, logQ }: Anchors,
  { meanInside, positiveIncluded, countedWeight }: Settings,
): { loss: tf.Tensor; inMean: tf.Tensor; inPositives: tf.Tensor } {
  const lossesOf = (y: tf.Tensor) =>
    !positiveIncluded ? tf.softplus(y) : countedWeight ? tf.add(y, tf.relu(tf.neg(y))) : y;
  const pullsOf = (y: tf.Tensor, weight: tf.Tensor) =>
    positiveIncluded ? weight : tf.mul(tf.sigmoid(y), weight);
  const sumOf = (x: tf.Tensor) => tf.sum(tf.sum(x, 1));
  if (!meanInside) {
    const y = tf.add(tf.sub(logMean, scores), logQ), weight = tf.mul(isPositive, weights);
    const pulls = pullsOf(y, weight);
    return { loss: sumOf(tf.mul(lossesOf(y), weight)), inMean: tf.sum(pulls, 1, true), inPositives: pulls };
  }
  const kept = tf.sub(scores, tf.mul(tf.sub(1, isPositive), MASKED)), largest = tf.max(kept, 1, true);
  const { shares, total } = softmaxOf(tf.sub(kept, largest)), count = tf.sum(isPositive, 1, true);
  const pooled = tf.add(largest, tf.log(tf.div(total, tf.maximum(count, 1))));
  const y = tf.add(tf.sub(logMean, pooled), logQ), weight = tf.mul(count, weights);
  const pulls = pullsOf(y, weight);
  return { loss: sumOf(tf.mul(lossesOf(y), weight)), inMean: pulls, inPositives: tf.mul(shares, pulls) };
}
