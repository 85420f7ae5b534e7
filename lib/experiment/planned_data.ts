import type { DatasetName } from "../data/data_sets.ts";
import type { ImageDataset } from "../data/dataset.ts";
import { type DatasetOptions, loadDataset } from "../data/load_dataset.ts";
import type { RunSettings } from "./settings.ts";
import { validationSplit, validationSplitName } from "../data/validation_split.ts";

/** The images of runs that are to be trained, by name, for whoever trains them. */
export interface PlannedData {
  /** By name. */
  name: DatasetName;
  /** How they are loaded. A folder is one that exists where the runs are trained. */
  options: DatasetOptions;
  /** The share of the training images that takes the place of the test images; absent where these are used. */
  validation?: number;
  /** That of the images, which tells versions of one data set apart; absent where no other has its name. */
  digest?: string;
}

/** What the settings of the runs call their images. */
export function plannedName({ name, validation }: PlannedData): string {
  return validation === undefined ? name : validationSplitName(name);
}

/** Of several data sets, the one that a run is of. */
export function plannedFor<P extends PlannedData>(
  planned: readonly P[],
  { name, digest }: Pick<RunSettings["dataset"], "name" | "digest">,
): P | undefined {
  return planned.find((each) => plannedName(each) === name && (each.digest ?? digest) === digest);
}

/** Loads the images. */
export async function loadPlanned({ name, options, validation }: PlannedData): Promise<ImageDataset> {
  const data = await loadDataset(name, options);
  return validation === undefined ? data : validationSplit(data, { share: validation });
}
