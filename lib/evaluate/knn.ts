import * as tf from "@tensorflow/tfjs";
import { checkInteger, checkNumber, checkOptions } from "../core/checks.ts";
import type { Classes } from "../core/labels.ts";
import { normalizeRows } from "../core/similarity.ts";
import { checkFeatures, type LabelledFeatures, MOST_CLASSES } from "./labelled_features.ts";

/** Options of {@linkcode knnClassify}. */
export interface KnnOptions {
  /** Length of a feature vector. */
  dim: number;
  /** Number of classes. */
  classes: number;
  /** Neighbours that vote; the number of training features if that is smaller. Default 200. */
  k?: number;
  /** Temperature of the votes, `exp(cosine / temperature)`, at least 1e-300. Default 0.5. */
  temperature?: number;
}

/** Result of {@linkcode knnClassify}. */
export interface KnnResult {
  /** Share of queries whose class got the most votes, 0 … 1. */
  top1: number;
  /** Share of queries whose class is among the five with the most votes, 0 … 1; one without a vote is not. */
  top5: number;
  /** Winning class of each query. */
  predictions: Int32Array;
}

// Similarities are computed for this many queries at a time: memory stays at queries × training floats.
const QUERY_BLOCK = 256;

/**
 * Weighted k-nearest-neighbour classification: each of the `k` training items most similar to a query by cosine votes for
 * its class with weight `exp(cosine / temperature)`.
 *
 * Ties, in similarity and in votes, go to the lower index, so the result is the same on every run.
 *
 * @param training labelled features to vote
 * @param queries labelled features to classify
 * @throws {TypeError} if features are no numbers or a label is no integer
 * @throws {RangeError} if an array's length does not fit `dim`, a label is not a class, a feature is not finite, or
 * either side is empty
 *
 * Source: Wu et al., arXiv 1805.01978, section 3.4; `test` in the paper's code.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { initBackend, knnClassify } from "@hscl/hscl";
 * await initBackend({ backend: "cpu" });
 * const training = { features: Float32Array.of(1, 0, 0, 1), labels: [0, 1] };
 * const queries = { features: Float32Array.of(0.9, 0.1), labels: [0] };
 * const { top1 } = await knnClassify(training, queries, { dim: 2, classes: 2, k: 1 });
 * assertEquals(top1, 1);
 * ```
 */
export async function knnClassify(
  training: LabelledFeatures,
  queries: LabelledFeatures,
  options: KnnOptions,
): Promise<KnnResult> {
  const { dim, classes } = checkOptions(options, { dim: true, classes: true, k: true, temperature: true });
  checkInteger("dim", dim, { min: 1 });
  checkInteger("classes", classes, { min: 1, max: MOST_CLASSES });
  const temperature = checkNumber("kNN temperature", options.temperature ?? 0.5, { min: 1e-300 });
  const { features: bankFeatures, present, count: bankSize } = checkFeatures(
    "training",
    training,
    dim,
    classes,
  );
  const { features, labels, count } = checkFeatures("queries", queries, dim, classes);
  const k = Math.min(checkInteger("k", options.k ?? 200, { min: 1 }), bankSize);

  const columns = tf.tidy(() =>
    tf.transpose(normalizeRows(tf.tensor2d(bankFeatures, [bankSize, dim]))) as tf.Tensor2D
  );
  const predictions = new Int32Array(count);
  let correct1 = 0, correct5 = 0;
  try {
    for (let first = 0; first < count; first += QUERY_BLOCK) {
      const rows = Math.min(QUERY_BLOCK, count - first);
      const block = tf.tidy(() => {
        const asked = features.subarray(first * dim, (first + rows) * dim);
        return tf.matMul(normalizeRows(tf.tensor2d(asked, [rows, dim])), columns);
      });
      const cosines = await block.data() as Float32Array;
      block.dispose();
      for (let row = 0; row < rows; row++) {
        const own = cosines.subarray(row * bankSize, (row + 1) * bankSize);
        const ranking = rankedClasses(own, present, k, temperature);
        const label = labels[first + row];
        predictions[first + row] = ranking[0];
        if (ranking[0] === label) correct1++;
        if (ranking.slice(0, 5).includes(label)) correct5++;
      }
    }
  } finally {
    columns.dispose();
  }
  return { top1: correct1 / count, top5: correct5 / count, predictions };
}

/**
 * Classes that the `k` largest cosines vote for, the one with the most votes first. Votes are compared by their logarithms,
 * as they overflow at temperatures below 1/709.
 */
function rankedClasses(
  cosines: Float32Array,
  { labels, placeOf }: Classes,
  k: number,
  temperature: number,
): number[] {
  const classes = labels.length;
  const nearest = new Float64Array(classes).fill(-Infinity), sums = new Float64Array(classes);
  const voters: number[] = [];
  const cut = kthLargest(cosines, k);
  let left = k;
  for (let i = 0; i < cosines.length; i++) if (cosines[i] > cut) left--;
  for (let i = 0; i < cosines.length; i++) {
    if (cosines[i] > cut || (cosines[i] === cut && left-- > 0)) {
      voters.push(i);
      nearest[placeOf[i]] = Math.max(nearest[placeOf[i]], cosines[i]);
    }
  }
  for (const i of voters) sums[placeOf[i]] += Math.exp((cosines[i] - nearest[placeOf[i]]) / temperature);
  const most = nearest.reduce((a, b) => Math.max(a, b));
  const logVotes = sums.map((sum, place) => (nearest[place] - most) / temperature + Math.log(sum));
  return Array.from(sums.keys()).filter((place) => sums[place] > 0)
    .sort((a, b) => logVotes[b] - logVotes[a] || a - b)
    .map((place) => labels[place]);
}

/** The `k`-th largest value, by selection in a copy: linear time, where sorting each row would dominate the whole. */
function kthLargest(values: Float32Array, k: number): number {
  return k >= values.length ? values.reduce((a, b) => Math.min(a, b)) : quickSelect(values.slice(), k);
}

/** Hoare's selection, in place: the `k`-th largest of `values`. */
function quickSelect(values: Float32Array, k: number): number {
  let low = 0, high = values.length - 1;
  const target = k - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1];
    let i = low, j = high;
    while (i <= j) {
      while (values[i] > pivot) i++;
      while (values[j] < pivot) j--;
      if (i <= j) {
        const swapped = values[i];
        values[i++] = values[j];
        values[j--] = swapped;
      }
    }
    if (target <= j) high = j;
    else if (target >= i) low = i;
    else break;
  }
  return values[target];
}
