import type { MeanInterval } from "../../core/interval.ts";
import { studentQuantile } from "../../core/student_t/compiled.ts";
import { type Ruling, whyNoInterval } from "../court.ts";

/** A difference over the seeds, judged together with others. */
export interface HolmJudged extends MeanInterval {
  /** The `p` of the two-sided t-test that the difference is 0, times what Holm's method makes of it, at most 1; `NaN` without an interval. */
  readonly p: number;
  /** `holds` if `p` is below 0.05 and the difference above 0, `fails` if it is below 0. */
  readonly ruling: Ruling;
}

const LEVEL = 0.05;

/**
 * Judges differences by Holm's method: the chance to rule on any whose true value is 0 is at most 5 % for all together, and it
 * rules on no fewer than Bonferroni's. The half-widths stay those of each interval alone. A difference without an interval
 * takes nothing from the others.
 *
 * Source: Holm, *A Simple Sequentially Rejective Multiple Test Procedure*, Scandinavian Journal of Statistics 1979.
 */
export function judgeByHolm(differences: readonly MeanInterval[]): HolmJudged[] {
  const known = differences.filter((each) => whyNoInterval(each) === "")
    .map((difference) => ({ difference, alone: twoSided(difference) }))
    .sort((a, b) => a.alone - b.alone);
  const adjusted = new Map<MeanInterval, number>();
  let most = 0;
  known.forEach(({ difference, alone }, rank) => {
    // What is no smaller than another cannot be more certain.
    most = Math.max(most, Math.min(1, (known.length - rank) * alone));
    adjusted.set(difference, most);
  });
  return differences.map((difference) => {
    const p = adjusted.get(difference);
    if (p === undefined) return { ...difference, halfWidth: NaN, p: NaN, ruling: "not decided" };
    return { ...difference, p, ruling: p >= LEVEL ? "not decided" : difference.mean > 0 ? "holds" : "fails" };
  });
}

/** The `p` of a t-test of a mean with a 95 % interval, to a millionth of it: the share whose interval would just reach 0. */
function twoSided({ mean, halfWidth, count }: MeanInterval): number {
  const freedom = count - 1, t = Math.abs(mean) / halfWidth * studentQuantile(0.975, freedom);
  if (t === 0) return 1;
  // By halving on a logarithmic scale; smaller ones make no difference.
  let low = 1e-15, high = 1;
  if (studentQuantile(1 - low / 2, freedom) < t) return low;
  while (high / low > 1 + 1e-6) {
    const middle = Math.sqrt(low * high);
    if (studentQuantile(1 - middle / 2, freedom) > t) low = middle;
    else high = middle;
  }
  return high;
}
