import { checkInteger, checkNumber, checkObject, checkOneOf } from "../../core/checks.ts";
import { checkDistinctRows, checkList } from "../rows.ts";
import { lossOrder, lossStyles } from "../theme.ts";
import { SLOPE_TOLERANCE, slopeVerdict } from "../../core/slope.ts";
import type { LossKind } from "../types.ts";
import { list } from "../words.ts";

/** How far one loss with `k` negatives is from its limit. */
export interface Fig7Gap {
  /** The loss, that is the distribution the negatives are drawn from. */
  kind: LossKind;
  /** How many negatives. */
  k: number;
  /** `|L_k − L_∞|`. */
  gap: number;
  /** Half-width of the gap's 95 % interval from the sampling; 0 where it is exact. */
  halfWidth: number;
}

/** How fast the gap of one loss falls: the slope of its logarithm on that of `k`. */
export interface Fig7Slope {
  /** The loss. */
  kind: LossKind;
  /** The slope; that of `1/k` is −1. */
  slope: number;
  /** Lower end of the slope's 95 % interval. */
  low: number;
  /** Upper end of the slope's 95 % interval. */
  high: number;
}

/** What Figure 7 is drawn from. */
export interface Fig7Rows {
  /** One per loss and `k`, in any order. */
  gaps: readonly Fig7Gap[];
  /**
   * One per loss that has gaps above 0. Their intervals come with the rows, since the errors of the gaps at different `k`
   * are not independent: they share anchors and draws.
   */
  slopes: readonly Fig7Slope[];
}

/** How fast the gap of one loss falls with `k`. */
export interface Fig7Summary {
  /** The loss. */
  kind: LossKind;
  /** Its slope, if there is one. */
  slope: Fig7Slope | undefined;
  /**
   * `holds` if the slope's whole interval is within 0.15 of −1, which it reaches only in the limit; `fails` if none of it is;
   * or else `not decided`.
   */
  verdict: "holds" | "fails" | "not decided" | "not known";
}

/**
 * Whether the gap of each loss falls as `1/k`, by its slope on log axes.
 *
 * @param rows gaps and slopes
 * @returns one entry per loss, in the order UCL, SCL, H-UCL, H-SCL
 * @throws {RangeError} if there are no gaps, `k` is below 1, a gap or half-width is negative, two gaps have one loss and
 * `k`, two slopes one loss, or an interval does not hold its slope
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const gaps = [1, 10, 100].map((k) => ({ kind: "ucl" as const, k, gap: 0.3 / k, halfWidth: 0 }));
 * const slopes = [{ kind: "ucl" as const, slope: -1, low: -1.02, high: -0.98 }];
 * assertEquals(figures.summarizeFig7({ gaps, slopes })[0].verdict, "holds");
 * ```
 */
export function summarizeFig7(rows: Fig7Rows): Fig7Summary[] {
  checkFig7Rows(rows);
  return lossOrder.filter((kind) => rows.gaps.some((row) => row.kind === kind)).map((kind) => {
    const slope = rows.slopes.find((row) => row.kind === kind);
    return { kind, slope, verdict: slope ? slopeVerdict(slope) : "not known" };
  });
}

/**
 * One sentence: whether the gaps fall like `1/k`, by their slopes.
 *
 * @param rows gaps and slopes
 * @throws {RangeError} as {@linkcode summarizeFig7} does
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const gaps = [1, 10, 100].map((k) => ({ kind: "ucl" as const, k, gap: 0.3 / Math.sqrt(k), halfWidth: 0 }));
 * const slopes = [{ kind: "ucl" as const, slope: -0.5, low: -0.51, high: -0.49 }];
 * assert(figures.fig7Caption({ gaps, slopes }).includes("fails for UCL (slope −0.500"));
 * ```
 */
export function fig7Caption(rows: Fig7Rows): string {
  const summary = summarizeFig7(rows);
  const part = (verdict: Fig7Summary["verdict"], text: string) => {
    const own = summary.filter((entry) => entry.verdict === verdict);
    return own.length === 0 ? [] : [`${text} ${list(own.map(slopeWords))}`];
  };
  return `The gap to the limit falls as 1/k, slope −1 on log axes (to ${SLOPE_TOLERANCE}, with the whole 95 % interval): ${
    [
      ...part("holds", "holds for"),
      ...part("fails", "fails for"),
      ...part("not decided", "not decided for"),
      ...part("not known", "not known, as there is no gap, for"),
    ].join("; ")
  }.`;
}

function slopeWords({ kind, slope }: Fig7Summary): string {
  const { name } = lossStyles[kind];
  return slope ? `${name} (slope ${slopeText(slope)})` : name;
}

/** `−1.020 (−1.050 … −0.990)`. */
export function slopeText({ slope, low, high }: Fig7Slope): string {
  const [middle, from, to] = [slope, low, high].map((value) => value.toFixed(3).replace("-", "−"));
  return `${middle} (${from} … ${to})`;
}

/** Throws unless the rows can be drawn: see {@linkcode summarizeFig7}. */
export function checkFig7Rows(rows: Fig7Rows): void {
  checkObject("rows of Figure 7", rows);
  const { gaps, slopes } = rows;
  checkDistinctRows("Figure 7", gaps, ({ kind, k }) => `${kind}, k = ${k}`, "a k of a loss");
  for (const { kind, k, gap, halfWidth } of gaps) {
    checkOneOf("kind of a row", kind, lossOrder);
    checkInteger("k of a row", k, { min: 1 });
    checkNumber("gap of a row", gap, { min: 0 });
    checkNumber("halfWidth of a row", halfWidth, { min: 0 });
  }
  checkList("Figure 7", slopes);
  if (slopes.length > 0) checkDistinctRows("Figure 7", slopes, ({ kind }) => kind, "a slope of a loss");
  for (const { kind, slope, low, high } of slopes) {
    checkOneOf("kind of a slope", kind, lossOrder);
    checkNumber("slope of a loss", slope, { min: low, max: high });
  }
}
