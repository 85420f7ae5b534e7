// Damaged files of NumPy: each is read as a second reader reads it, or refused in one line.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DataError, parseNpy } from "../../lib/data/mod.ts";
import type { Random } from "../../lib/core/random.ts";
import { openEmbeddings, readLabels } from "../../lib/experiment/labelled_files.ts";
import { UsageError } from "../../scripts/cli/mod.ts";
import { type NaiveArray, naiveNpy } from "../reference/naive_npy.ts";
import { damage, fuzz, pick } from "./fuzz.ts";

const folder = fileURLToPath(new URL("../data/numpy/", import.meta.url));
const files = new Map(
  Array.from(Deno.readDirSync(folder), ({ name }) => name).filter((name) => /\.np[yz]$/.test(name)).sort()
    .map((name) => [name, Deno.readFileSync(folder + name)]),
);
const names = [...files.keys()], arrays = names.filter((name) => name.endsWith(".npy"));

/** What a header's words are changed to. */
const words: Record<string, string[]> = {
  True: ["False", "1", "true", "None", "", "True,", "'True'"],
  False: ["True", "0", "false", "None", "", "False False"],
  "12": ["0xc", "012", "12.", "-12", "1_2", "", "11", "13", "12,", "24", "6", "12L", "1e1", "9".repeat(30)],
  "4": ["4,", ",4", "", "2", "0", "0x4", "4.0", "+4", "8", "True", "4)("],
  "'": ['"', "", "\\'", "u'"],
  "shape": ["Shape", "descr", "shapes", "__proto__"],
  "descr": ["shape", "fortran_order", "constructor"],
  "<": [">", "|", "=", "", "!"],
  "f8": ["f4", "i8", "u8", "c8", "f16", "S8", "V8", "f08"],
  "i8": ["f8", "u8", "M8", "i4", "i16", "b1"],
  ", }": ["}", ", , }", "", ", 'more': 1}", ", 'shape': (12,), }", ", 'descr': '<f4'}", "} {}", "} #"],
  "(": ["[", "((", "", "{"],
};

/** Changes a word of the header, and the bytes of the header only as far as needed. */
function misspell(bytes: Uint8Array, random: Random): Uint8Array {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  const present = Object.keys(words).filter((word) => text.slice(10, 128).includes(word));
  const word = pick(present, random), other = pick(words[word], random);
  const start = text.indexOf(word, 10), change = other.length - word.length;
  let changed = text.slice(0, start) + other + text.slice(start + word.length);
  // As long as before where the padding allows, so that the elements stay where they were.
  if (random.chance(0.8)) {
    const end = changed.indexOf("\n", start);
    changed = changed.slice(0, end - Math.max(0, change)) + " ".repeat(Math.max(0, -change)) +
      changed.slice(end);
  }
  return Uint8Array.from(changed, (character) => character.charCodeAt(0));
}

interface Damaged {
  name: string;
  bytes: Uint8Array;
}

function makeDamaged(from: readonly string[]): (random: Random) => Damaged {
  return (random) => {
    const name = pick(from, random), bytes = files.get(name)!;
    return {
      name,
      bytes: name.endsWith(".npy") && random.chance(0.5)
        ? misspell(bytes, random)
        : damage(bytes, random).bytes,
    };
  };
}

function assertOneLine(error: unknown, name: string): void {
  if (!(error instanceof DataError || error instanceof UsageError)) throw error;
  assertStringIncludes(error.message, name);
  assert(!error.message.includes("\n") && error.message.length < 600, error.message);
  assertStringIncludes(error.message, "received ");
}

/** An element is the same number, also if it is no number or a zero with a sign. */
function assertSame(values: ArrayLike<number | bigint>, expected: readonly (number | bigint)[]): void {
  assertEquals(values.length, expected.length);
  expected.forEach((value, i) => assert(Object.is(values[i], value), `${values[i]}, not ${value}, at ${i}`));
}

fuzz(
  "damaged .npy files are read as a second reader reads them, or refused",
  1,
  8000,
  makeDamaged(arrays),
  ({ name, bytes }) => {
    const expected = naiveNpy(bytes);
    let read: ReturnType<typeof parseNpy>;
    try {
      read = parseNpy(bytes, name);
    } catch (error) {
      assertOneLine(error, name);
      return assertEquals(expected, undefined, `refused: ${(error as Error).message}`);
    }
    assert(expected !== undefined, `read ${name} as ${read.dtype} [${read.shape}], which is no file`);
    assertEquals([read.dtype as string, read.shape], [expected.dtype, expected.shape]);
    assertSame(read.data, expected.values);
  },
);

/** What check may take for embeddings. */
function areEmbeddings(array: NaiveArray | undefined): array is NaiveArray {
  if (array === undefined || !/^f[248]$/.test(array.dtype) || array.shape.length !== 2) return false;
  const [count, dim] = array.shape;
  const rows = Array.from({ length: count }, (_, row) => array.values.slice(row * dim, (row + 1) * dim));
  return count * dim > 0 &&
    rows.every((row) => row.every((value) => Number.isFinite(value)) && row.some(Number));
}

/** What check may take for the labels of twelve embeddings. */
function areLabels(array: NaiveArray | undefined): array is NaiveArray {
  if (array === undefined || array.shape.length !== 1 || array.shape[0] !== 12) return false;
  const whole = array.values.every((value) => typeof value === "bigint" || Number.isInteger(value));
  const { size } = new Set(array.values);
  return whole && size > 1 && size < 12 &&
    (array.dtype !== "b1" || array.values.every((value) => value <= 1));
}

const right = {
  embeddings: naiveNpy(files.get("f8.npy")!)!.values,
  classes: [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2],
};
const work = await Deno.makeTempDir();
globalThis.addEventListener("unload", () => Deno.removeSync(work, { recursive: true }));

fuzz("damaged files are read by check, or refused", 2, 4000, makeDamaged(names), async ({ name, bytes }) => {
  const path = join(work, name), archive = name.endsWith(".npz");
  await Deno.writeFile(path, bytes);
  // Another file of NumPy's, by chance, is judged as it is; of an archive only what was packed may come back.
  const array = naiveNpy(bytes);
  const expect = async (read: () => Promise<void>, allowed: boolean) => {
    try {
      await read();
    } catch (error) {
      assertOneLine(error, name);
      return assert(!allowed, `${name} refused: ${(error as Error).message}`);
    }
    assert(allowed || archive, `${name} accepted`);
  };
  await expect(async () => {
    const { values } = await (await openEmbeddings(path)).read();
    assertSame(values, archive ? right.embeddings : array!.values);
  }, areEmbeddings(array));
  await expect(async () => {
    const { indices } = await readLabels(path, 12);
    const sorted = archive ? [] : [...new Set(array!.values)].sort((a, b) => a < b ? -1 : 1);
    assertSame(indices, archive ? right.classes : array!.values.map((value) => sorted.indexOf(value)));
  }, areLabels(array));
});
