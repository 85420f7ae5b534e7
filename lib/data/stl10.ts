import { checkInteger, checkOneOf, checkOptions } from "../core/checks.ts";
import { denoFor } from "../core/platform.ts";
import { Random } from "../core/random.ts";
import { assembleDataset, keptIndices, SPLIT_SIZES } from "./assemble.ts";
import type { ChannelStatistics } from "./channel_statistics.ts";
import { readClassNames } from "./class_names.ts";
import { checkDataFolder, folderOfFiles, type FolderWords, stampOf } from "./data_folder.ts";
import { DataError } from "./data_error.ts";
import type { ImageDataset } from "./dataset.ts";
import { fitImage, LEAST_IMAGE_SIZE } from "./fit_image.ts";
import type { DatasetSource, FolderOptions } from "./source.ts";
import { TRAIN_ON, type TrainOn } from "./training_images.ts";

const side = 96, plane = side * side, recordBytes = 3 * plane;
const classCount = 10;
// Of all 5,000 training images, at 96 × 96.
const statistics: ChannelStatistics = { mean: [0.4467, 0.4398, 0.4066], std: [0.2603, 0.2566, 0.2713] };
/** What the paper's code makes of them. */
const USUAL_SIZE = 32;
// Twice as many as the original has without labels.
const mostRecords = 200_000;
// Images that are in memory at their full size.
const BLOCK = 256;
const source = "https://cs.stanford.edu/~acoates/stl10/stl10_binary.tar.gz";
const words: FolderWords = {
  who: "STL-10 as it needs",
  howToGet: `unpack ${source} and give its folder with --data DIR (option dataDir)`,
};

/** Where STL-10 is, how much of it to keep, of what size, and what to train on. */
export interface Stl10Options extends FolderOptions {
  /** The folder `stl10_binary` of the binary version, or the folder that holds it. */
  dataDir?: string;
  /** Side in pixels that images are scaled to, at least 8; 32 by default, as in the paper's code. At 96 they stay as they are. */
  imageSize?: number;
  /** The training images (`train`, the default), those without labels (`unlabeled`), or `both`; the last two for losses without labels. */
  trainOn?: TrainOn;
  /** How many of those without labels, a fixed choice; all by default. */
  unlabeledImages?: number;
}

/** The names of {@linkcode Stl10Options}. */
const STL10_OPTIONS = {
  ...SPLIT_SIZES,
  dataDir: true,
  imageSize: true,
  trainOn: true,
  unlabeledImages: true,
} as const;

/** The paths of the files that are read. */
async function findFiles({ dataDir, trainOn = "train" }: Stl10Options): Promise<Record<string, string>> {
  checkOneOf("trainOn", trainOn, TRAIN_ON);
  const parts = ["train_X", "train_y", "test_X", "test_y", ...(trainOn === "train" ? [] : ["unlabeled_X"])];
  const files = [...parts.map((part) => `${part}.bin`), "class_names.txt"];
  const folder = await folderOfFiles(checkDataFolder(dataDir, words), {
    label: "STL-10",
    howToGet: words.howToGet,
    folderInArchive: "stl10_binary",
    files,
  });
  return Object.fromEntries(files.map((file) => [file.split(".")[0], `${folder}/${file}`]));
}

/** How many images a file holds. */
async function countImages(path: string): Promise<number> {
  const { size } = await Deno.stat(path);
  if (size === 0 || size % recordBytes !== 0) {
    throw new DataError(
      `Cannot read ${path} as its size must be a positive multiple of ${recordBytes} bytes ` +
        `(1000 images are ${1000 * recordBytes}): received ${size} bytes`,
    );
  }
  const count = size / recordBytes;
  if (count <= mostRecords) return count;
  throw new DataError(`Cannot read ${path} as it must have at most ${mostRecords} images: received ${count}`);
}

/** The label of each image, from 0 on; in the file they begin at 1. */
async function readLabels(path: string, images: string): Promise<Int32Array> {
  const count = await countImages(images), { size } = await Deno.stat(path);
  if (size !== count) {
    throw new DataError(
      `Cannot read ${path} as it must have one byte for each of the ${count} images of ${images}: received ${size}`,
    );
  }
  const bytes = await Deno.readFile(path);
  const wrong = bytes.findIndex((label) => label < 1 || label > classCount);
  if (wrong >= 0) {
    throw new DataError(
      `Cannot read ${path} as label ${wrong} must be from 1 to ${classCount}: received ${bytes[wrong]}`,
    );
  }
  return Int32Array.from(bytes, (label) => label - 1);
}

/** Reads images of a file, in ascending order, at a size. */
async function readImages(path: string, indices: Int32Array, size: number): Promise<Uint8Array> {
  const images = new Uint8Array(indices.length * 3 * size * size), file = await Deno.open(path);
  try {
    for (let first = 0, out = 0; first < indices.length;) {
      // Images that follow each other are read together.
      let count = 1;
      while (count < BLOCK && indices[first + count] === indices[first] + count) count++;
      const bytes = await readBytes(file, path, indices[first] * recordBytes, count * recordBytes);
      for (let start = 0; start < bytes.length; start += recordBytes) {
        const pixels = rowMajor(bytes.subarray(start, start + recordBytes));
        images.set(fitImage({ height: side, width: side, pixels }, size, size).pixels, out);
        out += 3 * size * size;
      }
      first += count;
    }
  } finally {
    file.close();
  }
  return images;
}

