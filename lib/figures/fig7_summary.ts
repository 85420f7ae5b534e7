import { checkInteger, checkNumber, checkOneOf } from "../core/checks.ts";
import { fitLine, type LineFit } from "./line_fit.ts";
import { checkDistinctRows } from "./rows.ts";
import { lossOrder, lossStyles } from "./theme.ts";
import type { LossKind } from "./types.ts";
import { list } from "./words.ts";

/** How far one loss with `k` negatives is from its limit. */
export interface Fig7Row {
  /** The loss, that is the distribution the negatives are drawn from. */
  kind: LossKind;
  /** How many negatives. */
  k: number;
  /** `|L_k − L_∞|`. */
  gap: number;
  /** Half-width of the gap's 95 % interval from the sampling; 0 where it is exact. */
  halfWidth: number;
}

/** How fast the gap of one loss falls with `k`. */
export interface Fig7Summary {
  /** The loss. */
  kind: LossKind;
  /** The line through `ln gap` against `ln k`; `undefined` with fewer than two gaps to fit. */
  fit: LineFit | undefined;
  /** The rows that the line goes through, by `k`. */
  fitted: readonly Fig7Row[];
  /** `holds`: −1 is in the slope's interval; `close`: it is not, but the slope is within 0.15; or else `fails`. */
  verdict: "holds" | "close" | "fails" | "not known";
}

/** A slope this near to −1 is close even if its interval leaves −1 out. */
export const closeSlope = 0.15;

/**
 * The slope of each loss's gap on log axes. The line goes through the gaps up to the first one, by `k`, that is not
 * larger than its half-width: from there on sampling noise hides the gap.
 *
 * @param rows one row per loss and `k`, in any order
 * @returns one entry per loss, in the order UCL, SCL, H-UCL, H-SCL
 * @throws {RangeError} if there are no rows, `k` is below 1, a gap or half-width is negative, or two rows have one loss
 * and `k`
 *
 * @example
 * ```ts
 * import { figures } from "hscl";
 * const rows = [1, 10, 100].map((k) => ({ kind: "ucl" as const, k, gap: 0.3 / k, halfWidth: 0 }));
 * const [{ fit, verdict }] = figures.summarizeFig7(rows);
 * console.assert(Math.abs(fit!.slope + 1) < 1e-9 && verdict === "holds");
 * ```
 */
export function summarizeFig7(rows: readonly Fig7Row[]): Fig7Summary[] {
  checkFig7Rows(rows);
  return lossOrder.flatMap((kind): Fig7Summary[] => {
    const own = rows.filter((row) => row.kind === kind).sort((a, b) => a.k - b.k);
    if (own.length === 0) return [];
    const hidden = own.findIndex((row) => row.gap <= row.halfWidth);
    const fitted = hidden < 0 ? own : own.slice(0, hidden);
    if (fitted.length < 2) return [{ kind, fit: undefined, fitted, verdict: "not known" }];
    const fit = fitLine(
      fitted.map((row) => Math.log(row.k)),
      fitted.map((row) => Math.log(row.gap)),
      // The standard error of ln gap; 1.96 of them make the half-width.
      fitted.every((row) => row.halfWidth > 0)
        ? fitted.map((row) => row.halfWidth / (1.96 * row.gap))
        : undefined,
    );
    return [{ kind, fit, fitted, verdict: verdictOf(fit) }];
  });
}

function verdictOf({ slope, halfWidth }: LineFit): Fig7Summary["verdict"] {
  if (Number.isNaN(halfWidth)) return "not known";
  // Exact points on an exact line leave rounding errors only.
  if (Math.abs(slope + 1) <= Math.max(halfWidth, 1e-9)) return "holds";
  return Math.abs(slope + 1) <= closeSlope ? "close" : "fails";
}

/**
 * One sentence: whether the gaps fall like `1/k`, by the fitted slopes.
 *
 * @param rows one row per loss and `k`, in any order
 * @throws {RangeError} as {@linkcode summarizeFig7} does
 *
 * @example
 * ```ts
 * import { figures } from "hscl";
 * const rows = [1, 10, 100].map((k) => ({ kind: "ucl" as const, k, gap: 0.3 / Math.sqrt(k), halfWidth: 0 }));
 * console.assert(figures.fig7Caption(rows).includes("fails for UCL (slope −0.5"));
 * ```
 */
export function fig7Caption(rows: readonly Fig7Row[]): string {
  const summary = summarizeFig7(rows);
  const part = (verdict: Fig7Summary["verdict"], text: string) => {
    const own = summary.filter((entry) => entry.verdict === verdict);
    return own.length === 0 ? [] : [`${text} ${list(own.map(slopeWords))}`];
  };
  return `The gap to the limit falls as 1/k, slope −1 on log axes: ${
    [
      ...part("holds", "holds for"),
      ...part("close", `holds to within ${closeSlope}, though outside the 95 % interval, for`),
      ...part("fails", "fails for"),
      ...part("not known", "not known, for want of gaps larger than their noise, for"),
    ].join("; ")
  }.`;
}

function slopeWords({ kind, fit }: Fig7Summary): string {
  const { name } = lossStyles[kind];
  return fit ? `${name} (slope ${slopeText(fit)})` : name;
}

/** `−1.020 ± 0.050`. */
export function slopeText({ slope, halfWidth }: LineFit): string {
  return `${slope.toFixed(3).replace("-", "−")}${
    Number.isNaN(halfWidth) ? "" : ` ± ${halfWidth.toFixed(3)}`
  }`;
}

/** Throws unless the rows can be drawn: see {@linkcode summarizeFig7}. */
export function checkFig7Rows(rows: readonly Fig7Row[]): void {
  checkDistinctRows("Figure 7", rows, ({ kind, k }) => `${kind}, k = ${k}`, "a k of a loss");
  for (const { kind, k, gap, halfWidth } of rows) {
    checkOneOf("kind of a row", kind, lossOrder);
    checkInteger("k of a row", k, { min: 1 });
    checkNumber("gap of a row", gap, { min: 0 });
    checkNumber("halfWidth of a row", halfWidth, { min: 0 });
  }
}
