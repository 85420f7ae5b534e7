import { integerLabels, type Labels } from "../core/labels.ts";

/** A copy of the labels as numbers, see {@linkcode integerLabels}. */
export function checkedLabels(name: string, labels: Labels, count?: number, why?: string): Float64Array {
  return Float64Array.from(integerLabels(name, labels, count, why));
}
