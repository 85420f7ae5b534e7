import { checkInteger, checkNumber, checkObject } from "../../core/checks.ts";
import { ascending, checkDistinctRows, checkRoom, checkWords, distinct } from "../rows.ts";

/** The gaps `h_same − h_diff` of all anchors of one embedding, for one β. */
export interface Fig3Row {
  /** Name of the data set, as the figure shows it. */
  dataset: string;
  /** Strength β of the exponential hardening. */
  beta: number;
  /** Passes over the training images so far; 0 is before training. */
  epoch: number;
  /** Quantiles of the gap over the anchors. */
  quantiles: { q05: number; q25: number; q50: number; q75: number; q95: number };
  /** Share of the anchors whose gap is at least zero, 0 … 1. */
  share: number;
  /** How many anchors there are. */
  anchors: number;
  /** Mean of the gap over the anchors. */
  meanGap: number;
  /** How many runs the anchors are of; left out where they are of none, or it is not known. */
  runs?: number;
  /** Population losses of the run in which H-SCL is the least below H-UCL, for Theorem 1; left out where it is not looked at. */
  losses?: { hucl: number; hscl: number };
}

/** Also those that are made up. */
export const MOST_DATASETS = 8;

export const quantileNames = ["q05", "q25", "q50", "q75", "q95"] as const;

/** Throws unless the rows can be drawn: see {@linkcode summarizeFig3}. */
export function checkFig3Rows(rows: readonly Fig3Row[]): void {
  checkDistinctRows(
    "Figure 3",
    rows,
    ({ dataset, beta, epoch }) => `${dataset}, β = ${beta}, epoch ${epoch}`,
    "an epoch of a data set and β",
  );
  for (const { dataset, beta, epoch, quantiles, share, anchors, meanGap, runs = 1, losses } of rows) {
    checkWords("dataset of a row", dataset);
    checkNumber("beta of a row", beta, { min: 0 });
    checkInteger("epoch of a row", epoch, { min: 0 });
    checkInteger("anchors of a row", anchors, { min: 1 });
    checkNumber("share of a row", share, { min: 0, max: 1 });
    checkNumber("meanGap of a row", meanGap);
    checkInteger("runs of a row", runs, { min: 1 });
    if (losses !== undefined) {
      checkObject("losses of a row", losses);
      for (const name of ["hucl", "hscl"] as const) checkNumber(`${name} of a row`, losses[name]);
    }
    checkObject("quantiles of a row", quantiles);
    quantileNames.forEach((name, index) =>
      checkNumber(
        `${name} of a row`,
        quantiles[name],
        index > 0 ? { min: quantiles[quantileNames[index - 1]] } : {},
      )
    );
  }
  checkRoom("Figure 3", "values of β", ascending(rows.map((row) => row.beta)), 4);
  checkRoom("Figure 3", "data sets", distinct(rows.map((row) => row.dataset)), MOST_DATASETS);
}
