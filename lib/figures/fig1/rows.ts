import { type LossName, lossNames } from "../../losses/presets.ts";
import { checkArray, checkInteger, checkNumber, checkOneOf } from "../../core/checks.ts";
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
  /** Accuracy of the nearest class mean of the embeddings on the test images, 0 … 1. */
  classMean: number;
  /** kNN top-1 accuracy of the features on the test images, 0 … 1. */
  top1: number;
  /** kNN top-5 accuracy of the features on the test images, 0 … 1. */
  top5: number;
  /**
   * Singular values of the centred class means of the test images' embeddings, relative to the largest, in descending order; only
   * those of the last epoch are shown.
   */
  spectrum?: readonly number[];
}

/** What tells how good a run is: a share of the test images. */
export type Fig1Measure = "classMean" | "top1";

/** What the measures are called, in the order of the figure. */
export const measureNames: Readonly<Record<Fig1Measure, string>> = {
  classMean: "nearest class mean of the embeddings",
  top1: "kNN of the features",
};

/** The measures, in the order of the figure. */
export const measures = Object.keys(measureNames) as Fig1Measure[];

/** Throws unless the rows can be drawn: see {@linkcode summarizeFig1}. */
export function checkFig1Rows(rows: readonly Fig1Row[]): void {
  checkDistinctRows(
    "Figure 1",
    rows,
    ({ loss, seed, epoch }) => `${loss}, seed ${seed}, epoch ${epoch}`,
    "an epoch of a run",
  );
  for (const row of rows) {
    const { loss, seed, epoch, trainLoss, spectrum } = row;
    checkOneOf("loss of a row", loss, lossNames);
    checkInteger("seed of a row", seed, { min: 0 });
    checkInteger("epoch of a row", epoch, { min: 0 });
    if (!Number.isNaN(trainLoss)) checkNumber("trainLoss of a row", trainLoss);
    for (const name of ["classMean", "top1", "top5"] as const) {
      checkNumber(`${name} of a row`, row[name], { min: 0, max: 1 });
    }
    if (spectrum === undefined) continue;
    checkArray("spectrum of a row", spectrum, "numbers");
    spectrum.forEach((value) => checkNumber("spectrum of a row", value, { min: 0, max: 1 }));
  }
}
