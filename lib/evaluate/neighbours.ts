import { placesOfLargest } from "./largest.ts";
import type { RowJudge } from "./row_judges.ts";

/** Among whom the neighbours of an item are sought: all others. */
export interface Neighbourhood {
  /** Of each item, the place of its class. */
  placeOf: Int32Array;
}

/** Gives for each item the rank of the nearest of its class, and the average precision at R; 0 and `NaN` if it is the only one. */
export function findNeighbours({ placeOf }: Neighbourhood): RowJudge {
  const sizes = new Int32Array(placeOf.length);
  placeOf.forEach((place) => sizes[place]++);
  return (query, cosines) => {
    const own = placeOf[query], others = sizes[own] - 1;
    if (others === 0) return [0, NaN];
    cosines[query] = -Infinity;
    let found = 0, sum = 0;
    placesOfLargest(cosines, others).sort((a, b) => cosines[b] - cosines[a] || a - b).forEach((item, i) => {
      if (placeOf[item] === own) sum += ++found / (i + 1);
    });
    return [firstRank(query, cosines, placeOf), sum / others];
  };
}

/** How many places from the top the nearest item of a query's class is, from 1. */
function firstRank(query: number, cosines: Float32Array, placeOf: Int32Array): number {
  let nearest = -1;
  for (let i = 0; i < cosines.length; i++) {
    if (i === query || placeOf[i] !== placeOf[query]) continue;
    if (nearest < 0 || cosines[i] > cosines[nearest]) nearest = i;
  }
  let rank = 1;
  for (let i = 0; i < cosines.length; i++) {
    if (i !== query && (cosines[i] > cosines[nearest] || (cosines[i] === cosines[nearest] && i < nearest))) {
      rank++;
    }
  }
  return rank;
}
