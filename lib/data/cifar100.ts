import { checkOneOf, checkOptions } from "../core/checks.ts";
import { denoFor } from "../core/platform.ts";
import { assembleDataset, SPLIT_SIZES } from "./assemble.ts";
import type { ChannelStatistics } from "./channel_statistics.ts";
import { cifarShape, readCifarRecords } from "./cifar_records.ts";
import { readClassNames } from "./class_names.ts";
import { checkDataFolder, folderOfFiles, type FolderWords, stampOf } from "./data_folder.ts";
import type { ImageDataset } from "./dataset.ts";
import type { DatasetSource, FolderOptions } from "./source.ts";

// Of all 50,000 training images.
const statistics: ChannelStatistics = { mean: [0.5071, 0.4865, 0.4409], std: [0.2673, 0.2564, 0.2762] };
const labelBytes = [{ name: "coarse label", classes: 20 }, { name: "fine label", classes: 100 }];
const LABEL_LEVELS = ["fine", "coarse"] as const;
const source = "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz";
const words: FolderWords = {
  who: "CIFAR-100 as it needs",
  howToGet: `unpack ${source} and give its folder with --data DIR (option dataDir)`,
};

/** Where CIFAR-100 is, how much of it to keep, and what its classes are. */
export interface Cifar100Options extends FolderOptions {
  /** The folder `cifar-100-binary` of the binary version, or the folder that holds it. */
  dataDir?: string;
  /** `fine` (the default): 100 classes; `coarse`: their 20 superclasses. */
  labelLevel?: "fine" | "coarse";
}

/** The names of {@linkcode Cifar100Options}. */
const CIFAR100_OPTIONS = { ...SPLIT_SIZES, dataDir: true, labelLevel: true } as const;

async function findFiles({ dataDir, labelLevel = "fine" }: Cifar100Options) {
  checkOneOf("labelLevel", labelLevel, LABEL_LEVELS);
  const names = `${labelLevel}_label_names.txt`;
  const folder = await folderOfFiles(checkDataFolder(dataDir, words), {
    label: "CIFAR-100",
    howToGet: words.howToGet,
    folderInArchive: "cifar-100-binary",
    files: ["train.bin", "test.bin", names],
  });
  return { train: `${folder}/train.bin`, test: `${folder}/test.bin`, names: `${folder}/${names}` };
}

/**
 * CIFAR-100 from the files of its binary version: 32×32 colour images of 100 classes, which are of 20 superclasses.
 *
 * `train.bin` and `test.bin` may hold any whole number of records. Planes become channels-last pixels.
 *
 * @param options `dataDir` is needed, `trainImages` and `testImages` limit the splits
 * @returns images `[count, 32, 32, 3]` in RGB, classes as in `fine_label_names.txt` or `coarse_label_names.txt`
 * @throws {DataError} if `dataDir` is not given, or a file is missing, empty, cut short or not of CIFAR-100
 * @throws {TypeError} if `dataDir` is no text
 * @throws {RangeError} if the level of the labels is not known, or more images are asked for than there are
 * @see A. Krizhevsky, *Learning multiple layers of features from tiny images*, 2009;
 * https://www.cs.toronto.edu/~kriz/cifar.html
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { DataError } from "@hscl/hscl";
 * import { loadCifar100 } from "@hscl/hscl/data";
 * const message = await loadCifar100({ dataDir: "no/such/folder" }).catch((error: DataError) => error.message);
 * assert(String(message).includes("cifar-100-binary.tar.gz"));
 * ```
 */
export async function loadCifar100(options: Cifar100Options = {}): Promise<ImageDataset> {
  denoFor("read CIFAR-100");
  const { dataDir, labelLevel = "fine", ...sizes } = checkOptions(options, CIFAR100_OPTIONS);
  const files = await findFiles({ dataDir, labelLevel });
  const chosen = labelLevel === "coarse" ? 0 : 1;
  const classes = await readClassNames(files.names, labelBytes[chosen].classes);
  const test = await readCifarRecords([files.test], labelBytes, chosen);
  const train = await readCifarRecords([files.train], labelBytes, chosen);
  return assembleDataset({
    name: "cifar100",
    ...(labelLevel === "fine" ? {} : { options: { labelLevel } }),
    shape: cifarShape,
    statistics,
    classes,
    train,
    test,
  }, sizes);
}

/** CIFAR-100 as one of the data sets. */
export const cifar100Source: DatasetSource<Cifar100Options> = {
  label: "CIFAR-100",
  folder: "of the CIFAR-100 binary files",
  options: CIFAR100_OPTIONS,
  flags: {
    labelLevel: {
      kind: "choice",
      allowed: LABEL_LEVELS,
      help: "100 classes (fine, if not given) or their 20 superclasses (coarse)",
    },
  },
  load: loadCifar100,
  stamp: async ({ dataDir, labelLevel }) =>
    await stampOf(Object.values(await findFiles({ dataDir, labelLevel }))),
};
