import { checkInteger, checkOptions } from "../core/checks.ts";
import { denoFor } from "../core/platform.ts";
import { assembleDataset, keptIndices, SPLIT_SIZES } from "./assemble.ts";
import { packed } from "./convert_images.ts";
import { checkDataFolder, type FolderWords, stampOf } from "./data_folder.ts";
import type { ImageDataset } from "./dataset.ts";
import type { ColorImage } from "./decode_image.ts";
import { fitImage, LEAST_IMAGE_SIZE } from "./fit_image.ts";
import { folderAt, type ImageFile } from "./image_files.ts";
import { type LabelledFile, splitFiles } from "./image_folders.ts";
import { readImage } from "./read_images.ts";
import type { DatasetSource, FolderOptions } from "./source.ts";

/** Sizes up to this one are kept. */
const MOST_KEPT = 64;
/** What becomes of others unless somebody says otherwise. */
const USUAL_SIZE = 32;

/** Where own images are, and what becomes of them. */
export interface ImageFolderOptions extends FolderOptions {
  /** The folder: with a folder per class, or with `train` and `test` that have one. */
  dataDir?: string;
  /** At most so many training images; all if absent. */
  trainImages?: number;
  /** At most so many test images; all if absent. */
  testImages?: number;
  /**
   * Side in pixels of the square that images are made to, at least 8. If absent, images that are all of one size of at most 64
   * pixels a side stay as they are, and others become 32 × 32.
   */
  imageSize?: number;
}

/** The names of {@linkcode ImageFolderOptions}. */
const IMAGE_FOLDER_OPTIONS = { ...SPLIT_SIZES, dataDir: true, imageSize: true } as const;

const words: FolderWords = {
  who: "own images as they need",
  howToGet: "give one that has a folder of images per class with --data DIR (option dataDir)",
};

/** Images made to one size. */
interface FittedImages {
  height: number;
  width: number;
  pixels: Uint8Array[];
}

/** Reads images and makes them to one size: to a square of a side or, without one, their own if they share it and it is small. */
async function readFitted(files: readonly ImageFile[], side: number | undefined): Promise<FittedImages> {
  let size = side === undefined ? undefined : { height: side, width: side }, isFixed = side !== undefined;
  let images: ColorImage[] = [];
  for (const { path } of files) {
    const image = await readImage(path), { height, width } = image;
    const isKept = Math.max(height, width) <= MOST_KEPT;
    size ??= { height, width };
    if (!isFixed && !(isKept && height === size.height && width === size.width)) {
      size = { height: USUAL_SIZE, width: USUAL_SIZE };
      isFixed = true;
      images = images.map((image) => fitImage(image, USUAL_SIZE, USUAL_SIZE));
    }
    images.push(fitImage(image, size.height, size.width));
  }
  return { ...size!, pixels: images.map(({ pixels }) => pixels) };
}

/** Whether red, green and blue are the same everywhere. */
function isGrey(pixels: Uint8Array): boolean {
  for (let i = 0; i < pixels.length; i += 3) {
    if (pixels[i] !== pixels[i + 1] || pixels[i] !== pixels[i + 2]) return false;
  }
  return true;
}

/**
 * Own images: PNG, JPEG and WebP files in one folder per class, or in `train` and `test` with such folders.
 *
 * Without `train` and `test`, a fifth of each class is kept for testing; which images depends on the names of the class and of its
 * files alone. Where every image is grey they have one channel, else three; what is transparent shows white behind it. For another
 * size, images are cropped in the middle and scaled with antialiasing. The statistics are those of the training images.
 * Links are followed; hidden files and files that are no images are passed over.
 *
 * @param options `dataDir` is needed
 * @returns images `[count, height, width, channels]`, classes as the folders are called, sorted
 * @throws {DataError} if `dataDir` is not given, is no such folder, has fewer than two classes or too few images of one, or an image
 * cannot be read
 * @throws {TypeError} if `dataDir` is no text or a number not an integer
 * @throws {RangeError} if a number is out of range
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadDataset } from "@hscl/hscl";
 * import { encode } from "fast-png";
 * const dataDir = await Deno.makeTempDir();
 * for (const [name, grey] of [["bright", 250], ["dark", 5]] as const) {
 *   await Deno.mkdir(`${dataDir}/${name}`);
 *   const png = encode({ width: 8, height: 8, channels: 1, data: new Uint8Array(64).fill(grey) });
 *   for (let i = 0; i < 5; i++) await Deno.writeFile(`${dataDir}/${name}/${i}.png`, png);
 * }
 * const { classes, train, test, shape } = await loadDataset("folder", { dataDir });
 * assertEquals([classes, train.count, test.count, shape.channels], [["bright", "dark"], 8, 2, 1]);
 * await Deno.remove(dataDir, { recursive: true });
 * ```
 */
export async function loadFolder(options: ImageFolderOptions = {}): Promise<ImageDataset> {
  denoFor("read a folder of images");
  const { dataDir, imageSize, trainImages, testImages } = checkOptions(options, IMAGE_FOLDER_OPTIONS);
  if (imageSize !== undefined) checkInteger("imageSize", imageSize, { min: LEAST_IMAGE_SIZE });
  const { classes, ...splits } = await splitFiles(folderAt(checkDataFolder(dataDir, words)));
  const kept = (files: readonly LabelledFile[], count: number | undefined, split: "train" | "test") => {
    const most = count === undefined ? undefined : Math.min(count, files.length);
    const labels = Int32Array.from(files, ({ label }) => label);
    return Array.from(keptIndices(labels, most, "folder", split), (index) => files[index]);
  };
  // Before they are read, so that those that are left out cost nothing.
  const train = kept(splits.train, trainImages, "train"), test = kept(splits.test, testImages, "test");
  const { height, width, pixels } = await readFitted([...train, ...test], imageSize);
  const shape = { height, width, channels: pixels.every(isGrey) ? 1 : 3 };
  const setOf = (files: readonly LabelledFile[], first: number) => ({
    images: packed(pixels.slice(first, first + files.length), shape.channels),
    labels: Int32Array.from(files, ({ label }) => label),
    count: files.length,
  });
  return assembleDataset({
    name: "folder",
    shape,
    classes,
    train: setOf(train, 0),
    test: setOf(test, train.length),
  });
}

/** {@linkcode loadFolder} as one of the data sets. */
export const folderSource: DatasetSource<ImageFolderOptions> = {
  label: "own images",
  folder: "of your own images, in a folder per class",
  options: IMAGE_FOLDER_OPTIONS,
  flags: {
    imageSize: {
      kind: "integer",
      min: LEAST_IMAGE_SIZE,
      valueName: "n",
      help: "Side that images are scaled to, 32 if not given, but small ones of one size as they are",
    },
  },
  load: loadFolder,
  stamp: async ({ dataDir }) => {
    const { train, test } = await splitFiles(folderAt(checkDataFolder(dataDir, words)));
    return await stampOf([...train, ...test].map(({ path }) => path));
  },
};
