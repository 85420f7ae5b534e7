import type { Hardening } from "../hardening/hardening.ts";
import type { Ranges } from "./row_sums.ts";

/** Mean of g under hard sampling from the pairs of an anchor in these ranges, without one of them. */
export function meanWithout(
  hardening: Hardening,
  temperature: number,
  cosines: Float32Array | Float64Array,
  ranges: Ranges,
  without: number,
): number {
  let largest = -Infinity;
  for (const [from, to] of ranges) {
    for (let j = from; j < to; j++) {
      if (j !== without) largest = Math.max(largest, hardening.logEtaAt(cosines[j], temperature));
    }
  }
  let weights = 0, products = 0;
  for (const [from, to] of ranges) {
    for (let j = from; j < to; j++) {
      if (j === without) continue;
      const eta = Math.exp(hardening.logEtaAt(cosines[j], temperature) - largest);
      weights += eta;
      products += eta * Math.exp(cosines[j] / temperature);
    }
  }
  return products / weights;
}
