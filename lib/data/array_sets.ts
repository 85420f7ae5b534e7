import { checkInteger } from "../core/checks.ts";
import { assembleDataset, SPLIT_SIZES, type SplitSizes } from "./assemble.ts";
import { convertImages } from "./convert_images.ts";
import { DataError } from "./data_error.ts";
import { LEAST_IMAGE_SIZE } from "./fit_image.ts";
import type { DatasetChoices, ImageDataset } from "./dataset.ts";
import type { FolderOptions } from "./source.ts";

/** Where arrays of images are, how many of them to keep, and their size. */
export interface ArrayOptions extends FolderOptions {
  /** The folder of the files. */
  dataDir?: string;
  /** Side in pixels of the square that images are made to, at least 8; they stay as they are if absent. */
  imageSize?: number;
}

/** The names of {@linkcode ArrayOptions}. */
export const ARRAY_OPTIONS = { ...SPLIT_SIZES, dataDir: true, imageSize: true } as const;

/** What {@linkcode ArrayOptions} have on a command line. */
export const arrayFlags = {
  imageSize: {
    kind: "integer",
    min: LEAST_IMAGE_SIZE,
    valueName: "n",
    help: "Side that images are scaled to, as they are if not given",
  },
} as const;

/** Images as an array, and where they came from. */
export interface ImageArray {
  /** For messages. */
  readonly path: string;
  /** Pixels 0 … 255. */
  readonly pixels: Uint8Array;
  /** `[count, height, width]` or `[count, height, width, channels]`. */
  readonly shape: readonly number[];
}

/** Labels as an array, and where they came from. */
export interface LabelArray {
  /** For messages. */
  readonly path: string;
  /** Integers of any range. */
  readonly labels: ArrayLike<number>;
}

/** The images and labels of a split. */
export interface ArraySplit {
  readonly images: ImageArray;
  readonly labels: LabelArray;
}

/** Refuses a file. */
export function refuse(path: string, requirement: string, received: string): DataError {
  return new DataError(`Cannot read ${path} as ${requirement}: received ${received}`);
}

/**
 * Throws unless these are the axes of images.
 *
 * @returns `[count, height, width, channels]`
 */
export function checkImageAxes(path: string, shape: readonly number[]): [number, number, number, number] {
  const [count, height, width, channels = 1] = shape;
  const hasAxes = shape.length === 3 || shape.length === 4;
  if (!hasAxes || shape.includes(0) || (channels !== 1 && channels !== 3)) {
    throw refuse(
      path,
      "its images must be [count, height, width] or [count, height, width, channels] with 1 or 3 channels",
      `[${shape.join(", ")}]`,
    );
  }
  return [count, height, width, channels];
}

/**
 * A data set of two splits that are arrays. Its classes are the different labels of the training images, in ascending order.
 *
 * @throws {DataError} if the images of the splits differ in shape, there is not one label per image, or a test image is of a class
 * that no training image has
 */
export function datasetOfArrays(
  { name, options, train, test }: {
    name: string;
    options?: DatasetChoices;
    train: ArraySplit;
    test: ArraySplit;
  },
  { imageSize, ...sizes }: SplitSizes & Pick<ArrayOptions, "imageSize">,
): ImageDataset {
  if (imageSize !== undefined) checkInteger("imageSize", imageSize, { min: LEAST_IMAGE_SIZE });
  const [, height, width, channels] = checkedSplit(train), [, ...tested] = checkedSplit(test);
  if (tested.join() !== [height, width, channels].join()) {
    throw refuse(
      test.images.path,
      `its images must be ${height} × ${width} × ${channels} as those of ${train.images.path}`,
      tested.join(" × "),
    );
  }
  const classes = [...new Set(Array.from(train.labels.labels))].sort((a, b) => a - b);
  const places = new Map(classes.map((label, place) => [label, place]));
  const found = { height, width, channels };
  const shape = imageSize === undefined ? found : { height: imageSize, width: imageSize, channels };
  const setOf = ({ images, labels }: ArraySplit) => ({
    images: convertImages(images.pixels, found, shape),
    labels: Int32Array.from(labels.labels, (label) => {
      const place = places.get(label);
      if (place !== undefined) return place;
      throw refuse(labels.path, `its classes must be among those of ${train.labels.path}`, String(label));
    }),
    count: images.shape[0],
  });
  // Labels are cheap to check, and images costly to scale.
  const tests = setOf(test);
  return assembleDataset({
    name,
    ...(options ? { options } : {}),
    shape,
    classes: classes.map(String),
    train: setOf(train),
    test: tests,
  }, sizes);
}

function checkedSplit({ images, labels }: ArraySplit): [number, number, number, number] {
  const shape = checkImageAxes(images.path, images.shape), [count] = shape;
  if (labels.labels.length !== count) {
    throw refuse(
      labels.path,
      `it must have one label for each of the ${count} images of ${images.path}`,
      `${labels.labels.length}`,
    );
  }
  return shape;
}
