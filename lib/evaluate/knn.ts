import { checkBoolean, checkInteger, checkLength, checkNumber, checkOptions } from "../core/checks.ts";
import { checkThreads } from "../core/workers/threads.ts";
import { judgeCosines } from "./cosine_rows.ts";
import { checkFeatures, type LabelledFeatures, MOST_CLASSES, shareWithin } from "./labelled_features.ts";

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
  /**
   * For queries that are the training features themselves, in the same order: none votes on itself. Default false.
   */
  leaveOneOut?: boolean;
  /**
   * Threads that share the queries, at most; none of the results depends on it. By default one for each processor, at most 16, and
   * one only where others would take longer to start than they save, or cannot be started.
   */
  threads?: number;
}

/** Result of {@linkcode knnClassify}. */
export interface KnnResult {
  /** Share of queries whose class got the most votes, 0 … 1. */
  top1: number;
  /** Share of queries whose class is among the five with the most votes, 0 … 1; one without a vote is not. */
  top5: number;
  /** Winning class of each query. */
  predictions: Int32Array;
  /** Of each query, the place of its class among those with the most votes, from 1; 0 where it has no vote. */
  ranks: Int32Array;
}

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
  const { dim, classes, leaveOneOut = false } = checkOptions(options, KNN_OPTIONS);
  checkInteger("dim", dim, { min: 1 });
  checkInteger("classes", classes, { min: 1, max: MOST_CLASSES });
  const temperature = checkNumber("kNN temperature", options.temperature ?? 0.5, { min: 1e-300 });
  const bank = checkFeatures("training", training, dim, classes);
  const { features, labels, count } = checkFeatures("queries", queries, dim, classes);
  const others = bank.count - (checkBoolean("leaveOneOut", leaveOneOut) ? 1 : 0);
  if (leaveOneOut) {
    checkLength("queries", labels, bank.count, "those of training, each to be left out in turn");
    checkInteger("training features", bank.count, { min: 2 });
  }
  const k = Math.min(checkInteger("k", options.k ?? 200, { min: 1 }), others);

  const { labels: present, placeOf } = bank.present;
  const found = await judgeCosines(
    { rows: features, columns: bank.features, dim, threads: checkThreads(options.threads) },
    { judge: "votes", settings: { classes: present, placeOf, labels, k, temperature, leaveOneOut } },
  );
  const predictions = Int32Array.from({ length: count }, (_, query) => found[2 * query]);
  const ranks = Int32Array.from({ length: count }, (_, query) => found[2 * query + 1]);
  return { top1: shareWithin(ranks, 1), top5: shareWithin(ranks, 5), predictions, ranks };
}

const KNN_OPTIONS = {
  dim: true,
  classes: true,
  k: true,
  temperature: true,
  leaveOneOut: true,
  threads: true,
} as const;
