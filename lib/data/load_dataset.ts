import { checkOneOf, checkOptions } from "../core/checks.ts";
import { type DatasetName, datasetNames, dataSets, datasetSource } from "./data_sets.ts";
import type { ImageDataset } from "./dataset.ts";
import type { DatasetSource } from "./source.ts";
import { datasetVersion, VERSION_OPTIONS, type VersionOptions } from "./versions.ts";

/** `trainImages` and `testImages` serve every data set, `dataDir` those in a folder, `imageSize` those of any size, `trainOn` and `unlabeledImages` STL-10, `labelLevel` CIFAR-100, `subset` MedMNIST, the rest the synthetic images. */
export type DatasetOptions =
  & Both<{ [N in DatasetName]: typeof dataSets[N] extends DatasetSource<infer O> ? O : never }[DatasetName]>
  & VersionOptions;

/** All of several types together. */
export type Both<U> = (U extends unknown ? (part: U) => void : never) extends (all: infer I) => void ? I
  : never;

/** The options of one data set and of its versions, among those of all. */
export function optionsOf(name: DatasetName, options: DatasetOptions): DatasetOptions {
  const known = Object.assign({ ...VERSION_OPTIONS }, ...datasetNames.map((name) => dataSets[name].options));
  const own = { ...datasetSource(checkOneOf("data set", name, datasetNames)).options, ...VERSION_OPTIONS };
  return Object.fromEntries(
    Object.entries(checkOptions(options, known)).filter(([option]) => Object.hasOwn(own, option)),
  );
}

/**
 * A labelled image data set by name, with its fixed split, limited to the wanted number of images.
 *
 * A limited split is a fixed, seeded choice with the classes in proportion, and a smaller choice is part of a larger one.
 * Options of another data set are ignored, so that scripts can pass on all their flags. Those of {@linkcode datasetVersion} make a
 * long-tailed version of any data set, or one with wrong labels.
 *
 * @param name "mnist" (28×28×1), "characters" (28×28×1), "cifar10" and "cifar100" (32×32×3), "stl10" (32×32×3 unless set otherwise), "tiny-imagenet" (64×64×3 unless set otherwise), "idx", "medmnist" and "npy" (arrays of any shape), "folder" (own images) or "synthetic"
 * (28×28×1 unless set otherwise)
 * @returns pixels 0 … 255, labels, class names and the digest of the returned content
 * @throws {DataError} if files are missing or broken
 * @throws {RangeError} if the name is not known, an option is outside its range, or more images are asked for than
 * there are
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadDataset } from "@hscl/hscl";
 * const { shape, train, classes } = await loadDataset("synthetic", { trainImages: 20, testImages: 10 });
 * assertEquals(shape.channels, 1);
 * assertEquals(train.count, 20);
 * assertEquals(classes.length, 10);
 * ```
 */
export async function loadDataset(name: DatasetName, options: DatasetOptions = {}): Promise<ImageDataset> {
  const { imbalance, labelNoise, versionSeed, ...own } = optionsOf(name, options);
  return datasetVersion(await datasetSource(name).load(own), { imbalance, labelNoise, versionSeed });
}
