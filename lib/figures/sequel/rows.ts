import { checkNumber } from "../../core/checks.ts";
import { ascending, checkEpochRows, checkRoom } from "../rows.ts";

/** The class means of the training images in one epoch of a training with β, and how well they tell images apart. */
export interface SequelRow {
  /** Strength β of the exponential hardening; 0 without. */
  beta: number;
  /** Seed of the run. */
  seed: number;
  /** Passes over the training images so far, from 1. */
  epoch: number;
  /** Accuracy of inner products with the class means on the test images, 0 … 1. */
  test: number;
  /** The same on training images. */
  train: number;
  /** Singular values of the centred class means above 1 % of the largest. */
  directions: number;
  /** Mean distance of the class means' norms from 1. */
  unitNorm: number;
  /** Norm of the mean of the class means. */
  zeroSum: number;
  /** Mean distance of the cosines between class means from `−1/(C − 1)`. */
  equalInnerProducts: number;
}

/** One of what is measured of each epoch. */
export type SequelMeasure = Exclude<keyof SequelRow, "beta" | "seed" | "epoch">;

/** How a measure is shown. */
interface MeasureLook {
  /** Heads the panel and a column. */
  readonly label: string;
  /** Under the heading. */
  readonly note: string;
  /** Times this, in the picture. */
  readonly scale: number;
  /** There can be no larger value. */
  readonly max?: number;
}

/** What is measured, in the order of the panels. */
export const measures: Readonly<Record<SequelMeasure, MeasureLook>> = {
  test: { label: "Test accuracy", note: "class means by inner product, %", scale: 100, max: 1 },
  train: { label: "Training accuracy", note: "class means by inner product, %", scale: 100, max: 1 },
  directions: { label: "Directions", note: "singular values > 1 % of the largest", scale: 1 },
  unitNorm: { label: "Unit norm", note: "norms' distance to 1", scale: 1 },
  zeroSum: { label: "Zero sum", note: "norm of the mean", scale: 1 },
  equalInnerProducts: { label: "Equal angles", note: "cosines' distance", scale: 1 },
};

/** The names of the {@linkcode measures}, in their order. */
export const measureNames = Object.keys(measures) as SequelMeasure[];

/** So many curves can be told apart. */
export const MOST_BETAS = 6;

/** Throws unless the rows can be drawn: see {@linkcode summarizeSequel}. */
export function checkSequelRows(rows: readonly SequelRow[]): void {
  const name = "the figure of the sequel";
  checkEpochRows(name, rows, 1);
  for (const row of rows) {
    for (const measure of measureNames) {
      checkNumber(`${measure} of a row`, row[measure], { min: 0, max: measures[measure].max });
    }
  }
  const betas = ascending(rows.map(({ beta }) => beta));
  checkRoom(name, "different β", betas, MOST_BETAS);
  if (betas[0] === 0) return;
  throw new RangeError(
    `Cannot draw ${name} as it compares with β = 0: received β = ${betas.join(", ")}`,
  );
}
