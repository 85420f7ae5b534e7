// Damaged data sets of images: each is read as a second reader reads it, or refused in one line that names its folder.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { gunzipSync } from "node:zlib";
import { dirname, join } from "node:path";
import type { Random } from "../../lib/core/random.ts";
import {
  DataError,
  type ImageDataset,
  loadCifar100,
  loadFolder,
  loadIdx,
  loadMedMnist,
  loadNpy,
  loadStl10,
  loadTinyImageNet,
} from "../../lib/data/mod.ts";
import { unpack } from "../../scripts/fetch/unpack.ts";
import { gzipped, idxFile } from "../data/idx_file.ts";
import { bytesOf, npyFile } from "../data/npy_file.ts";
import { png } from "../data/image_files.ts";
import { zipFile } from "../data/zip_file.ts";
import { tarGzFile } from "../fetch/tar_file.ts";
import { naiveNpy } from "../reference/naive_npy.ts";
import { freshPath } from "./folders.ts";
import { damage, fuzz, pick, randomBytes } from "./fuzz.ts";

type Folder = Map<string, Uint8Array>;
const CASES = 1000;
const text = (content: string) => new TextEncoder().encode(content);
const lines = (count: number) => text(Array.from({ length: count }, (_, i) => `name ${i}`).join("\n"));
const pictures = new URL("../data/images/", import.meta.url);
const [jpeg, grey, webp] = await Promise.all(
  ["baseline.jpg", "grey.jpg", "lossy_alpha.webp"].map((name) => Deno.readFile(new URL(name, pictures))),
);

/** What is read of a split. */
interface Split {
  pixels: ArrayLike<number>;
  labels: ArrayLike<number>;
}

interface Format {
  load(options: { dataDir: string }): Promise<ImageDataset>;
  make(random: Random): Folder | Promise<Folder>;
  /** The splits as they should be read, nothing if the folder should be refused; left out where only the manners are tested. */
  naive?: (folder: Folder) => { train: Split; test: Split } | undefined;
}

/** Planes of records with label bytes before them as pixels, if they are whole and their labels in range. */
function naiveCifar100(bytes: Uint8Array | undefined): Split | undefined {
  if (bytes === undefined || bytes.length === 0 || bytes.length % 3074 !== 0) return undefined;
  const pixels: number[] = [], labels: number[] = [];
  for (let start = 0; start < bytes.length; start += 3074) {
    if (bytes[start] >= 20 || bytes[start + 1] >= 100) return undefined;
    labels.push(bytes[start + 1]);
    for (let i = 0; i < 1024; i++) {
      for (let c = 0; c < 3; c++) pixels.push(bytes[start + 2 + 1024 * c + i]);
    }
  }
  return { pixels, labels };
}

/** What Node.js tells of unpacking if it is asked to. */
interface Unpacked {
  buffer: Uint8Array;
  engine: { bytesWritten: number };
}

/** The elements of an IDX file, packed or not, with this many axes at most. */
function naiveIdx(bytes: Uint8Array): { shape: number[]; data: Uint8Array } | undefined {
  let whole = bytes;
  try {
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
      const { buffer, engine } = gunzipSync(bytes, { info: true }) as unknown as Unpacked;
      // Nothing may come behind.
      if (engine.bytesWritten !== bytes.length) return undefined;
      whole = buffer;
    }
  } catch {
    return undefined;
  }
  if (whole[0] !== 0 || whole[1] !== 0 || whole[2] !== 8 || !(whole[3] >= 1 && whole[3] <= 4)) {
    return undefined;
  }
  const shape: number[] = [];
  for (let axis = 0; axis < whole[3]; axis++) {
    const at = 4 + 4 * axis;
    if (at + 4 > whole.length) return undefined;
    shape.push(whole[at] * 2 ** 24 + whole[at + 1] * 2 ** 16 + whole[at + 2] * 2 ** 8 + whole[at + 3]);
  }
  const data = whole.subarray(4 + 4 * shape.length);
  return data.length === shape.reduce((a, b) => a * b, 1) ? { shape, data } : undefined;
}

/** Two splits of arrays as a data set, if they are one: the classes are the sorted labels of the first. */
function naiveArrays(
  [train, test]: readonly { shape: number[]; pixels: ArrayLike<number>; labels: readonly number[] }[],
): { train: Split; test: Split } | undefined {
  const isSet = ({ shape, labels }: typeof train) =>
    (shape.length === 3 || (shape.length === 4 && (shape[3] === 1 || shape[3] === 3))) &&
    !shape.includes(0) &&
    labels.length === shape[0];
  const inner = ({ shape: [, height, width, channels = 1] }: typeof train) =>
    [height, width, channels].join();
  if (!isSet(train) || !isSet(test) || inner(train) !== inner(test)) return undefined;
  const classes = [...new Set(train.labels)].sort((a, b) => a - b);
  if (test.labels.some((label) => !classes.includes(label))) return undefined;
  const places = (labels: readonly number[]) => labels.map((label) => classes.indexOf(label));
  return {
    train: { pixels: train.pixels, labels: places(train.labels) },
    test: { pixels: test.pixels, labels: places(test.labels) },
  };
}

