import { denoFor } from "../core/platform.ts";
import { checkOptions } from "../core/checks.ts";
import { assembleDataset, SPLIT_SIZES } from "./assemble.ts";
import { DataError } from "./data_error.ts";
import type { ChannelStatistics } from "./channel_statistics.ts";
import { cifarShape, readCifarRecords } from "./cifar_records.ts";
import { readClassNames } from "./class_names.ts";
import { checkDataFolder, type FolderWords, isFile, stampOf } from "./data_folder.ts";
import type { ImageDataset } from "./dataset.ts";
import type { DatasetSource, FolderOptions } from "./source.ts";

// Those of the paper's code, of all 50,000 training images.
const statistics: ChannelStatistics = { mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.2010] };
const labelBytes = [{ name: "label", classes: 10 }];
const folderInArchive = "cifar-10-batches-bin";
const source = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz";
const words: FolderWords = {
  who: "CIFAR-10 as it needs",
  howToGet: `unpack ${source} and give its folder with --data DIR (option dataDir)`,
};

/** Where CIFAR-10 is and how much of it to keep. */
export interface Cifar10Options extends FolderOptions {
  /** The folder `cifar-10-batches-bin` of the binary version, or the folder that holds it. */
  dataDir?: string;
}

/** The names of {@linkcode Cifar10Options}. */
const CIFAR10_OPTIONS = { ...SPLIT_SIZES, dataDir: true } as const;

/** The record files of one folder, in the order of their numbers. */
interface Listing {
  train: string[];
  test: string;
  meta: string;
}

/**
 * The paths of the files of CIFAR-10 in `folder`, or what is missing in it.
 *
 * @throws {DataError} if a batch's number is written otherwise than by the original, which could be one batch twice
 */
async function listFolder(folder: string): Promise<Listing | { missing: string }> {
  const numbers: number[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      const match = /^data_batch_(.*)\.bin$/i.exec(name);
      if (!match || !await isFile(`${folder}/${name}`)) continue;
      if (!/^data_batch_[1-9]\d{0,8}\.bin$/.test(name)) {
        throw new DataError(
          `Cannot read CIFAR-10 as every batch in ${folder} must be called like data_batch_1.bin: received ${name}`,
        );
      }
      numbers.push(Number(match[1]));
    }
  } catch (error) {
    if (error instanceof DataError || error instanceof Deno.errors.NotCapable) throw error;
    return { missing: folder };
  }
  const train = numbers.sort((a, b) => a - b).map((number) => `${folder}/data_batch_${number}.bin`);
  const test = `${folder}/test_batch.bin`, meta = `${folder}/batches.meta.txt`;
  if (train.length === 0) return { missing: `${folder}/data_batch_1.bin` };
  for (const path of [test, meta]) if (!await isFile(path)) return { missing: path };
  return { train, test, meta };
}

async function findFiles(dataDir: string): Promise<Listing> {
  const inside = `${dataDir}/${folderInArchive}`;
  const found = await listFolder(dataDir);
  if ("train" in found) return found;
  const foundInside = await listFolder(inside);
  if ("train" in foundInside) return foundInside;
  // A folder of that name is where the files were meant to be.
  const { missing } = foundInside.missing === inside ? found : foundInside;
  throw new DataError(
    `Cannot read CIFAR-10 as ${dataDir} must hold data_batch_1.bin (to data_batch_5.bin), test_batch.bin and ` +
      `batches.meta.txt (${words.howToGet}): received no file ${missing}`,
  );
}

/**
 * CIFAR-10 from the files of its binary version: 32×32 colour images of ten classes.
 *
 * Every `data_batch_<number>.bin` that is there is read for training (the original has five of 10,000 records) and
 * `test_batch.bin` for testing; each may hold any whole number of records. Planes become channels-last pixels.
 *
 * @param options `dataDir` is needed, `trainImages` and `testImages` limit the splits
 * @returns images `[count, 32, 32, 3]` in RGB, classes as in `batches.meta.txt`
 * @throws {DataError} if `dataDir` is not given, or a file is missing, empty, cut short or not of CIFAR-10
 * @throws {TypeError} if `dataDir` is no text
 * @throws {RangeError} if more images are asked for than there are
 * @see A. Krizhevsky, *Learning multiple layers of features from tiny images*, 2009;
 * https://www.cs.toronto.edu/~kriz/cifar.html
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { DataError } from "@hscl/hscl";
 * import { loadCifar10 } from "@hscl/hscl/data";
 * const message = await loadCifar10({ dataDir: "no/such/folder" }).catch((error: DataError) => error.message);
 * assert(String(message).includes("cifar-10-binary.tar.gz"));
 * ```
 */
export async function loadCifar10(options: Cifar10Options = {}): Promise<ImageDataset> {
  denoFor("read CIFAR-10");
  const { dataDir, ...sizes } = checkOptions(options, CIFAR10_OPTIONS);
  const files = await findFiles(checkDataFolder(dataDir, words));
  const classes = await readClassNames(files.meta, 10);
  const test = await readCifarRecords([files.test], labelBytes);
  const train = await readCifarRecords(files.train, labelBytes);
  return assembleDataset({ name: "cifar10", shape: cifarShape, statistics, classes, train, test }, sizes);
}

/** CIFAR-10 as one of the data sets. */
export const cifar10Source: DatasetSource<Cifar10Options> = {
  label: "CIFAR-10",
  folder: "of the CIFAR-10 binary files",
  options: CIFAR10_OPTIONS,
  load: loadCifar10,
  stamp: async ({ dataDir }) => {
    const { train, test, meta } = await findFiles(checkDataFolder(dataDir, words));
    return await stampOf([...train, test, meta]);
  },
};
