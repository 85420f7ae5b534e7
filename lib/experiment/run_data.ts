import { checkObject, checkText } from "../core/checks.ts";
import { DataError } from "../data/data_error.ts";
import { type DatasetName, datasetNames } from "../data/data_sets.ts";
import type { ImageDataset, ImageShape } from "../data/dataset.ts";
import { LEAST_IMAGE_SIZE } from "../data/fit_image.ts";
import { type DatasetOptions, loadDataset } from "../data/load_dataset.ts";
import type { RunSettings } from "./settings.ts";

/** Where the images of a run come from. */
export interface RunDataOptions {
  /** The images, if they are loaded already; otherwise they are loaded by name. */
  data?: ImageDataset;
  /** Folder of the images, for a data set that needs one. */
  dataDir?: string;
  /** Of the images, for a data set that can be of several; its usual one if left out. */
  shape?: ImageShape;
}

/**
 * The images that a run was, or is to be, trained and tested with.
 *
 * @param purpose for messages, as in "Cannot train as …"
 * @throws {DataError} if they are others than the settings say, or cannot be loaded
 */
export async function runData(
  { dataset: { name, digest, trainImages, testImages, options } }: Pick<RunSettings, "dataset">,
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
  // Each data set takes what it knows.
  const sizes = { trainImages, testImages, ...shapeOptions(shape), ...options };
  const data = loaded ?? await loadDataset(name as DatasetName, { dataDir, ...sizes });
  checkObject("data", data);
  checkText("digest of the data", data.digest);
  if (data.digest === digest) return data;
  const described = (name: string, train: number, test: number, digest: string) =>
    `${name} of ${train} + ${test} images, digest ${digest.slice(0, 16)}…`;
  throw new DataError(
    `Cannot ${purpose} as the images must be those of the settings, ` +
      `${described(name, trainImages, testImages, digest)}: received ` +
      described(data.name, data.train.count, data.test.count, data.digest),
  );
}

/** The options by which data sets make images of a shape. */
function shapeOptions(shape: ImageShape | undefined): DatasetOptions {
  if (shape === undefined) return {};
  const { height, width } = shape;
  // Own images that are not square, or very small, are as they were found.
  return { height, width, ...(height === width && height >= LEAST_IMAGE_SIZE ? { imageSize: height } : {}) };
}