const idxNames = [
  "train-images-idx3-ubyte",
  "train-labels-idx1-ubyte",
  "t10k-images-idx3-ubyte",
  "t10k-labels-idx1-ubyte",
];

const npy = {
  images: (random: Random, count: number) =>
    random.chance(0.5)
      ? npyFile({ descr: "|u1", shape: [count, 2, 2, 3], data: randomBytes(12 * count, random) })
      : npyFile({
        descr: "<f4",
        shape: [count, 2, 2, 3],
        data: bytesOf(Float32Array.from({ length: 12 * count }, () => random.uniform())),
      }),
  labels: (labels: readonly number[]) =>
    npyFile({ descr: "<i2", shape: [labels.length, 1], data: bytesOf(Int16Array.from(labels)) }),
};

/** An image array's shape and pixels. */
function naivePixels(bytes: Uint8Array | undefined): { shape: number[]; pixels: number[] } | undefined {
  const array = bytes && naiveNpy(bytes);
  if (array === undefined || !/^(u1|f[248])$/.test(array.dtype)) return undefined;
  const values = array.values.map(Number);
  if (array.dtype !== "u1" && !values.every((value) => value >= 0 && value <= 1)) return undefined;
  return {
    shape: array.shape,
    pixels: array.dtype === "u1" ? values : values.map((value) => Math.round(255 * value)),
  };
}

function naiveLabels(bytes: Uint8Array | undefined): number[] | undefined {
  const array = bytes && naiveNpy(bytes);
  if (array === undefined || !/^[iu]\d$/.test(array.dtype)) return undefined;
  const isFlat = array.shape.length === 1 || (array.shape.length === 2 && array.shape[1] === 1);
  const labels = array.values.map(Number);
  return isFlat && labels.every(Number.isSafeInteger) ? labels : undefined;
}

const formats: Record<string, Format> = {
  "CIFAR-100": {
    load: loadCifar100,
    make: (random) => {
      const records = (count: number) => {
        const bytes = randomBytes(3074 * count, random);
        for (let i = 0; i < count; i++) bytes.set([random.integer(20), random.integer(100)], 3074 * i);
        return bytes;
      };
      return new Map([["train.bin", records(2)], ["test.bin", records(1)], [
        "fine_label_names.txt",
        lines(100),
      ]]);
    },
    naive: (folder) => {
      const [train, test] = ["train.bin", "test.bin"].map((name) => naiveCifar100(folder.get(name)));
      const names = new TextDecoder().decode(folder.get("fine_label_names.txt") ?? new Uint8Array())
        .split("\n").map((line) => line.trim()).filter((line) => line !== "");
      const areNames = new Set(names).size === 100 && names.length === 100 &&
        names.every((name) => !/[\p{C}\uFFFD]/u.test(name));
      return train && test && areNames ? { train, test } : undefined;
    },
  },
  "IDX": {
    load: loadIdx,
    make: async (random) => {
      const files = [
        idxFile([3, 4, 2], randomBytes(24, random)),
        idxFile([3], [1, 5, 5]),
        idxFile([1, 4, 2], randomBytes(8, random)),
        idxFile([1], [5]),
      ];
      return new Map(
        await Promise.all(
          files.map(async (bytes, i) =>
            [idxNames[i], random.chance(0.4) ? await gzipped(bytes) : bytes] as const
          ),
        ),
      );
    },
    naive: (folder) => {
      const arrays = idxNames.map((name) => folder.get(name) && naiveIdx(folder.get(name)!));
      const [train, trainLabels, test, testLabels] = arrays;
      if (!train || !test || trainLabels?.shape.length !== 1 || testLabels?.shape.length !== 1) {
        return undefined;
      }
      return naiveArrays([
        { shape: train.shape, pixels: train.data, labels: [...trainLabels.data] },
        { shape: test.shape, pixels: test.data, labels: [...testLabels.data] },
      ]);
    },
  },
  ".npy images": {
    load: loadNpy,
    make: (random) =>
      new Map([
        ["train_images.npy", npy.images(random, 3)],
        ["train_labels.npy", npy.labels([-4, 2, 2])],
        ["test_images.npy", npy.images(random, 2)],
        ["test_labels.npy", npy.labels([2, -4])],
      ]),
    naive: (folder) => {
      const splits = ["train", "test"].map((split) => ({
        images: naivePixels(folder.get(`${split}_images.npy`)),
        labels: naiveLabels(folder.get(`${split}_labels.npy`)),
      }));
      if (splits.some(({ images, labels }) => !images || !labels)) return undefined;
      return naiveArrays(splits.map(({ images, labels }) => ({ ...images!, labels: labels! })));
    },
  },
  "MedMNIST": {
    load: loadMedMnist,
    make: (random) => {
      const files = {
        train_images: npy.images(random, 3),
        train_labels: npy.labels([0, 1, 1]),
        test_images: npy.images(random, 1),
        test_labels: npy.labels([1]),
      };
      const members = Object.entries(files).map(([name, data]) => ({ name: `${name}.npy`, data }));
      return new Map([["pathmnist.npz", zipFile(members)]]);
    },
  },
  "STL-10": {
    load: loadStl10,
    make: (random) => {
      const image = new Uint8Array(27_648).fill(random.integer(256));
      return new Map([
        ["train_X.bin", Uint8Array.from([...image, ...image])],
        ["train_y.bin", Uint8Array.of(1, 10)],
        ["test_X.bin", image],
        ["test_y.bin", Uint8Array.of(3)],
        ["class_names.txt", lines(10)],
      ]);
    },
  },
  "Tiny ImageNet": {
    load: loadTinyImageNet,
    make: () =>
      new Map([
        ["wnids.txt", text("n00000001\nn00000002\n")],
        ["words.txt", text("n00000001\tone, first\nn00000002\ttwo\n")],
        ["train/n00000001/images/a.JPEG", jpeg],
        ["train/n00000002/images/b.JPEG", grey],
        ["val/val_annotations.txt", text("val_0.JPEG\tn00000001\nval_1.JPEG\tn00000002\n")],
        ["val/images/val_0.JPEG", grey],
        ["val/images/val_1.JPEG", jpeg],
      ]),
  },
  "a folder of images": {
    load: loadFolder,
    make: () =>
      new Map([["a/1.png", png(9)], ["a/2.jpg", jpeg], ["a/3.webp", webp], ["b/1.png", png(200, 9, 3)], [
        "b/2.jpg",
        grey,
      ]]),
  },
};

