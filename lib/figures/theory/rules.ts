import { SLOPE_TOLERANCE } from "../../core/slope.ts";
import type { TheoryCheck } from "../../theory/check_theory.ts";

/** The rule behind the verdict of a statement about every anchor. */
export function claimRule({ products, assumption1 }: TheoryCheck): string {
  const [{ tolerance }] = assumption1;
  return "holds: at every anchor; holds on average: not at every one, but the mean gap is at least 0; fails: the mean gap " +
    `is below 0. A gap down to −${tolerance} of the larger side counts as 0, for the rounding of ${products} cosines.`;
}

/** The rule behind the verdict on a theorem. */
export const theoremRule =
  "holds: at every anchor that has the premise; fails: not at every one of them, which the theorem " +
  "rules out; undefined: no anchor has the premise.";

/** The rule behind the verdict on a slope. */
export const slopeRule =
  `holds: the whole 95 % interval of the slope is within ${SLOPE_TOLERANCE} of −1, and the gap is smaller at the last k ` +
  "than at the first, at every sampled anchor (holds on average: not at every one); fails: the whole interval is farther " +
  "from −1; not decided: a part of it is. There is a tolerance as the slope is −1 only in the limit of large k.";
