import { checkInteger, checkNumber, checkOneOf, checkText } from "../../core/checks.ts";
import { type LossName, lossNames } from "../../losses/presets.ts";
import { checkDistinctRows, checkRoom, distinct } from "../rows.ts";

/** What Figure 9 changes, one at a time. */
export type Fig9Axis = "classes" | "batch" | "negatives" | "noise" | "imbalance";

/** What Figure 9 changes, one at a time, in the order of the panels: its name, and the title of its axis. */
export const axes: Readonly<Record<Fig9Axis, { readonly label: string; readonly title: string }>> = {
  classes: { label: "Data set", title: "" },
  batch: { label: "Batch size", title: "Images per batch" },
  negatives: { label: "Number of negatives", title: "Negatives per anchor" },
  noise: { label: "Label noise", title: "Share of wrong labels" },
  imbalance: { label: "Imbalance", title: "Largest class / smallest class" },
};

/** The names of the {@linkcode axes}, in their order. */
export const axisNames = Object.keys(axes) as Fig9Axis[];

/** How well a run tells classes apart that was trained at a place of an axis. */
export interface Fig9Row {
  /** What was changed. */
  axis: Fig9Axis;
  /** The place on the axis, from 0. */
  place: number;
  /** What stands at the place, such as `0.2`. */
  value: string;
  /** Which loss the encoder was trained with. */
  loss: LossName;
  /** Seed of the run. */
  seed: number;
  /** kNN accuracy of the features on the test images, 0 … 1. */
  knn: number;
  /** Accuracy of the nearest class mean of the embeddings on the test images, 0 … 1. */
  classMean: number;
}

/** An accuracy of {@linkcode Fig9Row}. */
export type Fig9Measure = "knn" | "classMean";

/** What is measured, and what it is called. */
export const measures: Readonly<Record<Fig9Measure, string>> = { knn: "kNN", classMean: "class means" };

/** The names of the {@linkcode measures}, in their order. */
export const measureNames = Object.keys(measures) as Fig9Measure[];

/** Throws unless the rows can be drawn: see {@linkcode summarizeFig9}. */
export function checkFig9Rows(rows: readonly Fig9Row[]): void {
  checkDistinctRows(
    "Figure 9",
    rows,
    ({ axis, place, loss, seed }) => `${axis} ${place}, ${loss}, seed ${seed}`,
    "a run",
  );
  for (const { axis, place, value, loss, seed, ...row } of rows) {
    checkOneOf("axis of a row", axis, axisNames);
    checkInteger("place of a row", place, { min: 0 });
    checkText("value of a row", value);
    checkOneOf("loss of a row", loss, lossNames);
    checkInteger("seed of a row", seed, { min: 0 });
    for (const measure of measureNames) checkNumber(`${measure} of a row`, row[measure], { min: 0, max: 1 });
  }
  for (const axis of axisNames) {
    const own = rows.filter((row) => row.axis === axis);
    checkRoom("Figure 9", `values of ${axis}`, distinct(own.map(({ place }) => place)), 10);
    const labels = new Map<number, string>();
    for (const { place, value } of own) {
      if ((labels.get(place) ?? value) !== value) {
        throw new RangeError(
          `Cannot draw Figure 9 as a place of ${axis} has one value: received ${
            labels.get(place)
          } and ${value} at ${place}`,
        );
      }
      labels.set(place, value);
    }
  }
}

/** The rows by place and seed, so that the order they came in does not matter, not even for the rounding of their means. */
export function inPlaces(rows: readonly Fig9Row[]): Fig9Row[] {
  return rows.toSorted((a, b) => a.place - b.place || a.seed - b.seed);
}
