import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { checkInteger, checkOptions } from "../core/checks.ts";
import { classesOf } from "../core/labels.ts";
import { Random } from "../core/random.ts";
import { type ChannelStatistics, channelStatistics, checkStatistics } from "./channel_statistics.ts";
import { checkedImageSet, checkImages } from "./check_image_set.ts";
import type { ImageDataset, ImageSet, ImageShape, UnlabeledImages } from "./dataset.ts";

/** How many images to keep of each split; all of them by default. */
export interface SplitSizes {
  /** Training images; all if absent. */
  trainImages?: number;
  /** Test images; all if absent. */
  testImages?: number;
}

/** The names of {@linkcode SplitSizes}. */
export const SPLIT_SIZES = { trainImages: true, testImages: true } as const;

/**
 * Indices of `count` images, in ascending order, with every class in its proportion: to within one image where all classes are
 * of one size, and of `C` classes of any size, for one with a share `s` of the images, to within `(1 + C·s)/2`.
 *
 * The choice is nested: the images chosen for a smaller `count` are among those for a larger one.
 *
 * @param labels class of each image, any integers
 * @param count at most `labels.length`
 * @param random decides which images of a class are taken
 */
export function stratifiedIndices(labels: Int32Array, count: number, random: Random): Int32Array {
  const { labels: classes, placeOf } = classesOf(labels);
  const sizes = new Int32Array(classes.length), seen = new Int32Array(classes.length);
  for (const own of placeOf) sizes[own]++;
  // The r-th of the n images of a class stands at (r + ½) / n, so any prefix by place has the classes in proportion.
  const place = new Float64Array(labels.length);
  const order = random.permutation(labels.length);
  for (const index of order) {
    const own = placeOf[index];
    place[index] = (seen[own]++ + 0.5) / sizes[own];
  }
  return order.sort((a, b) => place[a] - place[b]).slice(0, count).sort();
}

/**
 * Indices of the images that are kept of a split, in ascending order: all, or a fixed choice of so many.
 *
 * @throws {RangeError} if there are not so many
 */
export function keptIndices(
  labels: Int32Array,
  count: number | undefined,
  dataset: string,
  split: "train" | "test",
): Int32Array {
  if (count === undefined) return Int32Array.from(labels.keys());
  const option = `${split}Images`;
  checkInteger(option, count, { min: 1 });
  if (count > labels.length) {
    throw new RangeError(
      `Cannot use ${option} as the ${split} split of ${dataset} has ${labels.length} images: received ${count}`,
    );
  }
  return stratifiedIndices(labels, count, new Random(0).child(`${dataset}/subset/${split}`));
}

function limit(set: ImageSet, count: number | undefined, dataset: string, split: "train" | "test"): ImageSet {
  const chosen = keptIndices(set.labels, count, dataset, split);
  return chosen.length === set.count ? set : chosenImages(set, chosen);
}

/** The images at these indices, in their order. */
export function chosenImages(set: ImageSet, chosen: Int32Array): ImageSet {
  const { groups, learntLabels } = set, size = set.images.length / set.count;
  const images = new Uint8Array(chosen.length * size);
  chosen.forEach((index, i) => images.set(set.images.subarray(index * size, (index + 1) * size), i * size));
  return {
    images,
    labels: chosen.map((index) => set.labels[index]),
    count: chosen.length,
    ...(groups ? { groups: chosen.map((index) => groups[index]) } : {}),
    ...(learntLabels ? { learntLabels: chosen.map((index) => learntLabels[index]) } : {}),
  };
}

function digestOf(
  { height, width, channels }: ImageShape,
  train: ImageSet,
  test: ImageSet,
  unlabeled: UnlabeledImages | undefined,
): string {
  const hash = sha256.create().update(
    utf8ToBytes(JSON.stringify([height, width, channels, train.count, test.count])),
  );
  for (const { images, labels } of [train, test]) {
    hash.update(images).update(new Uint8Array(labels.buffer, labels.byteOffset, labels.byteLength));
  }
  // What there was before wrong labels and images without labels has its digest of then.
  if (train.learntLabels !== undefined) {
    const { buffer, byteOffset, byteLength } = train.learntLabels;
    hash.update(utf8ToBytes("learnt labels")).update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  if (unlabeled !== undefined) {
    hash.update(utf8ToBytes(`unlabeled ${unlabeled.count}`)).update(unlabeled.images);
  }
  return bytesToHex(hash.digest());
}

/** A whole data set before its splits are limited. */
export interface DatasetContent extends Omit<ImageDataset, "digest" | "statistics"> {
  /** What its pixels are normalised by; measured on the training images that are kept if left out. */
  readonly statistics?: ChannelStatistics;
}

/**
 * Limits both splits to the wanted sizes (a fixed, class-stratified choice) and computes the digest of what is left.
 *
 * @param content the whole data set
 * @param sizes images to keep of each split
 * @throws {TypeError} if a size is not an integer, pixels are no bytes or a label is no integer
 * @throws {RangeError} if a size is below 1 or more than there is, there are not as many pixels and labels as images, or a label
 * is not one of the classes, or there is not one number of the statistics per channel
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { assembleDataset } from "@hscl/hscl/data";
 * const set = { images: Uint8Array.of(0, 255), labels: Int32Array.of(0, 1), count: 2 };
 * const shape = { height: 1, width: 1, channels: 1 };
 * const pixels = assembleDataset({ name: "pixels", shape, classes: ["dark", "light"], train: set, test: set });
 * assertEquals(pixels.digest.length, 64);
 * ```
 */
export function assembleDataset(content: DatasetContent, sizes: SplitSizes = {}): ImageDataset {
  checkOptions(sizes, SPLIT_SIZES);
  const checked = (set: ImageSet) => checkedImageSet(set, content.shape, content.classes.length);
  const train = limit(checked(content.train), sizes.trainImages, content.name, "train");
  const test = limit(checked(content.test), sizes.testImages, content.name, "test");
  const { shape: { channels }, unlabeled } = content;
  if (unlabeled !== undefined) checkImages(unlabeled, content.shape);
  const statistics = content.statistics === undefined
    ? channelStatistics(train, channels)
    : checkStatistics(content.statistics, channels);
  return { ...content, statistics, train, test, digest: digestOf(content.shape, train, test, unlabeled) };
}
