import { checkInteger, checkNumber, checkObject, checkOptions } from "../core/checks.ts";
import type { FlagTable } from "../core/flags.ts";
import { membersOf } from "../core/labels.ts";
import { Random } from "../core/random.ts";
import { assembleDataset, chosenImages } from "./assemble.ts";
import type { ImageDataset } from "./dataset.ts";

/** What {@linkcode datasetVersion} changes of the training images. */
export interface VersionOptions {
  /** How many times as many images the first class keeps of its own as the last, at least 1, which is the default. */
  imbalance?: number;
  /** Share of the training images that are learnt from with a wrong label, at least 0, which is the default, and below 1. */
  labelNoise?: number;
  /** Decides which images are kept, and which get which label; 0 by default. */
  versionSeed?: number;
}

/** The names of {@linkcode VersionOptions}. */
export const VERSION_OPTIONS = { imbalance: true, labelNoise: true, versionSeed: true } as const;

/** {@linkcode VersionOptions} on a command line. */
export const versionFlags = {
  imbalance: {
    kind: "number",
    min: 1,
    valueName: "r",
    help:
      "Leaves fewer training images of each class than of the one before, down to 1/r of the last (any data set)",
  },
  labelNoise: {
    kind: "number",
    min: 0,
    max: 0.999,
    valueName: "share",
    help:
      "Share of training images that losses see with a wrong label, evaluation with the right one (any data set)",
  },
  versionSeed: {
    kind: "integer",
    min: 0,
    valueName: "n",
    help: "Decides which images --imbalance keeps and --label-noise mislabels (0, if not given)",
  },
} as const satisfies FlagTable;

/**
 * A version of a data set that is long-tailed, has wrong labels, or both. Its test images stay as they are.
 *
 * With `imbalance` r, class `c` of `C` keeps `n_c · r^(−c/(C−1))` of its `n_c` training images, rounded down, but at least one. With
 * `labelNoise` p, the share p of what is left gets another class as `train.learntLabels`, each of the others with the same probability;
 * `train.labels` stay right, so that an evaluation tells how good the representation is. What a smaller number changes, a larger one
 * with the same seed does, too.
 *
 * @param data any data set
 * @param options imbalance, share of wrong labels, seed
 * @returns the new data set, with a digest of its own and the options that made it; the given one if they change nothing
 * @throws {TypeError} if an option is of the wrong type
 * @throws {RangeError} if one is out of range, or there is one class only
 * @see Y. Cui et al., *Class-balanced loss based on effective number of samples*, CVPR 2019, section 4.1, for the long tail
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadDataset } from "@hscl/hscl";
 * import { datasetVersion } from "@hscl/hscl/data";
 * const data = await loadDataset("synthetic", { classes: 3, trainImages: 300, testImages: 30 });
 * const { train } = datasetVersion(data, { imbalance: 100, labelNoise: 0.2 });
 * const sizes = [0, 1, 2].map((own) => train.labels.filter((label) => label === own).length);
 * assertEquals(sizes, [100, 10, 1]);
 * assertEquals(train.labels.filter((label, i) => label !== train.learntLabels![i]).length, Math.round(0.2 * 111));
 * ```
 */
export function datasetVersion(data: ImageDataset, options: VersionOptions): ImageDataset {
  checkObject("data", data);
  const { imbalance = 1, labelNoise = 0, versionSeed = 0 } = checkOptions(options, VERSION_OPTIONS);
  checkNumber("imbalance", imbalance, { min: 1 });
  checkNumber("labelNoise", labelNoise, { min: 0, below: 1 });
  checkInteger("versionSeed", versionSeed, { min: 0 });
  if (imbalance === 1 && labelNoise === 0) return data;
  const classes = data.classes.length;
  if (classes < 2) {
    throw new RangeError(
      `Cannot make another version of ${data.name} as it must have two classes or more: received ${classes}`,
    );
  }
  const random = new Random(versionSeed).child(data.name);
  const kept = longTail(data.train.labels, classes, imbalance, random.child("imbalance"));
  const train = imbalance === 1 ? data.train : chosenImages(data.train, kept);
  const learntLabels = labelNoise === 0
    ? undefined
    : noisyLabels(train.learntLabels ?? train.labels, classes, labelNoise, random.child("label noise"));
  return assembleDataset({
    ...data,
    options: {
      ...data.options,
      // Of the set that was thinned out, so that it is found again.
      ...(imbalance === 1 ? {} : { trainImages: data.train.count, imbalance }),
      ...(labelNoise === 0 ? {} : { labelNoise }),
      ...(versionSeed === 0 ? {} : { versionSeed }),
    },
    train: learntLabels ? { ...train, learntLabels } : train,
  });
}

/** Which images are kept, in ascending order. */
function longTail(labels: Int32Array, classes: number, imbalance: number, random: Random): Int32Array {
  const kept = [...membersOf(labels)].flatMap(([own, indices]) => {
    // So that 5000 · 100⁻¹ is 50, however it is rounded.
    const wanted = Math.floor(indices.length * imbalance ** (-own / (classes - 1)) + 1e-9);
    const order = random.child(own).permutation(indices.length).subarray(0, Math.max(1, wanted));
    return Array.from(order, (place) => indices[place]);
  });
  return Int32Array.from(kept).sort();
}

/** A share of the labels, exactly, become another class. */
function noisyLabels(labels: Int32Array, classes: number, share: number, random: Random): Int32Array {
  const noisy = labels.slice(), steps = random.child("classes");
  // One for each image, so that a larger share gives the same images the same labels.
  const others = labels.map((label) => (label + 1 + steps.integer(classes - 1)) % classes);
  const order = random.child("images").permutation(labels.length);
  for (const index of order.subarray(0, Math.round(share * labels.length))) noisy[index] = others[index];
  return noisy;
}
