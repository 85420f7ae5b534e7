import { checkInteger, checkOptions } from "../core/checks.ts";
import { denoFor } from "../core/platform.ts";
import { assembleDataset, keptIndices, SPLIT_SIZES } from "./assemble.ts";
import { refuse } from "./array_sets.ts";
import type { ChannelStatistics } from "./channel_statistics.ts";
import { checkDataFolder, folderOfFiles, type FolderWords, isFile, stampOf } from "./data_folder.ts";
import type { ImageDataset } from "./dataset.ts";
import { fitImage, LEAST_IMAGE_SIZE } from "./fit_image.ts";
import { folderContent } from "./image_files.ts";
import type { LabelledFile } from "./image_folders.ts";
import { readImage } from "./read_images.ts";
import type { DatasetSource, FolderOptions } from "./source.ts";

/** Of the original's images. */
const USUAL_SIZE = 64;
// Of all 100,000 training images.
const statistics: ChannelStatistics = { mean: [0.4802, 0.4481, 0.3975], std: [0.2770, 0.2691, 0.2821] };
// Several times the original's lists.
const mostListBytes = 20_000_000;
const source = "http://cs231n.stanford.edu/tiny-imagenet-200.zip";
const words: FolderWords = {
  who: "Tiny ImageNet as it needs",
  howToGet: `unpack ${source} and give its folder with --data DIR (option dataDir)`,
};

/** Where Tiny ImageNet is, how much of it to keep, and of what size. */
export interface TinyImageNetOptions extends FolderOptions {
  /** The folder `tiny-imagenet-200`, or the folder that holds it. */
  dataDir?: string;
  /** Side in pixels that images are scaled to, at least 8; 64 by default, as they are. */
  imageSize?: number;
}

/** The names of {@linkcode TinyImageNetOptions}. */
const TINY_IMAGENET_OPTIONS = { ...SPLIT_SIZES, dataDir: true, imageSize: true } as const;

interface Content {
  classes: string[];
  train: LabelledFile[];
  test: LabelledFile[];
}

async function findContent(dataDir: string | undefined): Promise<Content> {
  const folder = await folderOfFiles(checkDataFolder(dataDir, words), {
    label: "Tiny ImageNet",
    howToGet: words.howToGet,
    folderInArchive: "tiny-imagenet-200",
    files: ["wnids.txt", "words.txt", "val/val_annotations.txt"],
  });
  const path = `${folder}/wnids.txt`, ids = await readLines(path), places = new Map<string, number>();
  for (const id of ids) {
    if (!/^n\d{8}$/.test(id)) throw refuse(path, "it must hold names such as n01443537", JSON.stringify(id));
    if (places.has(id)) throw refuse(path, "it must hold each class once", `${id} again`);
    places.set(id, places.size);
  }
  if (ids.length < 2) throw refuse(path, "it must hold two classes or more, one per line", `${ids.length}`);
  return {
    classes: await classNames(`${folder}/words.txt`, ids),
    train: await trainFiles(folder, ids),
    test: await testFiles(folder, places),
  };
}

/** The lines of a text that are not empty. */
async function readLines(path: string): Promise<string[]> {
  const { size } = await Deno.stat(path);
  if (size > mostListBytes) throw refuse(path, `it must have at most ${mostListBytes} bytes`, `${size}`);
  const text = new TextDecoder("utf-8", { fatal: true });
  try {
    return text.decode(await Deno.readFile(path)).split(/\r?\n/).filter((line) => line.trim() !== "");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw refuse(path, "it must be a text", "other bytes");
  }
}

/** The first word for each class, and its number where another has that word, too. */
async function classNames(path: string, ids: readonly string[]): Promise<string[]> {
  const names = new Map<string, string>();
  for (const line of await readLines(path)) {
    const [id, name = ""] = line.split("\t");
    names.set(id, name.split(",")[0].trim());
  }
  const found = ids.map((id) => {
    const name = names.get(id);
    if (name === undefined || name === "" || /[\p{C}\uFFFD]/u.test(name)) {
      throw refuse(path, `it must name ${id}, after a tab`, JSON.stringify(name ?? "none").slice(0, 60));
    }
    return name;
  });
  const isAlone = (name: string) => found.indexOf(name) === found.lastIndexOf(name);
  return found.map((name, i) => isAlone(name) ? name : `${name} (${ids[i]})`);
}

async function trainFiles(folder: string, ids: readonly string[]): Promise<LabelledFile[]> {
  const files: LabelledFile[] = [];
  for (const [label, id] of ids.entries()) {
    const path = `${folder}/train/${id}/images`, { images } = await folderContent({ path, name: "" });
    if (images.length === 0) throw refuse(path, "the folder of a class must hold images", "none");
    files.push(...images.map((image) => ({ ...image, label })));
  }
  return files;
}

