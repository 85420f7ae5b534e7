import type { ChannelStatistics } from "../data/channel_statistics.ts";
import type { ImageDataset } from "../data/dataset.ts";
import { colorJitter } from "./color_jitter.ts";
import { compose } from "./compose.ts";
import { gaussianBlur } from "./gaussian_blur.ts";
import { normalize } from "./normalize.ts";
import { randomApply } from "./random_apply.ts";
import { randomGrayscale } from "./random_grayscale.ts";
import { randomHorizontalFlip } from "./random_horizontal_flip.ts";
import { randomResizedCrop } from "./random_resized_crop.ts";
import type { Transform } from "./transform.ts";

/** Which kind of images a pipeline is for. */
export type PipelineName = "color" | "digits";

/** The transforms for one kind of image. */
export interface Pipeline {
  /** Which kind of images it is for. */
  readonly name: PipelineName;
  /** Makes the random views for training. */
  readonly train: Transform;
  /** Prepares images for evaluation; nothing random. */
  readonly evaluate: Transform;
}

/**
 * The paper's augmentation of colour images: random resized crop, flip, colour jitter, grayscale, Gaussian blur,
 * normalisation.
 *
 * @param statistics what the pixels are normalised by
 * @see arXiv 2209.00078, experiments, and its code; T. Chen et al., *A simple framework for contrastive learning of
 * visual representations*, arXiv 2002.05709, appendix A
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "@hscl/hscl";
 * import { colorPipeline } from "@hscl/hscl/augment";
 * const image = new Float32Array(32 * 32 * 3).fill(0.5);
 * colorPipeline({ mean: [0.5, 0.5, 0.5], std: [0.2, 0.2, 0.2] }).apply(image, { height: 32, width: 32, channels: 3 }, new Random(0));
 * assert(image.every(Number.isFinite));
 * ```
 */
export function colorPipeline(statistics: ChannelStatistics): Transform {
  return compose(
    randomResizedCrop(),
    randomHorizontalFlip(0.5),
    randomApply(0.8, colorJitter({ brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1 })),
    randomGrayscale(0.2),
    gaussianBlur({ kernelSize: 3, sigma: [0.1, 2], probability: 0.5 }),
    evaluationPipeline(statistics),
  );
}

/**
 * What of {@linkcode colorPipeline} makes sense for grey digits: no flip, as a mirrored digit is another sign; a crop
 * of at least 40 % of the area, so that most of the digit stays; jitter of brightness and contrast only; blur;
 * normalisation.
 *
 * @param statistics what the pixels are normalised by
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "@hscl/hscl";
 * import { digitsPipeline } from "@hscl/hscl/augment";
 * const image = new Float32Array(28 * 28).fill(0.5);
 * digitsPipeline({ mean: [0.13], std: [0.31] }).apply(image, { height: 28, width: 28, channels: 1 }, new Random(0));
 * assert(image.every(Number.isFinite));
 * ```
 */
export function digitsPipeline(statistics: ChannelStatistics): Transform {
  return compose(
    randomResizedCrop({ scale: [0.4, 1] }),
    randomApply(0.8, colorJitter({ brightness: 0.4, contrast: 0.4 })),
    gaussianBlur({ kernelSize: 3, sigma: [0.1, 2], probability: 0.5 }),
    evaluationPipeline(statistics),
  );
}

/**
 * The preparation of images for evaluation: normalisation only.
 *
 * @param statistics of the data set
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "@hscl/hscl";
 * import { evaluationPipeline } from "@hscl/hscl/augment";
 * const image = Float32Array.of(0.75);
 * evaluationPipeline({ mean: [0.5], std: [0.25] }).apply(image, { height: 1, width: 1, channels: 1 }, new Random(0));
 * assertEquals(image[0], 1);
 * ```
 */
export function evaluationPipeline({ mean, std }: ChannelStatistics): Transform {
  return normalize(mean, std);
}

/**
 * The pipeline for the images of a data set: that of colour images for 3 channels, that of digits for 1.
 *
 * @param data its shape and statistics matter
 * @throws {RangeError} for another number of channels
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadDataset, pipelineFor } from "@hscl/hscl";
 * const data = await loadDataset("synthetic", { trainImages: 10, testImages: 10 });
 * assertEquals(pipelineFor(data).name, "digits");
 * ```
 */
export function pipelineFor({ shape, statistics }: Pick<ImageDataset, "shape" | "statistics">): Pipeline {
  const evaluate = evaluationPipeline(statistics);
  if (shape.channels === 3) return { name: "color", train: colorPipeline(statistics), evaluate };
  if (shape.channels === 1) return { name: "digits", train: digitsPipeline(statistics), evaluate };
  throw new RangeError(
    `Cannot choose a pipeline as images must have 1 or 3 channels: received ${shape.channels}`,
  );
}