/** A folder of which one file is damaged, missing or another one's. */
async function makeFolder(format: Format, random: Random): Promise<Folder> {
  const folder = new Map(await format.make(random)), names = [...folder.keys()], name = pick(names, random);
  const change = random.integer(8);
  if (change === 0) folder.delete(name);
  else if (change === 1) folder.set(name, folder.get(pick(names, random))!);
  else folder.set(name, damage(folder.get(name)!, random).bytes);
  return folder;
}

Object.entries(formats).forEach(([name, format], index) => {
  fuzz(
    `damaged ${name} is read or refused`,
    10 + index,
    CASES,
    (random) => makeFolder(format, random),
    async (files) => {
      const dataDir = freshPath();
      await Deno.mkdir(dataDir);
      for (const [file, bytes] of files) {
        await Deno.mkdir(dirname(join(dataDir, file)), { recursive: true });
        await Deno.writeFile(join(dataDir, file), bytes);
      }
      const expected = format.naive?.(files);
      try {
        const data = await format.load({ dataDir });
        if (format.naive === undefined) return;
        assert(expected !== undefined, "accepted");
        for (const split of ["train", "test"] as const) {
          assertEquals([...data[split].labels], Array.from(expected[split].labels));
          assertEquals([...data[split].images], Array.from(expected[split].pixels));
        }
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        assertStringIncludes(error.message, dataDir);
        assert(!error.message.includes("\n") && error.message.length < 900, error.message);
        assertStringIncludes(error.message, "received ");
        assertEquals(expected, undefined, `refused: ${error.message}`);
      } finally {
        await Deno.remove(dataDir, { recursive: true });
      }
    },
  );
});

const archives = {
  "tar.gz": await tarGzFile([{ name: "set/", type: "5" }, { name: "set/a", data: text("a".repeat(700)) }, {
    name: "set/b",
    data: text("b"),
  }]),
  zip: zipFile([{ name: "set/", data: new Uint8Array() }, { name: "set/a", data: text("a".repeat(700)) }, {
    name: "set/b",
    data: text("b"),
  }]),
};

for (const [index, packed] of (["tar.gz", "zip"] as const).entries()) {
  fuzz(
    `damaged ${packed} archives are unpacked within their folder or refused`,
    20 + index,
    CASES,
    (random) => damage(archives[packed], random).bytes,
    async (bytes) => {
      const place = freshPath(),
        folder = join(place, "inner"),
        archive = join(place, "archive");
      await Deno.mkdir(folder, { recursive: true });
      await Deno.writeFile(archive, bytes);
      try {
        await unpack(archive, packed, folder, { mostBytes: 5000, signal: new AbortController().signal });
      } catch (error) {
        const { message } = error as Error;
        assert(
          /^Cannot unpack .*: received [^\n]*$/.test(message) && message.length < 600,
          (error as Error).stack,
        );
      } finally {
        const found = (await Array.fromAsync(Deno.readDir(place), ({ name }) => name)).sort();
        assertEquals(found, ["archive", "inner"]);
        await Deno.remove(place, { recursive: true });
      }
    },
  );
}
