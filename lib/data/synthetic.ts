import { checkInteger, checkNumber, checkOptions } from "../core/checks.ts";
import { Random } from "../core/random.ts";
import { assembleDataset, SPLIT_SIZES, type SplitSizes } from "./assemble.ts";
import type { ImageDataset, ImageSet, ImageShape } from "./dataset.ts";
import type { DatasetSource } from "./source.ts";

/** What {@linkcode syntheticImages} makes. */
export interface SyntheticOptions extends SplitSizes {
  /** Images for training; 2000 by default. */
  trainImages?: number;
  /** Images for testing; 500 by default. */
  testImages?: number;
  /** Number of classes, at least 1; 10 by default. */
  classes?: number;
  /** Rows of an image, at least 8; 28 by default. */
  height?: number;
  /** Columns of an image, at least 8; 28 by default. */
  width?: number;
  /** 1 (grey, the default) or 3 (colour). */
  channels?: 1 | 3;
  /** Share of the common template in every image: 0 keeps the classes apart, 1 makes them one; 0.2 by default. */
  overlap?: number;
  /** Standard deviation of the pixel noise, where black is 0 and white is 1; 0.1 by default. */
  noise?: number;
  /** Decides everything else; 0 by default. */
  seed?: number;
}

/** The names of {@linkcode SyntheticOptions}. */
const SYNTHETIC_OPTIONS = {
  ...SPLIT_SIZES,
  classes: true,
  height: true,
  width: true,
  channels: true,
  overlap: true,
  noise: true,
  seed: true,
} as const;

// Cosine waves per axis. The constant wave is left out: brightness is what augmentations change.
const waves = 5;
// Standard deviations over the pixels, where black is 0 and white is 1. Their ratio makes nearest-class-mean
// on grey images nearly perfect at overlap 0 and poor from about 0.7.
const templateContrast = 0.18;
const variationContrast = 0.14;

/** Draws smooth random fields: sums of low-frequency cosines with normal amplitudes. */
class SmoothField {
  readonly #shape: ImageShape;
  readonly #cosY: Float64Array;
  readonly #cosX: Float64Array;
  readonly #row: Float64Array;

  constructor(shape: ImageShape) {
    this.#shape = shape;
    this.#cosY = SmoothField.#basis(shape.height);
    this.#cosX = SmoothField.#basis(shape.width);
    this.#row = new Float64Array(shape.width);
  }

  /** `[waves, length]`, each wave with mean square 1. */
  static #basis(length: number): Float64Array {
    return Float64Array.from({ length: waves * length }, (_, i) => {
      const wave = Math.floor(i / length), position = i % length + 0.5;
      return (wave === 0 ? 1 : Math.SQRT2) * Math.cos(Math.PI * wave * position / length);
    });
  }

  /** Adds a field of expected mean square `contrast²` per channel to `image` `[height, width, channels]`. */
  addTo(image: Float64Array, contrast: number, random: Random): void {
    const { height, width, channels } = this.#shape;
    const row = this.#row, cosX = this.#cosX, cosY = this.#cosY;
    const scale = contrast / Math.sqrt(waves * waves - 1);
    for (let channel = 0; channel < channels; channel++) {
      for (let k = 0; k < waves; k++) {
        row.fill(0);
        for (let l = k === 0 ? 1 : 0; l < waves; l++) {
          const amplitude = scale * random.normal();
          for (let x = 0; x < width; x++) row[x] += amplitude * cosX[l * width + x];
        }
        for (let y = 0, i = channel; y < height; y++) {
          const weight = cosY[k * height + y];
          for (let x = 0; x < width; x++, i += channels) image[i] += weight * row[x];
        }
      }
    }
  }
}

/**
 * Labelled images from a seeded generator whose classes overlap as much as wanted.
 *
 * `image = ½ + (1 − overlap)·template_class + overlap·template_common + variation + noise`, clamped to [0, 1] and
 * rounded to 256 levels. Templates and the variation, drawn anew for every image, are smooth random fields; the noise is
 * independent per pixel. At overlap 1 the class is not in the formula: all classes have exactly the same distribution.
 * Colour images have a field per channel, so their classes stay apart up to a larger overlap than those of grey ones.
 * Classes take turns, so they are balanced to within one image. The first images do not change with the number of images.
 *
 * @param options see {@linkcode SyntheticOptions}
 * @returns images `[count, height, width, channels]`, classes "class 0", "class 1", …
 * @throws {TypeError} if a number is not finite or a count not an integer
 * @throws {RangeError} if a number is outside its range
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { syntheticImages } from "@hscl/hscl/data";
 * const { train } = syntheticImages({ classes: 3, trainImages: 6, testImages: 3, overlap: 0.5, seed: 1 });
 * assertEquals(train.labels.join(), "0,1,2,0,1,2");
 * assertEquals(train.images.length, 6 * 28 * 28);
 * ```
 */
export function syntheticImages(options: SyntheticOptions = {}): ImageDataset {
  const { channels = 1, overlap = 0.2, noise = 0.1, seed = 0 } = checkOptions(options, SYNTHETIC_OPTIONS);
  const { classes = 10, height = 28, width = 28, trainImages = 2000, testImages = 500 } = options;
  checkInteger("classes", classes, { min: 1 });
  checkInteger("height", height, { min: 8 });
  checkInteger("width", width, { min: 8 });
  checkInteger("trainImages", trainImages, { min: 1 });
  checkInteger("testImages", testImages, { min: 1 });
  checkNumber("overlap", overlap, { min: 0, max: 1 });
  checkNumber("noise", noise, { min: 0 });
  if (channels !== 1 && channels !== 3) {
    throw new RangeError(`Cannot use channels as it must be 1 or 3: received ${channels}`);
  }

  const shape = { height, width, channels }, size = height * width * channels;
  const random = new Random(seed).child("synthetic");
  const field = new SmoothField(shape);
  const template = (name: string) => {
    const image = new Float64Array(size);
    field.addTo(image, templateContrast, random.child(name));
    return image;
  };
  const common = template("common");
  const centres = Array.from({ length: classes }, (_, index) => {
    const own = template(`class ${index}`);
    return own.map((value, i) => 0.5 + (1 - overlap) * value + overlap * common[i]);
  });

  const generate = (split: string, count: number): ImageSet => {
    const stream = random.child(split);
    const labels = Int32Array.from({ length: count }, (_, index) => index % classes);
    const pixels = new Uint8ClampedArray(count * size); // clamps and rounds on assignment
    const image = new Float64Array(size);
    for (let index = 0; index < count; index++) {
      image.set(centres[labels[index]]);
      field.addTo(image, variationContrast, stream);
      const start = index * size;
      for (let i = 0; i < size; i++) pixels[start + i] = 255 * (image[i] + noise * stream.normal());
    }
    return { images: new Uint8Array(pixels.buffer), labels, count };
  };
  return assembleDataset({
    name: "synthetic",
    shape,
    classes: centres.map((_, index) => `class ${index}`),
    train: generate("train", trainImages),
    test: generate("test", testImages),
  });
}

/** {@linkcode syntheticImages} as one of the data sets. */
export const syntheticSource: DatasetSource<SyntheticOptions> = {
  label: "synthetic images",
  options: SYNTHETIC_OPTIONS,
  load: (options) => Promise.resolve().then(() => syntheticImages(options)),
  stamp: () => Promise.resolve("1"),
};
