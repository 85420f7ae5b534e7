import { checkObject } from "../core/checks.ts";
import { integerLabels, type Labels, membersOf } from "../core/labels.ts";
import type { ClaimReport } from "./claim.ts";

/** How a claim fares at the anchors of one class. */
export interface ClassClaim {
  /** The class. */
  readonly label: number;
  /** Anchors of the class at which the statement is defined. */
  readonly anchors: number;
  /** Share of them that satisfy it, 0 … 1; `NaN` without any. */
  readonly share: number;
  /** Mean of their gaps, negative where the statement fails on average; `NaN` without any. */
  readonly meanGap: number;
}

/**
 * How a claim fares in each class.
 *
 * @param report of {@linkcode assumption1} and the others
 * @param labels class of each embedding, the same as the report was made with
 * @returns one entry per class, by label, ascending
 * @throws {RangeError} if there is not one label per embedding
 * @throws {TypeError} if a label is not an integer
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { anchorStatistics, assumption1, claimByClass } from "@hscl/hscl/theory";
 * const points = Float64Array.of(1, 0, 1, 0, 0, 1, 0, -1), labels = [4, 4, 7, 7]; // one class together, one apart
 * const [report] = assumption1(await anchorStatistics(points, 2, labels));
 * assertEquals(claimByClass(report, labels).map(({ label, share }) => [label, share]), [[4, 1], [7, 0]]);
 * ```
 */
export function claimByClass(report: ClaimReport, labels: Labels): ClassClaim[] {
  checkObject("report", report);
  const { gaps, holdsAt } = report;
  const members = membersOf(integerLabels("labels", labels, gaps.length, "one per embedding"));
  return [...members].sort(([a], [b]) => a - b).map(([label, all]) => {
    const own = all.filter((i) => !Number.isNaN(gaps[i])), anchors = own.length;
    const mean = (values: ArrayLike<number>) => own.reduce((sum, i) => sum + values[i], 0) / anchors;
    return { label, anchors, share: mean(holdsAt), meanGap: mean(gaps) };
  });
}
