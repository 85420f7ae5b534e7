import { checkOptions } from "../core/checks.ts";
import { assembleDataset, SPLIT_SIZES, type SplitSizes } from "./assemble.ts";
import type { ChannelStatistics } from "./channel_statistics.ts";
import type { ImageDataset, ImageSet } from "./dataset.ts";
import { unpackImages } from "./packed_images.ts";
import type { DatasetSource } from "./source.ts";

const shape = { height: 28, width: 28, channels: 1 };
const pixels = 28 * 28;
// Of all images to train with.
const statistics: ChannelStatistics = { mean: [0.1071105], std: [0.2830361] };

/** The letters and digits of `characters_images.ts`. */
export interface PackedCharacters {
  /** The characters of each typeface. */
  readonly characters: string;
  /** What is known of each typeface to train with. */
  readonly train: readonly (readonly string[])[];
  /** Of those to test with. */
  readonly test: readonly (readonly string[])[];
  /** The images of each typeface, those to train with first, compressed with gzip, as base64. */
  readonly images: string;
}

const digest = "41416e4fc181a74e4c5db08a38b32928f5e68ea81e238fd68f1740278de3886f";

/**
 * Checks and unpacks the images.
 *
 * @returns 28×28 bytes an image
 * @throws {DataError} if a character of them is not as it was
 */
export function unpackCharacters({ characters, train, test, images }: PackedCharacters): Promise<Uint8Array> {
  return unpackImages({
    label: "characters",
    about: JSON.stringify([characters, train, test]),
    images,
    digest,
  });
}

/**
 * Letters and digits of 163 open typefaces, a–z, A–Z and 0–9, 28×28: all 62 of 130 typefaces for training, 8,060 images, and of 33
 * others for testing, 2,046. They are part of this library and need no network.
 *
 * A typeface is drawn at one scale and on one baseline, white on black as MNIST is, so c differs from C by its size alone. No two
 * characters of a typeface are the same, though l and I of many differ by little, and those of different typefaces may be.
 *
 * @param sizes images to keep of each split
 * @returns images `[count, 28, 28, 1]`, classes "a" … "z", "A" … "Z", "0" … "9"; the group of an image is its typeface
 * @throws {RangeError} if `sizes` asks for more than there is
 * @throws {DataError} if the images are damaged
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadCharacters } from "@hscl/hscl/data";
 * const { train, test, classes } = await loadCharacters({ trainImages: 620, testImages: 62 });
 * assertEquals(train.images.length, 620 * 28 * 28);
 * assertEquals(test.count, 62);
 * assertEquals(classes.join("").slice(24, 28), "yzAB");
 * ```
 */
export async function loadCharacters(sizes: SplitSizes = {}): Promise<ImageDataset> {
  checkOptions(sizes, SPLIT_SIZES);
  // 1 MB of text, for those who load this data set.
  const packed = await import("./characters_images.ts");
  const images = await unpackCharacters(packed);
  const classes = Array.from(packed.characters);
  const take = (from: number, typefaces: number): ImageSet => {
    const count = typefaces * classes.length, start = from * classes.length;
    return {
      images: images.subarray(start * pixels, (start + count) * pixels),
      labels: Int32Array.from({ length: count }, (_, i) => i % classes.length),
      count,
      groups: Int32Array.from({ length: count }, (_, i) => from + Math.floor(i / classes.length)),
    };
  };
  const train = take(0, packed.train.length), test = take(packed.train.length, packed.test.length);
  return assembleDataset({ name: "characters", shape, statistics, classes, train, test }, sizes);
}

/** {@linkcode loadCharacters} as one of the data sets. */
export const charactersSource: DatasetSource = {
  label: "characters",
  options: SPLIT_SIZES,
  load: loadCharacters,
  stamp: () => Promise.resolve(digest),
};
