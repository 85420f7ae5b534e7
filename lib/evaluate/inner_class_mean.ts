import { checkInteger, checkNumber, checkOptions } from "../core/checks.ts";
import { classMeans } from "./class_means.ts";
import { decide } from "./class_scores.ts";
import { checkFeatures, type LabelledFeatures, MOST_CLASSES, shareWithin } from "./labelled_features.ts";

/** Options of {@linkcode innerClassMean}. */
export interface InnerClassMeanOptions {
  /** Length of a feature vector. */
  dim: number;
  /** Number of classes. */
  classes: number;
  /** `T` of the probabilities, at least 1e-300; it changes no prediction. Default 1, as in the code of the source. */
  temperature?: number;
}

/** Result of {@linkcode innerClassMean}. */
export interface InnerClassMeanResult {
  /** Share of queries whose class has the largest inner product, 0 … 1. */
  top1: number;
  /** Share of queries whose class has one of the five largest, 0 … 1. */
  top5: number;
  /** Mean of the natural logarithm of the probability of the query's class, at most 0; −∞ where a class has no training row. */
  logLikelihood: number;
  /** The class of the largest inner product, for each query. */
  predictions: Int32Array;
  /** Of each query, the place of its class, from 1; 0 for a class without a training row. */
  ranks: Int32Array;
  /** Of each query, the logarithm of the probability of its class. */
  logProbabilities: Float64Array;
}

/**
 * Classification by the inner product with the class means: a query `z` belongs to the class `c` of the largest `⟨z, μ_c⟩`, with
 * `μ_c` the mean of the training features of the class, not scaled to unit norm, so that a class that is spread out has a
 * shorter one. The probability of a class is
 *
 * `P(c | z) = exp(⟨z, μ_c⟩ / T) / Σ_c' exp(⟨z, μ_c'⟩ / T)`
 *
 * over the classes that have a training row. Ties go to the lower class. All in float64, without a backend.
 *
 * @param training labelled features whose means are taken
 * @param queries labelled features to classify
 * @throws {TypeError} if features are no numbers or a label is no integer
 * @throws {RangeError} if an array's length does not fit `dim`, a label is not a class, a feature is not finite, either
 * side is empty, or the temperature is not above 0
 *
 * Source: the mean classifier of Jiang et al., arXiv 2311.05139.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { innerClassMean } from "@hscl/hscl/evaluate";
 * const training = { features: Float32Array.of(1, 0, 0, 1), labels: [0, 1] };
 * const queries = { features: Float32Array.of(1, 0), labels: [0] };
 * const { top1, logLikelihood } = innerClassMean(training, queries, { dim: 2, classes: 2 });
 * assertEquals(top1, 1);
 * assertAlmostEquals(logLikelihood, 1 - Math.log(Math.E + 1), 1e-12);
 * ```
 */
export function innerClassMean(
  training: LabelledFeatures,
  queries: LabelledFeatures,
  options: InnerClassMeanOptions,
): InnerClassMeanResult {
  const { dim, classes, temperature = 1 } = checkOptions(options, {
    dim: true,
    classes: true,
    temperature: true,
  });
  checkInteger("dim", dim, { min: 1 });
  checkInteger("classes", classes, { min: 1, max: MOST_CLASSES });
  checkNumber("temperature of the class means", temperature, { min: 1e-300 });
  const fitted = checkFeatures("training", training, dim, classes), means = classMeans(fitted, dim);
  const asked = checkFeatures("queries", queries, dim, classes), { features, count } = asked;
  const scores = new Float64Array(count * means.length);
  for (let query = 0; query < count; query++) {
    means.forEach((mean, column) => {
      let product = 0;
      for (let d = 0; d < dim; d++) product += features[query * dim + d] * mean[d];
      scores[query * means.length + column] = product;
    });
  }
  const { predictions, ranks } = decide(scores, fitted.present.labels, asked);
  const columnOf = new Map(fitted.present.labels.map((label, column) => [label, column]));
  const logProbabilities = Float64Array.from({ length: count }, (_, query) => {
    const own = scores.subarray(query * means.length, (query + 1) * means.length);
    const column = columnOf.get(asked.labels[query]);
    if (column === undefined) return -Infinity;
    const top = own.reduce((a, b) => Math.max(a, b));
    const sum = own.reduce((sum, score) => sum + Math.exp((score - top) / temperature), 0);
    return (own[column] - top) / temperature - Math.log(sum);
  });
  return {
    top1: shareWithin(ranks, 1),
    top5: shareWithin(ranks, 5),
    logLikelihood: logProbabilities.reduce((sum, each) => sum + each, 0) / count,
    predictions,
    ranks,
    logProbabilities,
  };
}
