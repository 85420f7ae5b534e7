import { checkArray, checkLength, describe } from "./checks.ts";

/** Classes as integers of any range: an array or a typed array, those of `bigint` included, as NumPy's int64 comes. */
export type Labels = ArrayLike<number | bigint>;

/**
 * The labels as numbers; the array itself if that is what it holds.
 *
 * @param name of the argument, for errors
 * @param labels to be checked
 * @param count how many there must be; any number if absent
 * @param why there must be so many, for errors
 * @throws {TypeError} if it is no array, or an item is no integer from −(2⁵³ − 1) to 2⁵³ − 1
 * @throws {RangeError} if there are more or fewer
 */
export function integerLabels(name: string, labels: Labels, count?: number, why = ""): ArrayLike<number> {
  checkArray(name, labels, "integers");
  if (count !== undefined) checkLength(name, labels, count, why);
  let hasBigint = false;
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    const isBigint = typeof label === "bigint";
    if (!(isBigint ? Number.isSafeInteger(Number(label)) : Number.isSafeInteger(label))) {
      throw new TypeError(
        `Cannot use ${name} as each must be an integer within ±(2^53 − 1): received ${
          describe(label)
        } at index ${i}`,
      );
    }
    hasBigint ||= isBigint;
  }
  return hasBigint ? Float64Array.from(labels as ArrayLike<bigint>, Number) : labels as ArrayLike<number>;
}

/** Which classes there are, and which of them each label is. */
export interface Classes {
  /** Different labels, in ascending order. */
  readonly labels: readonly number[];
  /** Place of each label among them. */
  readonly placeOf: Int32Array;
}

/** The classes of labels of any range: what is counted per class takes arrays as long as there are classes. */
export function classesOf(labels: ArrayLike<number>): Classes {
  const different = [...new Set(Array.from(labels))].sort((a, b) => a - b);
  const places = new Map(different.map((label, place) => [label, place]));
  return { labels: different, placeOf: Int32Array.from(labels, (label) => places.get(label)!) };
}

/** Where the items of each label are, in ascending order; the labels in the order in which they come. */
export function membersOf(labels: ArrayLike<number>): Map<number, number[]> {
  const members = new Map<number, number[]>();
  for (let i = 0; i < labels.length; i++) {
    const own = members.get(labels[i]);
    if (own) own.push(i);
    else members.set(labels[i], [i]);
  }
  return members;
}
