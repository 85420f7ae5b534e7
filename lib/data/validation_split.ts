import { checkNumber, checkObject, checkOptions } from "../core/checks.ts";
import { classesOf, integerLabels, type Labels } from "../core/labels.ts";
import { Random } from "../core/random.ts";
import { assembleDataset, chosenImages } from "./assemble.ts";
import { checkedImageSet } from "./check_image_set.ts";
import type { ImageDataset } from "./dataset.ts";

/** Options of {@linkcode validationSplit}. */
export interface ValidationSplitOptions {
  /** Share of the training images to validate with, above 0 and below 1; 0.2 if left out. */
  share?: number;
  /** Of the choice; 0 if left out. */
  seed?: number;
  /**
   * The group of each training image: images of one group stay together. `train.groups` if left out; where there are none either,
   * every image is on its own.
   */
  groups?: Labels;
}

/**
 * A data set to choose settings on: a part of the training images becomes the test images of a new data set, and the rest
 * are its training images. The test images of the given one are not used, so that they can still tell how good the
 * choice was.
 *
 * Images, or groups of them, are looked at in a random order, and taken where that brings the numbers of images per class
 * `v_c` closer to their share `t_c = share · n_c`, i.e. lowers `Σ_c (v_c − t_c)² / t_c`. Without groups every class is
 * there in its share to within half an image. Pixels are normalised as before.
 *
 * @param data a data set; images that belong together, as the letters of a typeface do, have a common number in `train.groups`
 * @param options share, seed, groups
 * @returns the new data set, named `… (validation split)`, with a digest of its own
 * @throws {TypeError} if an option is of the wrong type, or a group no integer
 * @throws {RangeError} if the share is not between 0 and 1, there is not one group per training image, no image is left to
 * validate with, or none of a class to train with
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { loadDataset } from "@hscl/hscl";
 * import { validationSplit } from "@hscl/hscl/data";
 * const characters = await loadDataset("characters");
 * const { name, train, test } = validationSplit(characters, { share: 0.2 });
 * assertEquals(name, "characters (validation split)");
 * assertEquals([train.count, test.count], [104 * 62, 26 * 62]); // of 130 typefaces
 * const typefaces = new Set(train.groups);
 * assert(test.groups!.every((typeface) => !typefaces.has(typeface)));
 * ```
 */
export function validationSplit(data: ImageDataset, options: ValidationSplitOptions = {}): ImageDataset {
  checkObject("data", data);
  const { share = 0.2, seed = 0 } = checkOptions(options, { share: true, seed: true, groups: true });
  checkNumber("share", share, { above: 0, below: 1 });
  const set = checkedImageSet(data.train, data.shape, data.classes.length);
  const known = options.groups ?? set.groups;
  const groups = known && integerLabels("groups", known, set.count, "one per training image");
  const random = new Random(seed).child(`${data.name}/validation`);
  const taken = chosenGroups(set.labels, groups ?? Array.from(set.labels.keys()), share, random);

  const { labels: classes, placeOf } = classesOf(set.labels);
  const left = new Int32Array(classes.length);
  taken.forEach((isTaken, index) => left[placeOf[index]] += isTaken ? 0 : 1);
  const emptied = left.indexOf(0);
  const refuse = (requirement: string, received: string) =>
    new RangeError(
      `Cannot split the training images of ${data.name} as ${requirement}: received ${received}`,
    );
  if (emptied >= 0) {
    throw refuse(
      "some of each class must be left to train with",
      `none of ${JSON.stringify(data.classes[classes[emptied]])} with share ${share}`,
    );
  }
  const indices = Int32Array.from(taken.keys());
  const test = indices.filter((index) => taken[index]);
  if (test.length === 0) {
    const parts = groups ? `${new Set(Array.from(groups)).size} groups` : "them";
    throw refuse("some must be there to validate with", `none with share ${share} of ${parts}`);
  }
  return assembleDataset({
    ...data,
    name: validationSplitName(data.name),
    train: chosenImages(set, indices.filter((index) => !taken[index])),
    test: chosenImages(set, test),
  });
}

/** What the validation split of a data set is called. */
export function validationSplitName(name: string): string {
  return `${name} (validation split)`;
}

/** Whether each image is one to validate with. */
function chosenGroups(
  labels: Int32Array,
  groups: ArrayLike<number>,
  share: number,
  random: Random,
): boolean[] {
  const { labels: classes, placeOf } = classesOf(labels),
    { labels: names, placeOf: groupOf } = classesOf(groups);
  const wanted = new Float64Array(classes.length);
  for (const own of placeOf) wanted[own] += share;
  /** How many images of which class a group has. */
  const members = names.map(() => new Map<number, number>());
  placeOf.forEach((own, index) => {
    const counts = members[groupOf[index]];
    counts.set(own, (counts.get(own) ?? 0) + 1);
  });
  const found = new Float64Array(classes.length), isTaken = names.map(() => false);
  for (const group of random.permutation(names.length)) {
    let change = 0;
    for (const [own, more] of members[group]) {
      change += more * (more + 2 * (found[own] - wanted[own])) / wanted[own];
    }
    if (change >= 0) continue;
    isTaken[group] = true;
    for (const [own, more] of members[group]) found[own] += more;
  }
  return Array.from(groupOf, (group) => isTaken[group]);
}
