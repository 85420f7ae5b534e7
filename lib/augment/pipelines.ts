import type { ImageShape } from "../data/dataset.ts";
import { colorJitter } from "./color_jitter.ts";
import { compose } from "./compose.ts";
import { gaussianBlur } from "./gaussian_blur.ts";
import { normalize } from "./normalize.ts";
import { randomApply } from "./random_apply.ts";
import { randomGrayscale } from "./random_grayscale.ts";
import { randomHorizontalFlip } from "./random_horizontal_flip.ts";
import { randomResizedCrop } from "./random_resized_crop.ts";
import type { Transform } from "./transform.ts";

/** The transforms for one kind of image. */
export interface Pipeline {
  /** Which kind of images it is for. */
  readonly name: "colour" | "digits";
  /** Makes the random views for training. */
  readonly train: Transform;
  /** Prepares images for evaluation; nothing random. */
  readonly evaluate: Transform;
}

/**
 * The paper's augmentation of colour images: random resized crop, flip, colour jitter, grayscale, Gaussian blur,
 * normalisation by the statistics of CIFAR-10.
 *
 * @see arXiv 2209.00078, experiments, and its code; T. Chen et al., *A simple framework for contrastive learning of
 * visual representations*, arXiv 2002.05709, appendix A
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "@hscl/hscl";
 * import { colourPipeline } from "@hscl/hscl/augment";
 * const image = new Float32Array(32 * 32 * 3).fill(0.5);
 * colourPipeline().apply(image, { height: 32, width: 32, channels: 3 }, new Random(0));
 * assert(image.every(Number.isFinite));
 * ```
 */
export function colourPipeline(): Transform {
  return compose(
    randomResizedCrop(),
    randomHorizontalFlip(0.5),
    randomApply(0.8, colorJitter({ brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1 })),
    randomGrayscale(0.2),
    gaussianBlur({ kernelSize: 3, sigma: [0.1, 2], probability: 0.5 }),
    evaluationPipeline(3),
  );
}

/**
 * What of {@linkcode colourPipeline} makes sense for grey digits: no flip, as a mirrored digit is another sign; a crop
 * of at least 40 % of the area, so that most of the digit stays; jitter of brightness and contrast only; blur;
 * normalisation by the statistics of MNIST.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "@hscl/hscl";
 * import { digitsPipeline } from "@hscl/hscl/augment";
 * const image = new Float32Array(28 * 28).fill(0.5);
 * digitsPipeline().apply(image, { height: 28, width: 28, channels: 1 }, new Random(0));
 * assert(image.every(Number.isFinite));
 * ```
 */
export function digitsPipeline(): Transform {
  return compose(
    randomResizedCrop({ scale: [0.4, 1] }),
    randomApply(0.8, colorJitter({ brightness: 0.4, contrast: 0.4 })),
    gaussianBlur({ kernelSize: 3, sigma: [0.1, 2], probability: 0.5 }),
    evaluationPipeline(1),
  );
}

/**
 * The preparation of images for evaluation: normalisation only, by the statistics of MNIST (1 channel) or CIFAR-10 (3).
 *
 * @param channels 1 or 3
 * @throws {RangeError} for another number of channels
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "@hscl/hscl";
 * import { evaluationPipeline } from "@hscl/hscl/augment";
 * const image = Float32Array.of(0.1307);
 * evaluationPipeline(1).apply(image, { height: 1, width: 1, channels: 1 }, new Random(0));
 * assert(Math.abs(image[0]) < 1e-6);
 * ```
 */
export function evaluationPipeline(channels: number): Transform {
  if (channels === 1) return normalize([0.1307], [0.3081]);
  if (channels === 3) return normalize([0.4914, 0.4822, 0.4465], [0.2023, 0.1994, 0.2010]);
  throw new RangeError(`Cannot choose a pipeline as images must have 1 or 3 channels: received ${channels}`);
}

/**
 * The pipeline for images of a shape: colour for 3 channels, digits for 1.
 *
 * @param shape only `channels` matters
 * @throws {RangeError} for another number of channels
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { pipelineFor } from "@hscl/hscl";
 * assertEquals(pipelineFor({ height: 28, width: 28, channels: 1 }).name, "digits");
 * ```
 */
export function pipelineFor({ channels }: ImageShape): Pipeline {
  const evaluate = evaluationPipeline(channels);
  return channels === 3
    ? { name: "colour", train: colourPipeline(), evaluate }
    : { name: "digits", train: digitsPipeline(), evaluate };
}
