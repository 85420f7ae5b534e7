import { checkNumber, checkText } from "../../core/checks.ts";
import { checkLossRows, type LossRow } from "../loss_order.ts";
import { ascending, checkRoom, distinct } from "../rows.ts";

/** The largest number of data sets in one picture. */
export const MOST_DATASETS = 8;

/** One embedding's losses and the premise of Theorem 2, as Figure 6 needs them. */
export interface Fig6Row extends LossRow {
  /** Name of the data set, as the figure shows it; left out where there is one only. */
  dataset?: string;
  /** Share of the anchors with `E_p[g] ≤ h_diff`, the premise of the theorem, 0 … 1. */
  share: number;
  /** Population loss of UCL; it does not depend on β but for the run it belongs to. */
  ucl: number;
  /** Population loss of H-SCL with this β, and the same positives as UCL. */
  hscl: number;
}

/** Throws unless the rows can be drawn: see {@linkcode summarizeFig6}. */
export function checkFig6Rows(rows: readonly Fig6Row[]): void {
  const parts = Array.isArray(rows) && rows.length > 0
    ? byDataset(rows)
    : [{ dataset: undefined, own: rows }];
  for (const { dataset, own } of parts) {
    checkLossRows(dataset === undefined ? "Figure 6" : `Figure 6 of ${dataset}`, own, ["ucl", "hscl"]);
    if (dataset !== undefined) checkText("dataset of a row", dataset);
    else if (parts.length > 1) {
      throw new RangeError(
        "Cannot draw Figure 6 as all rows must name their data set, or none: received both",
      );
    }
  }
  for (const { share } of rows) checkNumber("share of a row", share, { min: 0, max: 1 });
  checkRoom("Figure 6", "values of β", ascending(rows.map((row) => row.beta)), 12);
  checkRoom("Figure 6", "data sets", parts, MOST_DATASETS);
}

/** The rows of each data set, in the order in which these first appear. */
export function byDataset<R extends Pick<Fig6Row, "dataset">>(
  rows: readonly R[],
): { dataset: string | undefined; own: R[] }[] {
  return distinct(rows.map((row) => row?.dataset)).map((dataset) => ({
    dataset,
    own: rows.filter((row) => row?.dataset === dataset),
  }));
}
