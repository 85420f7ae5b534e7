import { checkArray, checkInteger, checkOptions } from "../core/checks.ts";
import { checkThreads } from "../core/workers/threads.ts";
import { judgeCosines } from "./cosine_rows.ts";
import { checkFeatures, type LabelledFeatures, MOST_CLASSES } from "./labelled_features.ts";

/** Options of {@linkcode retrieval}. */
export interface RetrievalOptions {
  /** Length of a feature vector. */
  dim: number;
  /** The `K` of Recall@K. Default 1 and 5. */
  ks?: readonly number[];
  /**
   * Threads that share the items, at most; none of the results depends on it. By default one for each processor, at most 16, and
   * one only where others would take longer to start than they save, or cannot be started.
   */
  threads?: number;
}

/** Result of {@linkcode retrieval}. */
export interface RetrievalResult {
  /** Recall@K for each `K` of the options, in their order, 0 … 1; `NaN` without queries. */
  recallAt: number[];
  /** MAP@R, 0 … 1; `NaN` without queries. */
  mapAtR: number;
  /** How many items asked: those whose class has another item. */
  queries: number;
  /** Of each item, how many places from the top the first of its class is, from 1; 0 where its class has no other item. */
  firstRanks: Int32Array;
  /** Of each item, its average precision at R; `NaN` where its class has no other item. */
  precisions: Float64Array;
}

/**
 * How well the items of a class are found by their nearest neighbours among all other items, by cosine. With the `R` other
 * items of a query's class,
 *
 * `Recall@K = share of queries with one of their class among the K nearest`
 *
 * `MAP@R = mean over queries of 1/R · Σ_{i=1..R} P(i)`, with `P(i)` the precision among the `i` nearest where the `i`-th is of the
 * class, and 0 elsewhere.
 *
 * An item is never its own neighbour, and asks nothing if it is the only one of its class. Of equally near items, those
 * of lower index come first; "equally" is up to the rounding of float32. Cosines are computed in blocks, so memory grows with the number of
 * items and not with its square.
 *
 * @param items labelled features; any integers from 0 are labels
 * @throws {TypeError} if features are no numbers, or a label or `K` is no integer
 * @throws {RangeError} if the array's length does not fit `dim`, a label is negative, a feature is not finite, a `K` is below 1,
 * or there is no item
 *
 * Source: Musgrave, Belongie & Lim, *A Metric Learning Reality Check*, arXiv 2003.08505, section 3.2.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { initBackend } from "@hscl/hscl";
 * import { retrieval } from "@hscl/hscl/evaluate";
 * await initBackend({ backend: "cpu" });
 * // On a circle: two of class 0, one of class 1 near them, and two more of class 1.
 * const angles = [0, 10, 15, 90, 100].map((degrees) => degrees * Math.PI / 180);
 * const features = Float32Array.from(angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)]));
 * const { recallAt, mapAtR } = await retrieval({ features, labels: [0, 0, 1, 1, 1] }, { dim: 2, ks: [1, 2] });
 * assertEquals(recallAt, [3 / 5, 4 / 5]);
 * // The average precisions are 1, 0, 0, 1 and 1.
 * assertAlmostEquals(mapAtR, 3 / 5);
 * ```
 */
export async function retrieval(
  items: LabelledFeatures,
  options: RetrievalOptions,
): Promise<RetrievalResult> {
  const { dim, ks = [1, 5] } = checkOptions(options, { dim: true, ks: true, threads: true });
  checkInteger("dim", dim, { min: 1 });
  checkArray("ks", ks, "integers");
  for (const k of ks) checkInteger("K of Recall@K", k, { min: 1 });
  const { features, count, present: { placeOf } } = checkFeatures("items", items, dim, MOST_CLASSES);

  const found = await judgeCosines(
    { rows: features, columns: features, dim, threads: checkThreads(options.threads) },
    { judge: "neighbours", settings: { placeOf } },
  );
  const firstRanks = Int32Array.from({ length: count }, (_, item) => found[2 * item]);
  const precisions = Float64Array.from({ length: count }, (_, item) => found[2 * item + 1]);
  const asked = firstRanks.filter((rank) => rank > 0), queries = asked.length;
  return {
    recallAt: ks.map((k) => asked.filter((rank) => rank <= k).length / queries),
    mapAtR: precisions.reduce((sum, each) => Number.isNaN(each) ? sum : sum + each, 0) / queries,
    queries,
    firstRanks,
    precisions,
  };
}
