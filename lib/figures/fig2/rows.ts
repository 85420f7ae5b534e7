import { negativeKindNames } from "../../core/negative_kinds.ts";
import { checkLossRows, type LossRow } from "../loss_order.ts";
import { ascending, checkRoom } from "../rows.ts";

/** The population losses `L_∞` of one run's embeddings at one epoch, as Figure 2 needs them. */
export interface Fig2Row extends LossRow {
  /** Loss of UCL. */
  ucl: number;
  /** Loss of SCL. */
  scl: number;
  /** Loss of H-UCL with this β. */
  hucl: number;
  /** Loss of H-SCL with this β. */
  hscl: number;
}

/** Throws unless the rows can be drawn: see {@linkcode summarizeFig2}. */
export function checkFig2Rows(rows: readonly Fig2Row[]): void {
  checkLossRows("Figure 2", rows, negativeKindNames);
  checkRoom("Figure 2", "values of β", ascending(rows.map((row) => row.beta)), 4);
}
