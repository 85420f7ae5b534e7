import { checkInteger, checkOptions } from "../core/checks.ts";
import type { Labels } from "../core/labels.ts";
import { checkRandom, type Random } from "../core/random.ts";
import { checkedLabels } from "./labels.ts";

/** Sizes of {@linkcode classBalancedBatches}. */
export interface ClassBalancedOptions {
  /** Items per batch, a multiple of `perClass`. */
  batchSize: number;
  /** Items of each class in a batch that has the class. */
  perClass: number;
}

/**
 * One epoch of class-balanced batches: every batch holds `perClass` items of each of `batchSize / perClass` classes, and
 * every item occurs at most once.
 *
 * Each class is shuffled and cut into groups of `perClass`; every batch takes one group of each of the classes that have
 * the most left, ties broken at random, which gives as many batches as there can be. The batches come in random order,
 * their items class by class. Left out are the rest of a class that fills no group, and groups for which too few other
 * classes are left; with classes of equal size and `batchSize / perClass` dividing their number, only the former.
 *
 * @param labels one integer per item, any range
 * @param options see {@linkcode ClassBalancedOptions}
 * @param random stream of the order
 * @returns item indices of each batch
 * @throws {RangeError} if `perClass` does not divide `batchSize`, there are fewer classes than a batch needs, or a class
 * has fewer than `perClass` items
 * @throws {TypeError} if a label or a size is no integer
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { classBalancedBatches, Random } from "@hscl/hscl";
 * const labels = [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2];
 * const batches = classBalancedBatches(labels, { batchSize: 6, perClass: 2 }, new Random(0));
 * assertEquals(batches.length, 2);
 * assert(batches.every((batch) => batch.filter((item) => labels[item] === 1).length === 2));
 * ```
 */
export function classBalancedBatches(
  labels: Labels,
  options: ClassBalancedOptions,
  random: Random,
): Int32Array[] {
  const { batchSize, perClass } = checkOptions(options, { batchSize: true, perClass: true });
  const checked = checkedLabels("labels", labels);
  checkInteger("items per class", perClass, { min: 1 });
  checkInteger("batch size", batchSize, { min: 1 });
  if (batchSize % perClass !== 0) {
    throw new RangeError(
      `Cannot balance classes as the batch size must be a multiple of the items per class (${perClass}): ` +
        `received ${batchSize}`,
    );
  }
  checkRandom("random", random);
  const groupsLeft = groupsByClass(checked, perClass, random.child("items"));
  const classesPerBatch = batchSize / perClass;
  if (groupsLeft.length < classesPerBatch) {
    throw new RangeError(
      `Cannot balance classes as a batch of ${batchSize} with ${perClass} items per class must have ` +
        `${classesPerBatch} classes: received ${groupsLeft.length}`,
    );
  }

  const batches: Int32Array[] = [], ties = random.child("classes");
  for (;;) {
    const order = ties.permutation(groupsLeft.length);
    const chosen = Array.from(order, (index) => groupsLeft[index])
      .sort((a, b) => b.length - a.length)
      .slice(0, classesPerBatch);
    if (chosen[classesPerBatch - 1].length === 0) break;
    batches.push(Int32Array.from(chosen.flatMap((groups) => Array.from(groups.pop()!))));
  }
  return Array.from(random.child("order").permutation(batches.length), (index) => batches[index]);
}

/** Of each class, its items in random order in groups of `perClass`. */
function groupsByClass(labels: Float64Array, perClass: number, random: Random): Int32Array[][] {
  const items = new Map<number, number[]>();
  for (const item of random.permutation(labels.length)) {
    const own = items.get(labels[item]);
    if (own) own.push(item);
    else items.set(labels[item], [item]);
  }
  return [...items].map(([label, own]) => {
    if (own.length < perClass) {
      throw new RangeError(
        `Cannot balance classes as every class must have at least ${perClass} items: received ${own.length} ` +
          `of class ${label}`,
      );
    }
    return Array.from(
      { length: Math.floor(own.length / perClass) },
      (_, group) => Int32Array.from(own.slice(group * perClass, (group + 1) * perClass)),
    );
  });
}
