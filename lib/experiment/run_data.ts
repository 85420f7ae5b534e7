import { checkObject, checkText } from "../core/checks.ts";
import { DataError } from "../data/data_error.ts";
import { type DatasetName, datasetNames } from "../data/data_sets.ts";
import type { ImageDataset, ImageShape } from "../data/dataset.ts";
import { LEAST_IMAGE_SIZE } from "../data/folder.ts";
import { loadDataset } from "../data/load_dataset.ts";
import type { RunSettings } from "./settings.ts";

/** Where the images of a run come from. */
export interface RunDataOptions {
  /** The images, if they are loaded already; otherwise they are loaded by name. */
  data?: ImageDataset;
  /** Folder of the images, for a data set that needs one. */
  dataDir?: string;
  /** Of the images, if that is known: it says what own images were scaled to. */
  shape?: ImageShape;
}

/**
 * The images that a run was, or is to be, trained and tested with.
 *
 * @param purpose for messages, as in "Cannot train as …"
 * @throws {DataError} if they are others than the settings say, or cannot be loaded
 */
export async function runData(
  { dataset: { name, digest, trainImages, testImages } }: Pick<RunSettings, "dataset">,
  { data: loaded, dataDir, shape }: RunDataOptions,
  purpose: string,
): Promise<ImageDataset> {
  if (loaded === undefined && !datasetNames.includes(name as DatasetName)) {
    throw new DataError(
      `Cannot ${purpose} as the images must be of a data set that has a name here (${
        datasetNames.join(", ")
      }), or given as data: received ${name}`,
    );
  }
  // Smaller squares and other shapes are the images' own.
  const side = shape?.height === shape?.width ? shape?.height ?? 0 : 0;
  const imageSize = side >= LEAST_IMAGE_SIZE ? side : undefined;
  const data = loaded ??
    await loadDataset(name as DatasetName, { dataDir, imageSize, trainImages, testImages });
  checkObject("data", data);
  checkText("digest of the data", data.digest);
  if (data.digest === digest) return data;
  throw new DataError(
    `Cannot ${purpose} as the images must be those of the settings, ${name} with digest ` +
      `${digest.slice(0, 16)}…: received ${data.name} with ${data.digest.slice(0, 16)}…`,
  );
}
