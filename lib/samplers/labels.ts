import { checkLength } from "../core/checks.ts";

/** A copy of the labels as numbers, after checking that there are `count` integers. */
export function checkedLabels(
  name: string,
  labels: ArrayLike<number>,
  count: number,
  why: string,
): Float64Array {
  checkLength(name, labels, count, why);
  for (let i = 0; i < count; i++) {
    if (!Number.isInteger(labels[i])) {
      throw new TypeError(
        `Cannot use ${name} as each must be an integer: received ${labels[i]} at index ${i}`,
      );
    }
  }
  return Float64Array.from(labels);
}
