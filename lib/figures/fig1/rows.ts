import { type LossName, lossNames } from "../../losses/presets.ts";
import { checkInteger, checkNumber, checkOneOf } from "../../core/checks.ts";
import { checkDistinctRows } from "../rows.ts";

/** One epoch of one run, as Figure 1 needs it. */
export interface Fig1Row {
  /** Which loss the encoder was trained with. */
  loss: LossName;
  /** Seed of the run. */
  seed: number;
  /** Passes over the training images so far; 0 is before training. */
  epoch: number;
  /** Mean training loss of the epoch; `NaN` where there is none. */
  trainLoss: number;
  /** kNN top-1 accuracy on the test images, 0 … 1. */
  top1: number;
  /** kNN top-5 accuracy on the test images, 0 … 1. */
  top5: number;
}

/** Throws unless the rows can be drawn: see {@linkcode summarizeFig1}. */
export function checkFig1Rows(rows: readonly Fig1Row[]): void {
  checkDistinctRows(
    "Figure 1",
    rows,
    ({ loss, seed, epoch }) => `${loss}, seed ${seed}, epoch ${epoch}`,
    "an epoch of a run",
  );
  for (const { loss, seed, epoch, trainLoss, top1, top5 } of rows) {
    checkOneOf("loss of a row", loss, lossNames);
    checkInteger("seed of a row", seed, { min: 0 });
    checkInteger("epoch of a row", epoch, { min: 0 });
    if (!Number.isNaN(trainLoss)) checkNumber("trainLoss of a row", trainLoss);
    checkNumber("top1 of a row", top1, { min: 0, max: 1 });
    checkNumber("top5 of a row", top5, { min: 0, max: 1 });
  }
}
