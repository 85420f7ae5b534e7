/**
 * Random changes of images, and the two views of contrastive learning.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { compose, randomHorizontalFlip, randomResizedCrop } from "@hscl/hscl/augment";
 * import { Random } from "@hscl/hscl/core";
 * const image = Float32Array.from({ length: 8 * 8 }, (_, i) => i / 64);
 * const transform = compose(randomResizedCrop(), randomHorizontalFlip());
 * transform.apply(image, { height: 8, width: 8, channels: 1 }, new Random(0));
 * assert(image.every((value) => value >= 0 && value < 1));
 * ```
 *
 * @module
 */
export { colorJitter, type ColorJitterOptions } from "./color_jitter.ts";
export { compose } from "./compose.ts";
export { gaussianBlur, type GaussianBlurOptions } from "./gaussian_blur.ts";
export {
  dropNodes,
  type GraphTransform,
  type GraphViewName,
  graphViewNames,
  graphViews,
  hideFeatures,
  oneOf,
  perturbEdges,
  subgraph,
  wholeGraph,
} from "./graph_views.ts";
export { normalize } from "./normalize.ts";
export {
  colorPipeline,
  digitsPipeline,
  evaluationPipeline,
  type Pipeline,
  pipelineFor,
  type PipelineName,
} from "./pipelines.ts";
export { randomApply } from "./random_apply.ts";
export { randomGrayscale } from "./random_grayscale.ts";
export { randomHorizontalFlip } from "./random_horizontal_flip.ts";
export { randomResizedCrop, type RandomResizedCropOptions } from "./random_resized_crop.ts";
export type { Transform } from "./transform.ts";
export { transformImages, twoViews } from "./two_views.ts";
