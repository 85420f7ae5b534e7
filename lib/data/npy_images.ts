import { openArray } from "./array_file.ts";
import { checkImageAxes, type ImageArray, type LabelArray, refuse } from "./array_sets.ts";
import type { NpyArray } from "./npy.ts";

// As 32-bit numbers, which float16 becomes.
const mostBytes = 2 ** 30;

const refuser = (path: string) => (requirement: string, received: string) =>
  refuse(path, `it ${requirement}`, received);

/**
 * Reads images from an array of a `.npy` or `.npz` file: bytes, or floating-point numbers from 0 (black) to 1 (white).
 *
 * @param path of the file; `file.npz:name` is one array of several
 * @throws {DataError} if it cannot be read, has other elements or axes, or is larger than a gibibyte
 */
export async function readNpyImages(path: string): Promise<ImageArray> {
  const { header: { dtype, shape, size }, read } = await openArray(path, "images", refuser(path));
  checkImageAxes(path, shape);
  if (!/^(u1|f[248])$/.test(dtype)) {
    throw refuse(path, "its pixels must be uint8, or float16, float32 or float64 from 0 to 1", dtype);
  }
  if ((dtype === "f2" ? 2 * size : size) > mostBytes) {
    throw refuse(path, "its images must take at most a gibibyte", `[${shape.join(", ")}] of ${dtype}`);
  }
  const { data } = await read();
  return { path, shape, pixels: dtype === "u1" ? data as Uint8Array : bytesOf(data, path) };
}

function bytesOf(values: NpyArray["data"], path: string): Uint8Array {
  const pixels = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!(value >= 0 && value <= 1)) {
      throw refuse(path, "its floating-point pixels must be from 0 (black) to 1 (white)", `${value}`);
    }
    pixels[i] = Math.round(255 * value);
  }
  return pixels;
}

/**
 * Reads labels from an array of a `.npy` or `.npz` file: integers, `[count]` or `[count, 1]`.
 *
 * @throws {DataError} if it cannot be read, or has other elements or axes
 */
export async function readNpyLabels(path: string): Promise<LabelArray> {
  const { header: { dtype, shape, size }, read } = await openArray(path, "labels", refuser(path));
  const isColumn = shape.length === 2 && shape[1] === 1;
  if (shape.length !== 1 && !isColumn) {
    throw refuse(
      path,
      "its labels must be one integer per image, [count] or [count, 1]",
      `[${shape.join(", ")}]`,
    );
  }
  if (!/^[iu][1248]$/.test(dtype)) throw refuse(path, "its labels must be integers", dtype);
  if (size > mostBytes) {
    throw refuse(path, "its labels must take at most a gibibyte", `[${shape.join(", ")}] of ${dtype}`);
  }
  const { data } = await read();
  const labels = Float64Array.from(data as ArrayLike<number | bigint>, Number);
  const broken = labels.findIndex((label) => !Number.isSafeInteger(label));
  if (broken >= 0) throw refuse(path, "its labels must be within ±(2^53 − 1)", `${data[broken]}`);
  return { path, labels };
}
