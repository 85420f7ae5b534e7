/** Features in, numbers out. */
export { knnClassify, type KnnOptions, type KnnResult } from "./knn.ts";
export type { LabelledFeatures } from "./labelled_features.ts";
export { linearProbe, type LinearProbeOptions, type LinearProbeResult } from "./linear_probe.ts";
export {
  nearestClassMean,
  type NearestClassMeanOptions,
  type NearestClassMeanResult,
} from "./nearest_class_mean.ts";
