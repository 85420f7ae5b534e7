import { charactersSource } from "./characters.ts";
import { cifar10Source } from "./cifar10.ts";
import { cifar100Source } from "./cifar100.ts";
import { folderSource } from "./folder.ts";
import { idxSource } from "./idx.ts";
import { medMnistSource } from "./medmnist.ts";
import { mnistSource } from "./mnist.ts";
import { npySource } from "./npy_folder.ts";
import type { DatasetSource } from "./source.ts";
import { stl10Source } from "./stl10.ts";
import { syntheticSource } from "./synthetic.ts";
import { tinyImageNetSource } from "./tiny_imagenet.ts";

/**
 * The data sets by name.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { dataSets } from "@hscl/hscl/data";
 * assertEquals(dataSets.cifar10.label, "CIFAR-10");
 * ```
 */
export const dataSets = {
  mnist: mnistSource,
  characters: charactersSource,
  cifar10: cifar10Source,
  cifar100: cifar100Source,
  stl10: stl10Source,
  "tiny-imagenet": tinyImageNetSource,
  idx: idxSource,
  medmnist: medMnistSource,
  npy: npySource,
  folder: folderSource,
  synthetic: syntheticSource,
} as const;

/** Name of a data set. */
export type DatasetName = keyof typeof dataSets;

// Pure, so that bundlers leave out the data sets where nobody asks for them.
/** The names of the data sets. */
export const datasetNames = /* @__PURE__ */ Object.keys(dataSets) as DatasetName[];

/** A data set by its name, where it does not matter which. */
export function datasetSource(name: DatasetName): DatasetSource {
  return dataSets[name] as DatasetSource;
}
