/**
 * Features in, numbers out: how well they tell classes apart.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { nearestClassMean } from "@hscl/hscl/evaluate";
 * const training = { features: Float32Array.of(0, 0, 0, 1, 5, 5, 5, 6), labels: [0, 0, 1, 1] };
 * const queries = { features: Float32Array.of(1, 0, 6, 5), labels: [0, 1] };
 * assertEquals(nearestClassMean(training, queries, { dim: 2, classes: 2 }).top1, 1);
 * ```
 *
 * @module
 */
export { knnClassify, type KnnOptions, type KnnResult } from "./knn.ts";
export type { LabelledFeatures } from "./labelled_features.ts";
export { linearProbe, type LinearProbeOptions, type LinearProbeResult } from "./linear_probe.ts";
export {
  adamProbe,
  type AdamProbeOptions,
  type AdamProbeResult,
  type AdamProbeSettings,
} from "./adam_probe.ts";
export { innerClassMean, type InnerClassMeanOptions, type InnerClassMeanResult } from "./inner_class_mean.ts";
export {
  nearestClassMean,
  type NearestClassMeanOptions,
  type NearestClassMeanResult,
} from "./nearest_class_mean.ts";
export { retrieval, type RetrievalOptions, type RetrievalResult } from "./retrieval.ts";
export { stratifiedFolds } from "./stratified_folds.ts";
export {
  svmClassify,
  svmCrossValidate,
  type SvmCrossValidation,
  type SvmCrossValidationOptions,
  type SvmOptions,
  type SvmResult,
} from "./svm.ts";
export { confusionMatrix, type ConfusionMatrixOptions } from "./confusion_matrix.ts";
export { type PlanarMap, planarMap, type PlanarMapOptions } from "./planar_map.ts";
