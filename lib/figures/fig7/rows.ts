import { type NegativeKind, negativeKindNames } from "../../core/negative_kinds.ts";
import { checkInteger, checkNumber, checkObject, checkOneOf } from "../../core/checks.ts";
import { checkDistinctRows, checkList } from "../rows.ts";

/** How far one loss with `k` negatives is from its limit. */
export interface Fig7Gap {
  /** The loss, that is the distribution the negatives are drawn from. */
  kind: NegativeKind;
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
  kind: NegativeKind;
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

/** Throws unless the rows can be drawn: see {@linkcode summarizeFig7}. */
export function checkFig7Rows(rows: Fig7Rows): void {
  checkObject("rows of Figure 7", rows);
  const { gaps, slopes } = rows;
  checkDistinctRows("Figure 7", gaps, ({ kind, k }) => `${kind}, k = ${k}`, "a k of a loss");
  for (const { kind, k, gap, halfWidth } of gaps) {
    checkOneOf("kind of a row", kind, negativeKindNames);
    checkInteger("k of a row", k, { min: 1 });
    checkNumber("gap of a row", gap, { min: 0 });
    checkNumber("halfWidth of a row", halfWidth, { min: 0 });
  }
  if (gaps.every(({ gap }) => gap === 0)) {
    throw new RangeError("Cannot draw Figure 7 as its axis is logarithmic: received no gap above 0");
  }
  checkList("Figure 7", slopes);
  if (slopes.length > 0) checkDistinctRows("Figure 7", slopes, ({ kind }) => kind, "a slope of a loss");
  for (const { kind, slope, low, high } of slopes) {
    checkOneOf("kind of a slope", kind, negativeKindNames);
    checkNumber("low of a slope", low);
    checkNumber("high of a slope", high);
    checkNumber("slope of a loss", slope, { min: low, max: high });
  }
}
