/** The one place that judges differences between trained runs: paired by seed, and corrected for all that are judged together. */
import { type MeanInterval, pairedInterval, simultaneousInterval } from "../core/interval.ts";
import { list, points, span } from "./words.ts";

/** What the seeds say of a claim. */
export type Ruling = "holds" | "fails" | "not decided";

/** A difference over the seeds, with an interval that holds together with those of all that were judged with it. */
export interface Judged extends MeanInterval {
  /** `holds` if the whole interval is above 0, `fails` if it is below; `not decided` otherwise, and without an interval. */
  readonly ruling: Ruling;
}

/** The values of `first` minus those of `second` over the seeds that both have; mean `NaN` and count 0 without such a seed. */
export function differenceBySeed<R extends { seed: number }>(
  first: readonly R[],
  second: readonly R[],
  valueOf: (row: R) => number,
): MeanInterval {
  const bySeed = new Map(second.map((row) => [row.seed, valueOf(row)]));
  const common = first.filter(({ seed }) => bySeed.has(seed));
  return pairedInterval(common.map(valueOf), common.map(({ seed }) => bySeed.get(seed)!));
}

/**
 * Judges differences of which each is claimed to be above 0. Their intervals hold with 95 % confidence together, by
 * Bonferroni's inequality; a difference without an interval takes nothing from the others.
 */
export function judgeTogether(differences: readonly MeanInterval[]): Judged[] {
  const intervals = differences.filter((difference) => whyNoInterval(difference) === "").length;
  return differences.map((difference) => {
    if (whyNoInterval(difference) !== "") return { ...difference, halfWidth: NaN, ruling: "not decided" };
    const together = simultaneousInterval(difference, intervals), { mean, halfWidth } = together;
    const ruling = Math.abs(mean) <= halfWidth ? "not decided" : mean > 0 ? "holds" : "fails";
    return { ...together, ruling };
  });
}

/** Whether all of several differences are above 0: it fails with the first that is below. */
export function allHold(judged: readonly Judged[]): Ruling {
  if (judged.some(({ ruling }) => ruling === "fails")) return "fails";
  return judged.every(({ ruling }) => ruling === "holds") ? "holds" : "not decided";
}

/** Whether some of several differences is above 0: it fails where all are below. */
export function someHolds(judged: readonly Judged[]): Ruling {
  if (judged.some(({ ruling }) => ruling === "holds")) return "holds";
  return judged.every(({ ruling }) => ruling === "fails") ? "fails" : "not decided";
}

/** Whether all differences are 0 to within a tolerance: it fails with the first whose interval leaves 0 out. */
export function allSame(judged: readonly Judged[], tolerance: number): Ruling {
  if (judged.some(({ ruling }) => ruling !== "not decided")) return "fails";
  return judged.every((each) => isSame(each, tolerance)) ? "holds" : "not decided";
}

/** Whether the whole interval is within the tolerance of 0. */
export function isSame({ mean, halfWidth }: MeanInterval, tolerance: number): boolean {
  return Math.abs(mean) + halfWidth <= tolerance;
}

/** How the differences were judged, e.g. ` (paired over 4 seeds, 2 intervals together 95 %)`; nothing where none has an interval. */
export function howJudged(families: readonly (readonly Judged[])[], of: string = "loss"): string {
  const known = families.map((judged) => judged.filter((each) => whyNoInterval(each) === ""))
    .filter((judged) => judged.length > 0);
  if (known.length === 0) return "";
  const seeds = known.flat().map((judged) => judged.count), sizes = known.map((judged) => judged.length);
  const [fewest, most] = [Math.min(...sizes), Math.max(...sizes)];
  const together = most === 1
    ? known.length === 1 ? "95 % interval" : "each interval 95 %"
    : known.length === 1
    ? `${most} intervals together 95 %`
    : `the ${span(fewest, most)} intervals of a ${of} together 95 %`;
  return ` (paired over ${span(Math.min(...seeds), Math.max(...seeds))} seeds, ${together})`;
}

/** A difference of accuracies in words: `2.80 ± 2.39 points above UCL`. */
export function comparison(judged: Judged, reference: string): string {
  if (judged.count === 0) return `${whyNoInterval(judged)} with ${reference}`;
  const size = points({ ...judged, mean: Math.abs(judged.mean) });
  const why = whyNoInterval(judged);
  return `${size} ${judged.mean < 0 ? "below" : "above"} ${reference}${why && `, ${why}`}`;
}

// Values that are counted, as accuracies are, can differ by the same for every seed; that is no certainty.
const leastHalfWidth = 1e-12;

/** Why a difference has no interval; nothing where it has one. */
export function whyNoInterval({ count, halfWidth }: MeanInterval): string {
  if (count === 0) return "no seed in common";
  if (count === 1) return "one seed: no interval";
  return halfWidth > leastHalfWidth ? "" : "all seeds alike: no interval";
}

/** Verdicts in a few words: `holds for UCL and SCL; not decided for H-SCL`. */
export function rulingList<R extends string>(entries: readonly { name: string; ruling: R }[]): string {
  const rulings = [...new Set(entries.map(({ ruling }) => ruling))];
  return rulings.map((ruling) =>
    `${ruling} for ${list(entries.filter((each) => each.ruling === ruling).map(({ name }) => name))}`
  ).join("; ");
}
