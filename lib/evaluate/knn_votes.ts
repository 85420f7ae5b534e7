import { placesOfLargest } from "./largest.ts";
import type { RowJudge } from "./row_judges.ts";

/** How the nearest vote. */
export interface KnnVotes {
  /** Of each class that has a voter, its label. */
  classes: readonly number[];
  /** Of each voter, the place of its class among these. */
  placeOf: Int32Array;
  /** Of each row, the label that is right. */
  labels: ArrayLike<number>;
  k: number;
  temperature: number;
  /** Whether the row's own place does not vote. */
  leaveOneOut: boolean;
}

/** Gives for each row the class with the most votes, and the place of its own class by votes, from 1; 0 without a vote. */
export function voteOnRows({ classes, placeOf, labels, k, temperature, leaveOneOut }: KnnVotes): RowJudge {
  return (row, cosines) => {
    if (leaveOneOut) cosines[row] = -Infinity;
    const ranking = rankedPlaces(cosines, classes.length, placeOf, k, temperature);
    return [classes[ranking[0]], ranking.findIndex((place) => classes[place] === labels[row]) + 1];
  };
}

/**
 * Classes that the `k` largest cosines vote for, the one with the most votes first. Votes are compared by their logarithms,
 * as they overflow at temperatures below 1/709.
 */
function rankedPlaces(
  cosines: Float32Array,
  classes: number,
  placeOf: Int32Array,
  k: number,
  temperature: number,
): number[] {
  const nearest = new Float64Array(classes).fill(-Infinity), sums = new Float64Array(classes);
  const voters = placesOfLargest(cosines, k);
  for (const i of voters) nearest[placeOf[i]] = Math.max(nearest[placeOf[i]], cosines[i]);
  for (const i of voters) sums[placeOf[i]] += Math.exp((cosines[i] - nearest[placeOf[i]]) / temperature);
  const most = nearest.reduce((a, b) => Math.max(a, b));
  const logVotes = sums.map((sum, place) => (nearest[place] - most) / temperature + Math.log(sum));
  return Array.from(sums.keys()).filter((place) => sums[place] > 0)
    .sort((a, b) => logVotes[b] - logVotes[a] || a - b);
}
