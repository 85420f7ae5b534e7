import { checkOptions, checkText } from "../core/checks.ts";
import { denoFor } from "../core/platform.ts";
import {
  ARRAY_OPTIONS,
  arrayFlags,
  type ArrayOptions,
  type ArraySplit,
  datasetOfArrays,
} from "./array_sets.ts";
import { checkDataFolder, type FolderWords, stampOf } from "./data_folder.ts";
import { DataError } from "./data_error.ts";
import type { ImageDataset } from "./dataset.ts";
import { readNpyImages, readNpyLabels } from "./npy_images.ts";
import type { DatasetSource } from "./source.ts";

const words: FolderWords = {
  who: "MedMNIST as it needs",
  howToGet:
    "download a .npz file of https://medmnist.com and give its folder with --data DIR (option dataDir)",
};

/** Where the files of MedMNIST are, which one to take, and how much of it to keep. */
export interface MedMnistOptions extends ArrayOptions {
  /** The folder of `.npz` files. */
  dataDir?: string;
  /** Name of a file without its ending, such as `pathmnist`; needed where the folder holds several. */
  subset?: string;
}

/** The names of {@linkcode MedMnistOptions}. */
const MEDMNIST_OPTIONS = { ...ARRAY_OPTIONS, subset: true } as const;

/** The file of a subset. */
async function findFile(
  { dataDir, subset }: MedMnistOptions,
): Promise<{ path: string; subset: string }> {
  if (subset !== undefined) checkText("subset", subset);
  const folder = checkDataFolder(dataDir, words), names: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(folder)) {
      if (!isDirectory && /^[^.].*\.npz$/i.test(name)) names.push(name);
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw new DataError(
      `Cannot read MedMNIST as ${folder} must be a folder (${words.howToGet}): received none`,
    );
  }
  const wanted = subset === undefined ? names : names.filter((name) => name.slice(0, -4) === subset);
  if (wanted.length === 1) return { path: `${folder}/${wanted[0]}`, subset: wanted[0].slice(0, -4) };
  const requirement = subset === undefined
    ? `one .npz file, or one that --subset NAME (option subset) names`
    : `${subset}.npz`;
  throw new DataError(
    `Cannot read MedMNIST as ${folder} must hold ${requirement} (${words.howToGet}): received ${
      names.sort().slice(0, 10).join(", ") || "no .npz file"
    }`,
  );
}

/**
 * A data set of MedMNIST: medical images of many kinds, each a `.npz` file with `train_images`, `train_labels`, `test_images` and
 * `test_labels`; its images for validation are not used. Each image must be of one class.
 *
 * @param options `dataDir` is needed, and `subset` where the folder holds several files
 * @returns images `[count, height, width, channels]`, classes by their numbers
 * @throws {DataError} if `dataDir` is not given, or the file is missing, damaged, or holds other arrays
 * @throws {TypeError} if `dataDir` is no text or a number not an integer
 * @throws {RangeError} if a number is out of range
 * @see J. Yang et al., *MedMNIST v2*, Scientific Data, 2023; https://medmnist.com
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { DataError } from "@hscl/hscl";
 * import { loadMedMnist } from "@hscl/hscl/data";
 * const message = await loadMedMnist({ dataDir: "no/such/folder" }).catch((error: DataError) => error.message);
 * assert(String(message).includes("https://medmnist.com"));
 * ```
 */
export async function loadMedMnist(options: MedMnistOptions = {}): Promise<ImageDataset> {
  denoFor("read MedMNIST");
  const { dataDir, subset: wanted, ...sizes } = checkOptions(options, MEDMNIST_OPTIONS);
  const { path, subset } = await findFile({ dataDir, subset: wanted });
  const readSplit = async (split: string): Promise<ArraySplit> => ({
    labels: await readNpyLabels(`${path}:${split}_labels`),
    images: await readNpyImages(`${path}:${split}_images`),
  });
  const test = await readSplit("test"), train = await readSplit("train");
  return datasetOfArrays({ name: "medmnist", options: { subset }, train, test }, sizes);
}

/** {@linkcode loadMedMnist} as one of the data sets. */
export const medMnistSource: DatasetSource<MedMnistOptions> = {
  label: "MedMNIST",
  folder: "of .npz files of MedMNIST",
  options: MEDMNIST_OPTIONS,
  flags: {
    ...arrayFlags,
    subset: {
      kind: "string",
      valueName: "name",
      help: "Which file, such as pathmnist, where the folder holds several",
    },
  },
  load: loadMedMnist,
  stamp: async (options) => await stampOf([(await findFile(options)).path]),
};
