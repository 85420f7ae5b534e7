import {
  checkArray,
  checkInteger,
  checkNumber,
  checkObject,
  checkOneOf,
  checkText,
} from "../../core/checks.ts";
import { type LossName, lossNames } from "../../losses/presets.ts";
import { checkDistinctRows } from "../rows.ts";

/** One trained and evaluated run. */
export interface TableRun {
  /** What the data set is called. */
  dataset: string;
  /** Which loss the encoder was trained with. */
  loss: LossName;
  /** Strength β of the exponential hardening; 0 without hardening. */
  beta: number;
  /** Seed of the run. */
  seed: number;
  /** What was measured, by the names of the table's measures and of whatever else is to be kept: shares, 0 … 1. */
  values: Readonly<Record<string, number>>;
  /** Seconds that the training took, without evaluation; `NaN` where they have been lost. */
  seconds: number;
}

/** How the β of a hardened loss was chosen: on a part of the training data, never on the test data. */
export interface BetaChoice {
  /** What the data set is called. */
  dataset: string;
  /** The hardened loss. */
  loss: LossName;
  /** The β that were tried, ascending. */
  betas: readonly number[];
  /** What was reached with each, 0 … 1, as a mean over the seeds; empty where only one β was given. */
  accuracies: readonly number[];
  /** The β with the highest accuracy; of equal ones the smallest. */
  chosen: number;
}

/** What a table of losses is made of. */
export interface TableRows {
  /** One per data set, loss and seed, in the order of the data sets. */
  runs: readonly TableRun[];
  /** One per data set and hardened loss. */
  choices: readonly BetaChoice[];
}

/** Throws unless rows can be drawn with these measures. */
export function checkTableRows(name: string, measures: readonly string[], rows: TableRows): void {
  checkObject(`rows of ${name}`, rows);
  checkArray("choices", rows.choices, "choices of β");
  checkDistinctRows(
    name,
    rows.runs,
    ({ dataset, loss, seed }) => `${dataset}, ${loss}, seed ${seed}`,
    "a run",
  );
  for (const { dataset, loss, beta, seed, values, seconds } of rows.runs) {
    checkText("data set of a run", dataset);
    checkOneOf("loss of a run", loss, lossNames);
    checkNumber("beta of a run", beta, { min: 0 });
    checkInteger("seed of a run", seed, { min: 0 });
    checkObject("values of a run", values);
    for (const measure of measures) checkNumber(`${measure} of a run`, values[measure], { min: 0, max: 1 });
    // JSON has no NaN.
    if (seconds !== null && !Number.isNaN(seconds)) checkNumber("seconds of a run", seconds, { min: 0 });
  }
  for (const { dataset, loss, betas, accuracies, chosen } of rows.choices) {
    checkText("data set of a choice", dataset);
    checkOneOf("loss of a choice", loss, lossNames);
    checkArray("betas of a choice", betas, "numbers");
    checkArray("accuracies of a choice", accuracies, "numbers");
    checkNumber("chosen β", chosen, { min: 0 });
  }
}
