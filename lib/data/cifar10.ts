import { denoFor } from "../core/platform.ts";
import { checkOptions, describe } from "../core/checks.ts";
import { assembleDataset, SPLIT_SIZES } from "./assemble.ts";
import { DataError } from "./data_error.ts";
import type { ChannelStatistics } from "./channel_statistics.ts";
import type { ImageDataset, ImageSet } from "./dataset.ts";
import type { DatasetSource, FolderOptions } from "./source.ts";

const shape = { height: 32, width: 32, channels: 3 };
// Those of the paper's code, of all 50,000 training images.
const statistics: ChannelStatistics = { mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.2010] };
const plane = 32 * 32;
const recordBytes = 1 + 3 * plane;
const classCount = 10;
// Fourteen times the original; more would not fit into one array everywhere.
const mostRecords = 700_000;
const mostNameBytes = 10_000;
const folderInArchive = "cifar-10-batches-bin";
const source = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz";
const howToGet = `unpack ${source} and give its folder with --data DIR (option dataDir)`;

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

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return false;
  }
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
      `batches.meta.txt (${howToGet}): received no file ${missing}`,
  );
}

/** Reads whole record files one after the other into channels-last images. */
async function readRecords(paths: readonly string[]): Promise<ImageSet> {
  // Sizes first: a truncated last file is refused before the first is read.
  let count = 0;
  for (const path of paths) {
    const { size } = await Deno.stat(path);
    if (size === 0 || size % recordBytes !== 0) {
      throw new DataError(
        `Cannot read ${path} as its size must be a positive multiple of ${recordBytes} bytes ` +
          `(10000 records are ${10_000 * recordBytes}): received ${size} bytes`,
      );
    }
    count += size / recordBytes;
    if (count > mostRecords) {
      throw new DataError(
        `Cannot read ${path} as a split must have at most ${mostRecords} records: received ${count}`,
      );
    }
  }
  const images = new Uint8Array(count * 3 * plane), labels = new Int32Array(count);
  let record = 0, out = 0;
  for (const path of paths) {
    const bytes = await Deno.readFile(path);
    for (let start = 0; start < bytes.length; start += recordBytes) {
      const label = bytes[start];
      if (label >= classCount) {
        throw new DataError(
          `Cannot read ${path} as the label of record ${start / recordBytes} (byte ${start}) must be ` +
            `at most ${classCount - 1}: received ${label}`,
        );
      }
      labels[record++] = label;
      const red = start + 1, green = red + plane, blue = green + plane;
      for (let i = 0; i < plane; i++) {
        images[out++] = bytes[red + i];
        images[out++] = bytes[green + i];
        images[out++] = bytes[blue + i];
      }
    }
  }
  return { images, labels, count };
}

async function readClasses(path: string): Promise<string[]> {
  // Before it is read: a list of names is small.
  const { size } = await Deno.stat(path);
  const names = size > mostNameBytes
    ? []
    : (await Deno.readTextFile(path)).split("\n").map((line) => line.trim()).filter(Boolean);
  const broken = names.find((name) => /[\p{C}\uFFFD]/u.test(name));
  if (names.length !== classCount || new Set(names).size !== classCount || broken !== undefined) {
    const received = broken !== undefined
      ? JSON.stringify(broken.slice(0, 40))
      : size > mostNameBytes
      ? `${size} bytes`
      : `${names.length}, ${new Set(names).size} of them different`;
    throw new DataError(
      `Cannot read ${path} as it must name ${classCount} different classes, one per line: received ${received}`,
    );
  }
  return names;
}

function checkFolder(dataDir: string | undefined): string {
  if (dataDir !== undefined && typeof dataDir !== "string") {
    throw new TypeError(
      `Cannot use dataDir as it must be text, the path of a folder: received ${describe(dataDir)}`,
    );
  }
  if (!dataDir) {
    throw new DataError(`Cannot read CIFAR-10 as it needs a data folder (${howToGet}): received none`);
  }
  return dataDir.replace(/(?<=.)\/+$/, "");
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
  const files = await findFiles(checkFolder(dataDir));
  const classes = await readClasses(files.meta);
  const test = await readRecords([files.test]);
  const train = await readRecords(files.train);
  return assembleDataset({ name: "cifar10", shape, statistics, classes, train, test }, sizes);
}

/** CIFAR-10 as one of the data sets. */
export const cifar10Source: DatasetSource<Cifar10Options> = {
  label: "CIFAR-10",
  folder: "of the CIFAR-10 binary files",
  options: CIFAR10_OPTIONS,
  load: loadCifar10,
  stamp: async ({ dataDir }) => {
    const { train, test, meta } = await findFiles(checkFolder(dataDir));
    const stamps = [...train, test, meta].map(async (path) => {
      const { size, mtime } = await Deno.stat(path);
      return [path, size, mtime?.getTime()];
    });
    return JSON.stringify(await Promise.all(stamps));
  },
};
