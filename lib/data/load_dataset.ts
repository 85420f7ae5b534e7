import { checkOneOf, checkOptions } from "../core/checks.ts";
import { CIFAR10_OPTIONS, type Cifar10Options, loadCifar10 } from "./cifar10.ts";
import type { ImageDataset } from "./dataset.ts";
import { loadMnist } from "./mnist.ts";
import { SYNTHETIC_OPTIONS, syntheticImages, type SyntheticOptions } from "./synthetic.ts";

/** The data sets that {@linkcode loadDataset} knows. */
export const datasetNames = ["mnist", "cifar10", "synthetic"] as const;

/** Name of a data set. */
export type DatasetName = typeof datasetNames[number];

/** `trainImages` and `testImages` serve every data set, `dataDir` CIFAR-10, the rest the synthetic images. */
export interface DatasetOptions extends Cifar10Options, SyntheticOptions {}

/**
 * A labelled image data set by name, with its fixed split, limited to the wanted number of images.
 *
 * A limited split is a fixed, seeded choice with the classes in proportion, and a smaller choice is part of a larger one.
 * Options of another data set are ignored, so that scripts can pass on all their flags.
 *
 * @param name "mnist" (28×28×1), "cifar10" (32×32×3) or "synthetic" (28×28×1 unless set otherwise)
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
  const { dataDir, ...rest } = checkOptions(options, { ...CIFAR10_OPTIONS, ...SYNTHETIC_OPTIONS });
  const { trainImages, testImages } = rest;
  switch (checkOneOf("data set", name, datasetNames)) {
    case "mnist":
      return await loadMnist({ trainImages, testImages });
    case "cifar10":
      return await loadCifar10({ dataDir, trainImages, testImages });
    case "synthetic":
      return syntheticImages(rest);
  }
}
