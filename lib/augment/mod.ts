/** Random changes of images, and the two views of contrastive learning. */
export { colorJitter, type ColorJitterOptions } from "./color_jitter.ts";
export { compose } from "./compose.ts";
export { gaussianBlur, type GaussianBlurOptions } from "./gaussian_blur.ts";
export { normalize } from "./normalize.ts";
export {
  colourPipeline,
  digitsPipeline,
  evaluationPipeline,
  type Pipeline,
  pipelineFor,
} from "./pipelines.ts";
export { randomApply } from "./random_apply.ts";
export { randomGrayscale } from "./random_grayscale.ts";
export { randomHorizontalFlip } from "./random_horizontal_flip.ts";
export { randomResizedCrop, type RandomResizedCropOptions } from "./random_resized_crop.ts";
export type { Transform } from "./transform.ts";
export { transformImages, twoViews } from "./two_views.ts";
