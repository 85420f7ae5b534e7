import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import canonicalize from "canonicalize";
import { checkObject } from "../core/checks.ts";
import { denoFor } from "../core/platform.ts";
import { writeAtomically } from "../core/write_atomically.ts";
import { checkStatistics } from "../data/channel_statistics.ts";
import { type DatasetName, datasetSource } from "../data/data_sets.ts";
import type { ImageDataset } from "../data/dataset.ts";
import { type DatasetOptions, optionsOf } from "../data/load_dataset.ts";
import { loadPlanned, type PlannedData, plannedName } from "./planned_data.ts";

/** What the settings of a run need to know of a data set: everything but its pixels and labels. */
export interface DatasetFacts extends Omit<ImageDataset, "train" | "test" | "unlabeled"> {
  /** How many training images. */
  readonly trainImages: number;
  /** How many test images. */
  readonly testImages: number;
  /** How many classes the training images are of. */
  readonly trainClasses: number;
}

/** The facts of a data set. */
export function factsOf(data: ImageDataset): DatasetFacts {
  checkObject("data", data);
  const { train, test, unlabeled: _unlabeled, ...facts } = data;
  checkObject("training images", train);
  checkObject("test images", test);
  return {
    ...facts,
    trainImages: train.count,
    testImages: test.count,
    trainClasses: new Set(train.labels).size,
  };
}

/** The facts of a data set, and a way to write them down. */
export interface KnownFacts {
  /** The facts. */
  facts: DatasetFacts;
  /** Writes them to the file, unless they are there. */
  keep(): Promise<void>;
}

/**
 * The facts of a data set by name, from a file where they were written down, so that the images are read once only, until they
 * change.
 *
 * @param file of JSON; it need not be there, and what is in it that are no facts is left alone
 * @param validation the share of the training images that takes the place of the test images, see {@linkcode PlannedData}
 * @throws as {@linkcode loadDataset} does
 */
export async function datasetFacts(
  name: DatasetName,
  options: DatasetOptions,
  file: string,
  validation?: number,
): Promise<KnownFacts> {
  const own = optionsOf(name, options), planned: PlannedData = { name, options: own, validation };
  const stamp = await datasetSource(name).stamp(own);
  const asked = { name, options: own, stamp, ...(validation === undefined ? {} : { validation }) };
  const key = bytesToHex(sha256(utf8ToBytes(canonicalize(asked)!)));
  const known = (await readKnown(file))[key];
  if (isFacts(known, plannedName(planned))) return { facts: known, keep: () => Promise.resolve() };
  const facts = factsOf(await loadPlanned(planned));
  const keep = async () =>
    await writeAtomically(file, JSON.stringify({ ...await readKnown(file), [key]: facts }, null, 1) + "\n");
  return { facts, keep };
}

/** What is written down; nothing where that cannot be read, as the images tell. */
async function readKnown(path: string): Promise<Record<string, unknown>> {
  const { readTextFile, stat } = denoFor("read facts of a data set");
  try {
    if (!(await stat(path)).isFile) return {};
    const known = JSON.parse(await readTextFile(path));
    return typeof known === "object" && known !== null ? known : {};
  } catch {
    return {};
  }
}

function isFacts(value: unknown, name: string): value is DatasetFacts {
  const { shape, digest, statistics, classes, options = {}, ...facts } = (value ?? {}) as Partial<
    DatasetFacts
  >;
  const counts = [facts.trainImages, facts.testImages, facts.trainClasses];
  const sides = [shape?.height, shape?.width, shape?.channels];
  try {
    checkStatistics(statistics!, shape?.channels!);
  } catch {
    return false;
  }
  return facts.name === name && typeof digest === "string" && Array.isArray(classes) &&
    classes.every((name) => typeof name === "string") && typeof options === "object" && options !== null &&
    [...counts, ...sides].every((count) => Number.isInteger(count) && count! > 0);
}
