import type { CheckedFeatures } from "./labelled_features.ts";

/** What queries are taken for, given a score of each class. */
export interface Decisions {
  /** The class of the highest score, for each query. */
  predictions: Int32Array;
  /** Of each query, the place of its class by score, from 1; 0 for a class without a score. */
  ranks: Int32Array;
}

/**
 * Gives each query the class of its highest score; of equal ones the first.
 *
 * @param scores `[queries, classes]`, row-major
 * @param classes the class of each column
 */
export function decide(
  scores: Float32Array | Float64Array,
  classes: readonly number[],
  { labels, count }: Pick<CheckedFeatures, "labels" | "count">,
): Decisions {
  const predictions = new Int32Array(count), ranks = new Int32Array(count);
  const columnOf = new Map(classes.map((label, column) => [label, column]));
  for (let query = 0; query < count; query++) {
    const own = scores.subarray(query * classes.length, (query + 1) * classes.length);
    let best = 0;
    for (let column = 1; column < own.length; column++) if (own[column] > own[best]) best = column;
    predictions[query] = classes[best];
    ranks[query] = rankOf(columnOf.get(labels[query]), own);
  }
  return { predictions, ranks };
}

/** The place of one score among all, from 1; equal ones in their order. 0 without it. */
function rankOf(column: number | undefined, scores: Float32Array | Float64Array): number {
  if (column === undefined) return 0;
  let rank = 1;
  for (let other = 0; other < scores.length; other++) {
    if (scores[other] > scores[column] || (scores[other] === scores[column] && other < column)) rank++;
  }
  return rank;
}
