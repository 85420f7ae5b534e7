import { checkInteger, checkOptions } from "../core/checks.ts";
import { classMeans } from "./class_means.ts";
import { accuracyOf, checkFeatures, type LabelledFeatures, MOST_CLASSES } from "./labelled_features.ts";

/** Options of {@linkcode nearestClassMean}. */
export interface NearestClassMeanOptions {
  /** Length of a feature vector. */
  dim: number;
  /** Number of classes. */
  classes: number;
}

/** Result of {@linkcode nearestClassMean}. */
export interface NearestClassMeanResult {
  /** Share of queries whose class has the nearest mean, 0 … 1. */
  top1: number;
  /** The class of the nearest mean, for each query. */
  predictions: Int32Array;
}

/**
 * Classification by the nearest class mean: a query belongs to the class `c` whose mean `μ_c` of the training features has
 * the least Euclidean distance `‖q − μ_c‖`. A class without a training row is never chosen; ties go to the lower class. All in
 * float64, without a backend.
 *
 * @param training labelled features whose means are taken
 * @param queries labelled features to classify
 * @throws {TypeError} if features are no numbers or a label is no integer
 * @throws {RangeError} if an array's length does not fit `dim`, a label is not a class, a feature is not finite, or
 * either side is empty
 *
 * Source: Mensink et al., *Distance-Based Image Classification*, IEEE TPAMI 2013, section 3; the nearest class center
 * of Papyan et al., arXiv 2008.08186.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { nearestClassMean } from "@hscl/hscl";
 * const training = { features: Float32Array.of(1, 0, 3, 0, 0, 1), labels: [0, 0, 1] };
 * const queries = { features: Float32Array.of(2, 0.4, 0.1, 0.9), labels: [0, 1] };
 * assertEquals(nearestClassMean(training, queries, { dim: 2, classes: 2 }).top1, 1);
 * ```
 */
export function nearestClassMean(
  training: LabelledFeatures,
  queries: LabelledFeatures,
  options: NearestClassMeanOptions,
): NearestClassMeanResult {
  const { dim, classes } = checkOptions(options, { dim: true, classes: true });
  checkInteger("dim", dim, { min: 1 });
  checkInteger("classes", classes, { min: 1, max: MOST_CLASSES });
  const fitted = checkFeatures("training", training, dim, classes), means = classMeans(fitted, dim);
  const { features, labels, count } = checkFeatures("queries", queries, dim, classes);
  const predictions = Int32Array.from({ length: count }, (_, query) => {
    let nearest = -1, least = Infinity;
    means.forEach((mean, place) => {
      let distance = 0;
      for (let d = 0; d < dim; d++) distance += (features[query * dim + d] - mean[d]) ** 2;
      if (distance < least) [nearest, least] = [fitted.present.labels[place], distance];
    });
    return nearest;
  });
  return { top1: accuracyOf(predictions, labels), predictions };
}
