import { negativeKindNames } from "../../core/negative_kinds.ts";
import { describe } from "../../core/checks.ts";
import { checkLossRows, type LossRow } from "../loss_order.ts";
import { ascending, checkRoom, distinct } from "../rows.ts";

/** The population losses `L_∞` of one run's embeddings at one epoch, or those of its batches, as Figure 2 needs them. */
export interface Fig2Row extends LossRow {
  /** Loss of UCL. */
  ucl: number;
  /** Loss of SCL. */
  scl: number;
  /** Loss of H-UCL with this β. */
  hucl: number;
  /** Loss of H-SCL with this β. */
  hscl: number;
  /** Of the batches that the network learns from in the epoch, as the estimators of the training have it; absent where of test images. */
  on?: "train";
}

/** Throws unless the rows can be drawn: see {@linkcode summarizeFig2}. */
export function checkFig2Rows(rows: readonly Fig2Row[]): void {
  checkLossRows("Figure 2", rows, negativeKindNames);
  const kinds = distinct(rows.map(({ on }) => on));
  if (kinds.some((on) => on !== undefined && on !== "train")) {
    throw new RangeError(
      `Cannot use on of a row as it must be train or left out: received ${kinds.map(describe).join(", ")}`,
    );
  }
  if (kinds.length > 1) {
    throw new RangeError(
      "Cannot draw Figure 2 as all rows must be of test images or all of batches: received both",
    );
  }
  checkRoom("Figure 2", "values of β", ascending(rows.map((row) => row.beta)), 4);
}

/** Whether the rows are of the batches that the network learns from. */
export function ofBatches(rows: readonly Fig2Row[]): boolean {
  return rows[0].on === "train";
}