async function readBytes(file: Deno.FsFile, path: string, start: number, count: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(count);
  await file.seek(start, Deno.SeekMode.Start);
  for (let length = 0; length < count;) {
    const more = await file.read(bytes.subarray(length));
    if (more === null) {
      throw new DataError(`Cannot read ${path} as it must not change meanwhile: received another size`);
    }
    length += more;
  }
  return bytes;
}

/** Planes of red, green and blue, column by column, as pixels row by row. */
function rowMajor(record: Uint8Array): Uint8Array {
  const pixels = new Uint8Array(recordBytes);
  for (let y = 0, out = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      for (let c = 0; c < 3; c++) pixels[out++] = record[c * plane + x * side + y];
    }
  }
  return pixels;
}

/** A fixed choice of so many images, in ascending order; a smaller one is part of a larger one. */
function chosenUnlabeled(count: number, wanted: number | undefined): Int32Array {
  if (wanted === undefined) return Int32Array.from({ length: count }, (_, i) => i);
  checkInteger("unlabeledImages", wanted, { min: 1 });
  if (wanted > count) {
    throw new RangeError(
      `Cannot use unlabeledImages as stl10 has ${count} images without labels: received ${wanted}`,
    );
  }
  return new Random(0).child("stl10/subset/unlabeled").permutation(count).slice(0, wanted).sort();
}

/**
 * STL-10 from the files of its binary version: colour images of ten classes, 5,000 to train and 8,000 to test with, and 100,000 of
 * these and other classes without labels, 96×96, which are scaled to 32×32 unless `imageSize` says otherwise.
 *
 * Those without labels are read only if `trainOn` is not `train`; then they are what a loss without labels learns from, alone or
 * with the training images. Everything else, such as a kNN, uses the labelled ones.
 *
 * @param options `dataDir` is needed, `trainImages` and `testImages` limit the labelled images
 * @returns images `[count, imageSize, imageSize, 3]` in RGB, classes as in `class_names.txt`
 * @throws {DataError} if `dataDir` is not given, or a file is missing, empty, cut short or not of STL-10
 * @throws {TypeError} if `dataDir` is no text or a number not an integer
 * @throws {RangeError} if more images are asked for than there are, or an option is out of range
 * @see A. Coates, H. Lee, A. Y. Ng, *An analysis of single layer networks in unsupervised feature learning*, AISTATS 2011;
 * https://cs.stanford.edu/~acoates/stl10
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { DataError } from "@hscl/hscl";
 * import { loadStl10 } from "@hscl/hscl/data";
 * const message = await loadStl10({ dataDir: "no/such/folder" }).catch((error: DataError) => error.message);
 * assert(String(message).includes("stl10_binary.tar.gz"));
 * ```
 */
export async function loadStl10(options: Stl10Options = {}): Promise<ImageDataset> {
  denoFor("read STL-10");
  const { dataDir, imageSize = USUAL_SIZE, trainOn = "train", ...sizes } = checkOptions(
    options,
    STL10_OPTIONS,
  );
  checkInteger("imageSize", imageSize, { min: LEAST_IMAGE_SIZE });
  const files = await findFiles({ dataDir, trainOn });
  const classes = await readClassNames(files.class_names, classCount);
  const labels = {
    test: await readLabels(files.test_y, files.test_X),
    train: await readLabels(files.train_y, files.train_X),
  };
  // Before they are read, so that those that are left out cost nothing.
  const kept = {
    test: keptIndices(labels.test, sizes.testImages, "stl10", "test"),
    train: keptIndices(labels.train, sizes.trainImages, "stl10", "train"),
  };
  const withoutLabels = trainOn === "train"
    ? undefined
    : chosenUnlabeled(await countImages(files.unlabeled_X), sizes.unlabeledImages);
  const setOf = async (split: "train" | "test") => ({
    images: await readImages(files[`${split}_X`], kept[split], imageSize),
    labels: kept[split].map((index) => labels[split][index]),
    count: kept[split].length,
  });
  const test = await setOf("test"), train = await setOf("train");
  const unlabeled = withoutLabels && {
    images: await readImages(files.unlabeled_X, withoutLabels, imageSize),
    count: withoutLabels.length,
  };
  return assembleDataset({
    name: "stl10",
    ...(unlabeled ? { options: { trainOn, unlabeledImages: unlabeled.count }, unlabeled } : {}),
    shape: { height: imageSize, width: imageSize, channels: 3 },
    statistics,
    classes,
    train,
    test,
  });
}

/** STL-10 as one of the data sets. */
export const stl10Source: DatasetSource<Stl10Options> = {
  label: "STL-10",
  folder: "of the STL-10 binary files",
  options: STL10_OPTIONS,
  flags: {
    imageSize: {
      kind: "integer",
      min: LEAST_IMAGE_SIZE,
      valueName: "n",
      help: `Side that images are scaled to, ${USUAL_SIZE} if not given`,
    },
    trainOn: {
      kind: "choice",
      allowed: TRAIN_ON,
      help: "Images to learn from; unlabeled ones for losses without labels only (train, if not given)",
    },
    unlabeledImages: {
      kind: "integer",
      min: 1,
      valueName: "n",
      help: "How many of those without labels (all, if not given)",
    },
  },
  load: loadStl10,
  stamp: async ({ dataDir, trainOn }) => await stampOf(Object.values(await findFiles({ dataDir, trainOn }))),
};
