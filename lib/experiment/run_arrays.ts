import { DataError } from "../data/data_error.ts";
import { type NpyArray, parseNpy } from "../data/npy.ts";
import { readRunFile, type RunManifest } from "./run_manifest.ts";

/**
 * An array of a run, compared with the manifest.
 *
 * @param expected what fits, in words
 * @throws {DamagedRunError} if the file is not as it was written
 * @throws {DataError} if it was written as something else
 */
export async function readRunArray(
  folder: string,
  name: string,
  manifest: RunManifest,
  fits: (array: NpyArray) => boolean,
  expected: string,
): Promise<NpyArray> {
  const path = `${folder}/${name}`, array = parseNpy(await readRunFile(folder, name, manifest), path);
  if (fits(array)) return array;
  throw new DataError(
    `Cannot read ${path} as it must hold ${expected}: received ${array.dtype} [${array.shape.join(", ")}]`,
  );
}

/** The classes of images, from one of a run's files. */
export async function readRunLabels(
  folder: string,
  name: string,
  manifest: RunManifest,
): Promise<Int32Array> {
  const isLabels = ({ dtype, shape }: NpyArray) => dtype === "i4" && shape.length === 1;
  const { data } = await readRunArray(folder, name, manifest, isLabels, "one i4 for each image");
  return data as Int32Array;
}
