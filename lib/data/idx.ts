import { checkOptions } from "../core/checks.ts";
import { denoFor } from "../core/platform.ts";
import {
  ARRAY_OPTIONS,
  arrayFlags,
  type ArrayOptions,
  type ArraySplit,
  datasetOfArrays,
  refuse,
} from "./array_sets.ts";
import { checkDataFolder, type FolderWords, isFile, stampOf } from "./data_folder.ts";
import { DataError } from "./data_error.ts";
import type { ImageDataset } from "./dataset.ts";
import type { DatasetSource } from "./source.ts";

const words: FolderWords = {
  who: "IDX files as they need",
  howToGet: "give the folder of train-images-idx3-ubyte(.gz), train-labels-idx1-ubyte(.gz) and " +
    "t10k-images-idx3-ubyte(.gz), t10k-labels-idx1-ubyte(.gz) with --data DIR (option dataDir)",
};

/** What the third byte of a file says of its elements. */
const elementTypes: Record<number, string> = {
  0x08: "bytes",
  0x09: "signed bytes",
  0x0b: "integers of 16 bits",
  0x0c: "integers of 32 bits",
  0x0d: "floating-point numbers of 32 bits",
  0x0e: "floating-point numbers of 64 bits",
};
const BYTES = 0x08;
// Twice the largest that is known, EMNIST by class.
const mostBytes = 2 ** 30;
// No deflated file unpacks to more than this many times its size.
const mostRatio = 1032;

/** An array of bytes. */
export interface IdxArray {
  /** The elements, the last axis running fastest. */
  readonly data: Uint8Array;
  /** Length along each axis. */
  readonly shape: readonly number[];
}

/**
 * Reads a file of the IDX format: two zero bytes, the type of the elements, the number of axes, the length of each as four bytes with
 * the most significant first, and the elements. Only bytes are read, which images and labels are.
 *
 * @param path of the file, or of what gzip has made of it, whatever its name
 * @throws {DataError} if it is no such file, longer or shorter than it says, or more than a gibibyte
 */
export async function readIdx(path: string): Promise<IdxArray> {
  const { size } = await Deno.stat(path);
  // Closed with its stream.
  const file = await Deno.open(path);
  const start = new Uint8Array(2);
  const packed = await file.read(start) === 2 && start[0] === 0x1f && start[1] === 0x8b;
  await file.seek(0, Deno.SeekMode.Start);
  const stream = packed ? file.readable.pipeThrough(new DecompressionStream("gzip")) : file.readable;
  const reader = new ByteReader(stream, path);
  try {
    const shape = await readHeader(reader, path);
    const elements = shape.reduce((product, length) => product * length, 1);
    const expected = 4 + 4 * shape.length + elements;
    const requirement = `its header says [${shape.join(", ")}] bytes, so that it must have ${expected}`;
    if (elements > mostBytes) {
      throw refuse(path, `it must hold at most ${mostBytes} elements`, `[${shape.join(", ")}] of them`);
    }
    if (packed ? expected > size * mostRatio : expected !== size) {
      throw refuse(path, requirement, packed ? `${size} bytes packed` : `${size}`);
    }
    const data = await reader.take(elements);
    if (data.length < elements) throw refuse(path, requirement, `${expected - elements + data.length}`);
    if ((await reader.take(1)).length > 0) throw refuse(path, requirement, "more");
    return { data, shape };
  } finally {
    await reader.close();
  }
}

async function readHeader(reader: ByteReader, path: string): Promise<number[]> {
  const [first, second, type, axes] = await reader.take(4);
  const isKnown = first === 0 && second === 0 && axes >= 1 && axes <= 4 && type in elementTypes;
  if (!isKnown) {
    const bytes = [first, second, type, axes].filter((byte) => byte !== undefined);
    const shown = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw refuse(
      path,
      "it must be an IDX file, which begins with the bytes 00 00 08 and its number of axes",
      shown === "" ? "an empty file" : shown,
    );
  }
  if (type !== BYTES) throw refuse(path, "its elements must be bytes", elementTypes[type]);
  const lengths = await reader.take(4 * axes);
  if (lengths.length < 4 * axes) throw refuse(path, `it must have ${axes} lengths`, "a cut file");
  const view = new DataView(lengths.buffer, lengths.byteOffset);
  return Array.from({ length: axes }, (_, axis) => view.getUint32(4 * axis));
}

/** Takes bytes from a stream, no more than are asked for. */
class ByteReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #path: string;
  #rest: Uint8Array = new Uint8Array();

  constructor(stream: ReadableStream<Uint8Array>, path: string) {
    this.#reader = stream.getReader();
    this.#path = path;
  }

  /** The next so many bytes, or those that are left. */
  async take(count: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(count);
    let length = 0;
    while (length < count) {
      if (this.#rest.length === 0) {
        const more = await this.#next();
        if (more === undefined) break;
        this.#rest = more;
      }
      const taken = this.#rest.subarray(0, count - length);
      bytes.set(taken, length);
      length += taken.length;
      this.#rest = this.#rest.subarray(taken.length);
    }
    return bytes.subarray(0, length);
  }

  /** Lets go of the stream. */
  async close(): Promise<void> {
    await this.#reader.cancel().catch(() => {});
  }

  async #next(): Promise<Uint8Array | undefined> {
    try {
      const { value } = await this.#reader.read();
      return value;
    } catch (error) {
      throw refuse(this.#path, "it must be a whole file", (error as Error).message);
    }
  }
}