/** The images that are there to validate with, which are labelled; those of `test` are not. */
async function testFiles(folder: string, places: ReadonlyMap<string, number>): Promise<LabelledFile[]> {
  const list = `${folder}/val/val_annotations.txt`, seen = new Set<string>(), files: LabelledFile[] = [];
  for (const line of await readLines(list)) {
    const [name, id = ""] = line.split("\t"), label = places.get(id);
    // A name alone: no image is outside the folder.
    if (!/^[\w-]+\.jpe?g$/i.test(name)) {
      throw refuse(
        list,
        "each line must begin with the name of an image such as val_0.JPEG",
        JSON.stringify(name.slice(0, 40)),
      );
    }
    if (label === undefined) {
      throw refuse(list, `the class of ${name} must be one of wnids.txt`, JSON.stringify(id.slice(0, 40)));
    }
    if (seen.has(name)) throw refuse(list, "it must hold each image once", `${name} again`);
    seen.add(name);
    files.push({ path: `${folder}/val/images/${name}`, name, label });
  }
  if (files.length === 0) throw refuse(list, "it must hold images", "none");
  for (const { path } of files) {
    if (!await isFile(path)) throw refuse(list, "each image must be there", `none at ${path}`);
  }
  return files;
}

/**
 * Tiny ImageNet from its folder: 64×64 colour images of 200 classes, 500 each to train with. Those to test with are the original's
 * 10,000 to validate with, as it has no labels of its others.
 *
 * @param options `dataDir` is needed, `trainImages` and `testImages` limit the splits
 * @returns images `[count, imageSize, imageSize, 3]` in RGB, classes by the first word for each
 * @throws {DataError} if `dataDir` is not given, or a list or image is missing, damaged or of other data
 * @throws {TypeError} if `dataDir` is no text or a number not an integer
 * @throws {RangeError} if more images are asked for than there are, or a number is out of range
 * @see Y. Le, X. Yang, *Tiny ImageNet visual recognition challenge*, 2015; http://cs231n.stanford.edu
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { DataError } from "@hscl/hscl";
 * import { loadTinyImageNet } from "@hscl/hscl/data";
 * const message = await loadTinyImageNet({ dataDir: "no/such/folder" }).catch((error: DataError) => error.message);
 * assert(String(message).includes("tiny-imagenet-200.zip"));
 * ```
 */
export async function loadTinyImageNet(options: TinyImageNetOptions = {}): Promise<ImageDataset> {
  denoFor("read Tiny ImageNet");
  const { dataDir, imageSize = USUAL_SIZE, ...sizes } = checkOptions(options, TINY_IMAGENET_OPTIONS);
  checkInteger("imageSize", imageSize, { min: LEAST_IMAGE_SIZE });
  const { classes, ...files } = await findContent(dataDir);
  const setOf = async (split: "train" | "test", count: number | undefined) => {
    const labels = Int32Array.from(files[split], ({ label }) => label);
    // Before they are read, so that those that are left out cost nothing.
    const kept = keptIndices(labels, count, "tiny-imagenet", split), size = 3 * imageSize * imageSize;
    const images = new Uint8Array(kept.length * size);
    for (const [place, index] of kept.entries()) {
      const { pixels } = fitImage(await readImage(files[split][index].path), imageSize, imageSize);
      images.set(pixels, place * size);
    }
    return { images, labels: kept.map((index) => labels[index]), count: kept.length };
  };
  const test = await setOf("test", sizes.testImages), train = await setOf("train", sizes.trainImages);
  return assembleDataset({
    name: "tiny-imagenet",
    shape: { height: imageSize, width: imageSize, channels: 3 },
    statistics,
    classes,
    train,
    test,
  });
}

/** {@linkcode loadTinyImageNet} as one of the data sets. */
export const tinyImageNetSource: DatasetSource<TinyImageNetOptions> = {
  label: "Tiny ImageNet",
  folder: "of Tiny ImageNet",
  options: TINY_IMAGENET_OPTIONS,
  flags: {
    imageSize: {
      kind: "integer",
      min: LEAST_IMAGE_SIZE,
      valueName: "n",
      help: "Side that images are scaled to, as they are if not given",
    },
  },
  load: loadTinyImageNet,
  stamp: async ({ dataDir }) => {
    const { classes, train, test } = await findContent(dataDir);
    const files = [...train, ...test];
    const labels = JSON.stringify([classes, files.map(({ label }) => label)]);
    return `${labels} ${await stampOf(files.map(({ path }) => path))}`;
  },
};
