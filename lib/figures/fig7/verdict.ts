import { type NegativeKind, negativeKindNames } from "../../core/negative_kinds.ts";
import { SLOPE_TOLERANCE, slopeVerdict } from "../../core/slope.ts";
import { lossStyles } from "../loss_styles.ts";
import { list, thousandths } from "../words.ts";
import { checkFig7Rows, type Fig7Rows, type Fig7Slope } from "./rows.ts";

/** The title of Figure 7. */
export const title = "Losses with k negatives on the way to their limit";

/** What Figure 7 puts to the test. */
export const claim = "The gap between the loss with k negatives and its limit falls as 1/k";

/** How fast the gap of one loss falls with `k`. */
export interface Fig7Summary {
  /** The loss. */
  kind: NegativeKind;
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
 * @throws {RangeError} if no gap is above 0, `k` is below 1, a gap or half-width is negative, two gaps have one loss and
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
  return negativeKindNames.filter((kind) => rows.gaps.some((row) => row.kind === kind)).map((kind) => {
    const slope = rows.slopes.find((row) => row.kind === kind);
    return { kind, slope, verdict: slope ? slopeVerdict(slope) : "not known" };
  });
}

/**
 * What the rows say: whether the gaps fall like `1/k`, by their slopes.
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
  return `${claim} (slope −1 to within ${SLOPE_TOLERANCE}, by the whole 95 % interval of each; one run): ${
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
  const [middle, from, to] = [slope, low, high].map(thousandths);
  return `${middle} (${from} … ${to})`;
}
