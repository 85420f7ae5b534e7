import type { CheckedFeatures } from "./labelled_features.ts";

/** The mean of each class that has a row, as it is: its norm says how close together the class is. */
export function classMeans(
  { features, present: { labels, placeOf } }: CheckedFeatures,
  dim: number,
): Float64Array[] {
  const sums = labels.map(() => new Float64Array(dim)), counts = new Int32Array(labels.length);
  placeOf.forEach((place, row) => {
    counts[place]++;
    for (let d = 0; d < dim; d++) sums[place][d] += features[row * dim + d];
  });
  return sums.map((sum, place) => sum.map((value) => value / counts[place]));
}