/** The files of a folder. */
interface IdxFiles {
  train: { images: string; labels: string };
  test: { images: string; labels: string };
}

// MNIST's names, with a dot as some write them, and with what EMNIST writes before.
const NAME = /^(.*-)?(train|t10k|test)-(images|labels)[-.]idx[13]-ubyte(\.gz)?$/i;

/** A file by what its name says. */
interface FoundFile {
  /** Such as "train images". */
  what: string;
  /** What stands before, such as "emnist-letters-". */
  set: string;
  packed: boolean;
  path: string;
}

async function listFiles(folder: string): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      const [match, set = "", split, kind, packed] = NAME.exec(name) ?? [], path = `${folder}/${name}`;
      if (match === undefined || !await isFile(path)) continue;
      const what = `${split.toLowerCase() === "train" ? "train" : "test"} ${kind.toLowerCase()}`;
      found.push({ what, set, packed: packed !== undefined, path });
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw new DataError(
      `Cannot read IDX files as ${folder} must be a folder (${words.howToGet}): received none`,
    );
  }
  return found;
}

async function findFiles(dataDir: string | undefined): Promise<IdxFiles> {
  const folder = checkDataFolder(dataDir, words), found = await listFiles(folder);
  const sets = new Set(found.map(({ set }) => set));
  if (sets.size > 1) {
    throw new DataError(
      `Cannot read IDX files as ${folder} must hold those of one data set: received those of ${
        [...sets].sort().map((set) => set.slice(0, -1) || "one without a name").join(", ")
      }`,
    );
  }
  const paths = (files: readonly FoundFile[]) => files.map(({ path }) => path).sort();
  const file = (what: string): string => {
    const own = found.filter((file) => file.what === what), plain = own.filter(({ packed }) => !packed);
    const [path, ...others] = paths(plain.length > 0 ? plain : own);
    if (others.length > 0) {
      throw refuse(folder, `it must hold ${what} once`, [path, ...others].join(" and "));
    }
    if (path !== undefined) return path;
    throw new DataError(
      `Cannot read IDX files as ${folder} must hold ${what} (${words.howToGet}): received ${
        paths(found).join(", ") || "no such file"
      }`,
    );
  };
  return {
    train: { images: file("train images"), labels: file("train labels") },
    test: { images: file("test images"), labels: file("test labels") },
  };
}

async function readSplit(paths: { images: string; labels: string }): Promise<ArraySplit> {
  // Labels first: they are small.
  const labels = await readIdx(paths.labels);
  if (labels.shape.length !== 1) {
    throw refuse(paths.labels, "its labels must have one axis", `[${labels.shape.join(", ")}]`);
  }
  const images = await readIdx(paths.images);
  return {
    images: { path: paths.images, pixels: images.data, shape: images.shape },
    labels: { path: paths.labels, labels: labels.data },
  };
}

/**
 * Images in IDX files, the format of MNIST, Fashion-MNIST, KMNIST, EMNIST and others.
 *
 * The folder holds `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, and the same for testing with `t10k` or `test` instead of
 * `train`, each as it is or with `.gz`. Classes are the different labels of the training images. The statistics are those of the
 * training images.
 *
 * @param options `dataDir` is needed
 * @returns images `[count, height, width, channels]`
 * @throws {DataError} if `dataDir` is not given, or a file is missing, cut short, of another format, or does not fit the others
 * @throws {TypeError} if `dataDir` is no text or a number not an integer
 * @throws {RangeError} if a number is out of range
 * @see Y. LeCun, C. Cortes, C. J. C. Burges, *The MNIST database of handwritten digits*
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadIdx } from "@hscl/hscl/data";
 * const dataDir = await Deno.makeTempDir();
 * for (const split of ["train", "t10k"]) {
 *   await Deno.writeFile(`${dataDir}/${split}-images-idx3-ubyte`, Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 10, 20));
 *   await Deno.writeFile(`${dataDir}/${split}-labels-idx1-ubyte`, Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 2, 7, 9));
 * }
 * const { classes, train, shape } = await loadIdx({ dataDir });
 * assertEquals([classes, train.images, shape.height], [["7", "9"], Uint8Array.of(10, 20), 1]);
 * await Deno.remove(dataDir, { recursive: true });
 * ```
 */
export async function loadIdx(options: ArrayOptions = {}): Promise<ImageDataset> {
  denoFor("read IDX files");
  const { dataDir, ...sizes } = checkOptions(options, ARRAY_OPTIONS);
  const files = await findFiles(dataDir);
  const test = await readSplit(files.test), train = await readSplit(files.train);
  return datasetOfArrays({ name: "idx", train, test }, sizes);
}

/** {@linkcode loadIdx} as one of the data sets. */
export const idxSource: DatasetSource<ArrayOptions> = {
  label: "IDX images",
  folder: "of IDX files such as MNIST's",
  options: ARRAY_OPTIONS,
  flags: arrayFlags,
  load: loadIdx,
  stamp: async ({ dataDir }) => {
    const { train, test } = await findFiles(dataDir);
    return await stampOf([train.images, train.labels, test.images, test.labels]);
  },
};
