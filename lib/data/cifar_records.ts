import { DataError } from "./data_error.ts";
import type { ImageSet, ImageShape } from "./dataset.ts";

/** Of an image of CIFAR. */
export const cifarShape: ImageShape = { height: 32, width: 32, channels: 3 };
const plane = 32 * 32;
// Fourteen times the original; more would not fit into one array everywhere.
const mostRecords = 700_000;

/** A byte before the pixels of a record. */
export interface LabelByte {
  /** How messages call it. */
  readonly name: string;
  /** How many classes there are. */
  readonly classes: number;
}

/**
 * Reads whole files of records one after the other into channels-last images. A record is its label bytes, then 1,024 bytes of
 * red, of green and of blue.
 *
 * @param paths of the files
 * @param bytes the label bytes of a record
 * @param chosen which of them is the label
 * @throws {DataError} if a file is no whole number of records, there are too many, or a label byte is no class
 */
export async function readCifarRecords(
  paths: readonly string[],
  bytes: readonly LabelByte[],
  chosen = 0,
): Promise<ImageSet> {
  const recordBytes = bytes.length + 3 * plane;
  // Sizes first: a truncated last file is refused before the first is read.
  let count = 0;
  for (const path of paths) {
    const { size } = await Deno.stat(path);
    if (size === 0 || size % recordBytes !== 0) {
      throw new DataError(
        `Cannot read ${path} as its size must be a positive multiple of ${recordBytes} bytes ` +
          `(10000 records are ${10_000 * recordBytes}): received ${size} bytes`,
      );
    }
    count += size / recordBytes;
    if (count > mostRecords) {
      throw new DataError(
        `Cannot read ${path} as a split must have at most ${mostRecords} records: received ${count}`,
      );
    }
  }
  const images = new Uint8Array(count * 3 * plane), labels = new Int32Array(count);
  let record = 0, out = 0;
  for (const path of paths) {
    const content = await Deno.readFile(path);
    for (let start = 0; start < content.length; start += recordBytes) {
      bytes.forEach(({ name, classes }, at) => {
        const label = content[start + at];
        if (label < classes) return;
        throw new DataError(
          `Cannot read ${path} as the ${name} of record ${start / recordBytes} (byte ${
            start + at
          }) must be ` +
            `at most ${classes - 1}: received ${label}`,
        );
      });
      labels[record++] = content[start + chosen];
      const red = start + bytes.length, green = red + plane, blue = green + plane;
      for (let i = 0; i < plane; i++) {
        images[out++] = content[red + i];
        images[out++] = content[green + i];
        images[out++] = content[blue + i];
      }
    }
  }
  return { images, labels, count };
}
