import { checkInteger } from "../core/checks.ts";
import { integerLabels, type Labels } from "../core/labels.ts";
import { checkRandom, type Random } from "../core/random.ts";

/**
 * Parts of about equal size, in each of which the classes are in proportion: to within one item of each class, and of all.
 *
 * Items of a class are dealt in the order they come in, a stretch to each part, or in random order where there is a stream. Without,
 * the parts are those of scikit-learn's `StratifiedKFold`.
 *
 * @param labels class of each item, any integers
 * @param folds number of parts, at least 2 and at most that of the items
 * @param random stream of the choice
 * @returns the part of each item, `0 … folds - 1`
 * @throws {RangeError} if there are fewer items than parts
 * @throws {TypeError} if a label is no integer
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { stratifiedFolds } from "@hscl/hscl/evaluate";
 * assertEquals([...stratifiedFolds([0, 0, 0, 0, 1, 1], 2)], [0, 0, 1, 1, 0, 1]);
 * ```
 */
export function stratifiedFolds(labels: Labels, folds: number, random?: Random): Int32Array {
  const known = Array.from(integerLabels("labels", labels));
  checkInteger("folds", folds, { min: 2, max: known.length });
  if (random !== undefined) checkRandom("random", random);
  // Classes in the order of their first item; dealt one after the other, the next to the part after the last one's.
  const items = new Map<number, number[]>();
  known.forEach((label, item) => items.get(label)?.push(item) ?? items.set(label, [item]));
  const foldOf = new Int32Array(known.length);
  let dealt = 0;
  for (const own of items.values()) {
    const sizes = new Int32Array(folds);
    for (let i = 0; i < own.length; i++) sizes[dealt++ % folds]++;
    const order = random?.permutation(own.length);
    let at = 0;
    sizes.forEach((size, fold) => {
      for (let i = 0; i < size; i++, at++) foldOf[own[order ? order[at] : at]] = fold;
    });
  }
  return foldOf;
}
