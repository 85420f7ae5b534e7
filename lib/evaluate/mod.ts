/** Features in, numbers out. */
export { knnClassify, type KnnOptions, type KnnResult, type LabelledFeatures } from "./knn.ts";
