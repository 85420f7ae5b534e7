// Damaged folders of CIFAR-10: each is read as a second reader reads it, or refused in one line.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import type { Random } from "../../lib/core/random.ts";
import { DataError } from "../../lib/data/mod.ts";
import { loadCifar10 } from "../../lib/data/cifar10.ts";
import { freshPath } from "./folders.ts";
import { damage, fuzz, pick, randomBytes } from "./fuzz.ts";

const RECORD = 3073;
const names = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];
const text = (content: string) => new TextEncoder().encode(content);

function records(count: number, random: Random): Uint8Array {
  const bytes = randomBytes(count * RECORD, random);
  for (let i = 0; i < count; i++) bytes[i * RECORD] = random.integer(10);
  return bytes;
}

type Folder = Map<string, Uint8Array>;

/** What a file may be called instead. */
const otherNames = [
  "data_batch_01.bin",
  "data_batch_3.bin",
  "data_batch_10.bin",
  "data_batch_1.bin.part",
  "data_batch_0.bin",
  "data_batch_2 (1).bin",
  "Data_batch_2.bin",
  "data_batch_99999999999.bin",
  "test_batch",
  "batches.meta",
  "readme.html",
];

function makeFolder(random: Random): Folder {
  const folder: Folder = new Map([
    ["data_batch_1.bin", records(1 + random.integer(2), random)],
    ["data_batch_2.bin", records(1, random)],
    ["test_batch.bin", records(1, random)],
    ["batches.meta.txt", text(names.join("\n") + "\n")],
  ]);
  const name = pick([...folder.keys()], random), bytes = folder.get(name)!;
  const change = random.integer(6);
  if (change === 0) folder.delete(name);
  else if (change === 1) folder.set(pick(otherNames, random), bytes);
  else if (change === 2) {
    folder.delete(name);
    folder.set(pick([...folder.keys(), ...otherNames], random), bytes);
  } else if (change === 3) {
    // A label, or a line of the class names.
    const at = name.endsWith(".txt")
      ? random.integer(bytes.length)
      : RECORD * random.integer(bytes.length / RECORD);
    folder.set(name, bytes.with(at, random.integer(name.endsWith(".txt") ? 256 : 16)));
  } else folder.set(name, damage(bytes, random).bytes);
  return folder;
}

interface Naive {
  labels: number[];
  pixels: number[];
}

/** Records as the format's page describes them: a label, then 1,024 bytes of red, of green and of blue. */
function naiveRecords(bytes: Uint8Array): Naive | undefined {
  if (bytes.length === 0 || bytes.length % RECORD !== 0) return undefined;
  const labels: number[] = [], pixels: number[] = [];
  for (let record = 0; record < bytes.length / RECORD; record++) {
    labels.push(bytes[record * RECORD]);
    for (let pixel = 0; pixel < 1024; pixel++) {
      for (let channel = 0; channel < 3; channel++) {
        pixels.push(bytes[record * RECORD + 1 + 1024 * channel + pixel]);
      }
    }
  }
  return labels.every((label) => label < 10) ? { labels, pixels } : undefined;
}

/** The data set in a folder, or nothing if there is none. */
function naiveCifar10(folder: Folder): { train: Naive; test: Naive; classes: string[] } | undefined {
  const batches = [...folder.keys()].filter((name) => /^data_batch_.*\.bin$/i.test(name));
  const numbers = batches.map((name) => Number(name.slice(11, -4))).sort((a, b) => a - b);
  if (numbers.some((number) => !(number >= 1 && number < 1e9) || !folder.has(`data_batch_${number}.bin`))) {
    return undefined;
  }
  if (batches.length === 0 || batches.length !== new Set(numbers).size) return undefined;
  const parts = numbers.map((number) => naiveRecords(folder.get(`data_batch_${number}.bin`)!));
  const test = naiveRecords(folder.get("test_batch.bin") ?? new Uint8Array());
  const meta = folder.get("batches.meta.txt");
  if (meta === undefined || test === undefined || parts.includes(undefined)) return undefined;
  let lines: string[];
  try {
    lines = new TextDecoder("utf-8", { fatal: true }).decode(meta).split("\n");
  } catch {
    return undefined;
  }
  const classes = lines.map((line) => line.trim()).filter((line) => line !== "");
  if (classes.length !== 10 || new Set(classes).size !== 10) return undefined;
  // Letters, digits and signs, but nothing that moves a cursor or cannot be seen.
  if (classes.some((name) => /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/u.test(name))) return undefined;
  const train = {
    labels: parts.flatMap((part) => part!.labels),
    pixels: parts.flatMap((part) => part!.pixels),
  };
  return { train, test, classes };
}

fuzz(
  "damaged CIFAR-10 folders are read as a second reader reads them, or refused",
  3,
  3000,
  makeFolder,
  async (files) => {
    const dataDir = freshPath(), expected = naiveCifar10(files);
    await Deno.mkdir(dataDir);
    for (const [name, bytes] of files) await Deno.writeFile(join(dataDir, name), bytes);
    try {
      const { train, test, classes } = await loadCifar10({ dataDir });
      assert(expected !== undefined, `accepted ${[...files.keys()]}`);
      assertEquals(classes, expected.classes);
      for (const [set, naive] of [[train, expected.train], [test, expected.test]] as const) {
        assertEquals([set.count, [...set.labels]], [naive.labels.length, naive.labels]);
        assertEquals(set.images.findIndex((byte, i) => byte !== naive.pixels[i]), -1);
        assertEquals(set.images.length, naive.pixels.length);
      }
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      assertStringIncludes(error.message, dataDir);
      assert(!error.message.includes("\n") && error.message.length < 600, error.message);
      assertEquals(expected, undefined, `refused: ${error.message}`);
    } finally {
      await Deno.remove(dataDir, { recursive: true });
    }
  },
);
