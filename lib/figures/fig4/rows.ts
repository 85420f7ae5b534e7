import { type LossName, lossNames } from "../../losses/presets.ts";
import { checkInteger, checkNumber, checkOneOf } from "../../core/checks.ts";
import { checkDistinctRows } from "../rows.ts";
import { unhardened } from "../unhardened.ts";

/** The final accuracy of one run, as Figure 4 needs it. */
export interface Fig4Row {
  /** Which loss the encoder was trained with. */
  loss: LossName;
  /** Strength β of the exponential hardening: 0 for UCL and SCL, above 0 for H-UCL and H-SCL. */
  beta: number;
  /** Seed of the run. */
  seed: number;
  /** kNN top-1 accuracy on the test images, 0 … 1. */
  top1: number;
}

/** Throws unless the rows can be drawn: see {@linkcode fig4Caption}. */
export function checkFig4Rows(rows: readonly Fig4Row[]): void {
  checkDistinctRows(
    "Figure 4",
    rows,
    ({ loss, beta, seed }) => `${loss}, β = ${beta}, seed ${seed}`,
    "a run",
  );
  for (const { loss, beta, seed, top1 } of rows) {
    checkOneOf("loss of a row", loss, lossNames);
    checkNumber(`beta of a row of ${loss}`, beta, loss in unhardened ? { above: 0 } : { min: 0, max: 0 });
    checkInteger("seed of a row", seed, { min: 0 });
    checkNumber("top1 of a row", top1, { min: 0, max: 1 });
  }
  if (!rows.some((row) => row.loss in unhardened)) {
    throw new RangeError("Cannot draw Figure 4 as it needs rows of H-UCL or H-SCL: received none");
  }
}
