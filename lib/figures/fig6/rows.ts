import { checkNumber } from "../../core/checks.ts";
import { checkLossRows, type LossRow } from "../loss_order.ts";
import { ascending, checkRoom } from "../rows.ts";

/** One embedding's losses and the premise of Theorem 2, as Figure 6 needs them. */
export interface Fig6Row extends LossRow {
  /** Share of the anchors with `E_p[g] ≤ h_diff`, the premise of the theorem, 0 … 1. */
  share: number;
  /** Population loss of UCL; it does not depend on β but for the run it belongs to. */
  ucl: number;
  /** Population loss of H-SCL with this β, and the same positives as UCL. */
  hscl: number;
}

/** Throws unless the rows can be drawn: see {@linkcode summarizeFig6}. */
export function checkFig6Rows(rows: readonly Fig6Row[]): void {
  checkLossRows("Figure 6", rows, ["ucl", "hscl"]);
  for (const { share } of rows) checkNumber("share of a row", share, { min: 0, max: 1 });
  checkRoom("Figure 6", "values of β", ascending(rows.map((row) => row.beta)), 12);
}
