import { checkLabels } from "../core/checks.ts";

/** A copy of the labels as numbers, after checking that there are `count` integers. */
export function checkedLabels(
  name: string,
  labels: ArrayLike<number>,
  count: number,
  why: string,
): Float64Array {
  checkLabels(name, labels, count, why);
  return Float64Array.from(labels);
}
