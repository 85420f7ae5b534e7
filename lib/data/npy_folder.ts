import { checkOptions } from "../core/checks.ts";
import { denoFor } from "../core/platform.ts";
import {
  ARRAY_OPTIONS,
  arrayFlags,
  type ArrayOptions,
  type ArraySplit,
  checkImageAxes,
  datasetOfArrays,
  refuse,
} from "./array_sets.ts";
import { checkDataFolder, type FolderWords, isFile, stampOf } from "./data_folder.ts";
import { DataError } from "./data_error.ts";
import type { ImageDataset } from "./dataset.ts";
import { membersOf } from "../core/labels.ts";
import { testPlaces } from "./image_folders.ts";
import { readNpyImages, readNpyLabels } from "./npy_images.ts";
import type { DatasetSource } from "./source.ts";

const words: FolderWords = {
  who: ".npy arrays as they need",
  howToGet: "give the folder of train_images.npy, train_labels.npy, test_images.npy and test_labels.npy, " +
    "or of images.npy and labels.npy, with --data DIR (option dataDir)",
};

interface Pair {
  images: string;
  labels: string;
}

/** The files of a folder: of two splits, or of one array that is to be split. */
async function findFiles(dataDir: string | undefined): Promise<{ train: Pair; test?: Pair }> {
  const folder = checkDataFolder(dataDir, words);
  const pair = (start: string) => ({
    images: `${folder}/${start}images.npy`,
    labels: `${folder}/${start}labels.npy`,
  });
  const all = pair(""), train = pair("train_"), test = pair("test_");
  const isThere = async (path: string) => await isFile(path);
  const whole = await isThere(all.images), parts = await isThere(train.images);
  if (whole && parts) {
    throw refuse(folder, "it must hold images.npy or train_images.npy", "both");
  }
  const needed = whole ? [all] : [train, test];
  for (const path of needed.flatMap(({ images, labels }) => [images, labels])) {
    if (await isThere(path)) continue;
    throw new DataError(
      `Cannot read .npy arrays as ${folder} must hold one of two sets of files (${words.howToGet}): received no file ${path}`,
    );
  }
  return whole ? { train: all } : { train, test };
}

async function readPair({ images, labels }: Pair): Promise<ArraySplit> {
  return { labels: await readNpyLabels(labels), images: await readNpyImages(images) };
}

/** A fifth of each class, at least one image, is for testing. */
function divided({ images, labels }: ArraySplit): { train: ArraySplit; test: ArraySplit } {
  const shape = checkImageAxes(images.path, images.shape), size = shape[1] * shape[2] * shape[3];
  if (labels.labels.length !== shape[0]) {
    throw refuse(
      labels.path,
      `it must have one label for each of the ${shape[0]} images of ${images.path}`,
      `${labels.labels.length}`,
    );
  }
  const places = membersOf(labels.labels);
  const tested = new Uint8Array(shape[0]);
  for (const [label, own] of places) {
    if (own.length < 2) {
      throw refuse(
        labels.path,
        "a class must have two images, one to train and one to test with",
        `one of class ${label}`,
      );
    }
    for (const place of testPlaces(String(label), own.length, "npy")) tested[own[place]] = 1;
  }
  const part = (isTest: number): ArraySplit => {
    const chosen = [...tested.keys()].filter((i) => tested[i] === isTest);
    const pixels = new Uint8Array(chosen.length * size);
    chosen.forEach((from, to) =>
      pixels.set(images.pixels.subarray(from * size, (from + 1) * size), to * size)
    );
    return {
      images: { path: images.path, pixels, shape: [chosen.length, ...shape.slice(1)] },
      labels: { path: labels.path, labels: chosen.map((i) => labels.labels[i]) },
    };
  };
  return { train: part(0), test: part(1) };
}

/**
 * Images that are arrays of NumPy: `train_images.npy`, `train_labels.npy`, `test_images.npy` and `test_labels.npy`, or `images.npy` and
 * `labels.npy`, of which a fifth of each class is for testing.
 *
 * Images are `[count, height, width]` or `[count, height, width, channels]` with 1 or 3 channels, of uint8, or of floating-point numbers from 0 to
 * 1. Labels are integers of any range; the different ones of the training images are the classes. The statistics are those of the
 * training images.
 *
 * @param options `dataDir` is needed
 * @returns images `[count, height, width, channels]`
 * @throws {DataError} if `dataDir` is not given, or a file is missing, cut short, of another kind, or does not fit the others
 * @throws {TypeError} if `dataDir` is no text or a number not an integer
 * @throws {RangeError} if a number is out of range
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { DataError } from "@hscl/hscl";
 * import { loadNpy } from "@hscl/hscl/data";
 * const message = await loadNpy({ dataDir: "no/such/folder" }).catch((error: DataError) => error.message);
 * assert(String(message).includes("received no file no/such/folder/train_images.npy"));
 * ```
 */
export async function loadNpy(options: ArrayOptions = {}): Promise<ImageDataset> {
  denoFor("read .npy arrays");
  const { dataDir, ...sizes } = checkOptions(options, ARRAY_OPTIONS);
  const files = await findFiles(dataDir);
  const splits = files.test === undefined
    ? divided(await readPair(files.train))
    : { test: await readPair(files.test), train: await readPair(files.train) };
  return datasetOfArrays({ name: "npy", ...splits }, sizes);
}

/** {@linkcode loadNpy} as one of the data sets. */
export const npySource: DatasetSource<ArrayOptions> = {
  label: "NumPy images",
  folder: "of NumPy's arrays",
  options: ARRAY_OPTIONS,
  flags: arrayFlags,
  load: loadNpy,
  stamp: async ({ dataDir }) => {
    const files = Object.values(await findFiles(dataDir)) as Pair[];
    return await stampOf(files.flatMap(({ images, labels }) => [images, labels]));
  },
};
