import type { LossName } from "../../losses/presets.ts";
import { hardenedLosses } from "../unhardened.ts";
import { checkInteger, checkNumber, checkOneOf } from "../../core/checks.ts";
import { checkDistinctRows, checkWords } from "../rows.ts";

/** The final accuracy of one run with one hardening function, as Figure 5 needs it. */
export interface Fig5Row {
  /** Name of the hardening function: `exponential`, `threshold`, `polynomial`, `logistic` or another. */
  hardening: string;
  /** Its parameters, as the figure shows them, e.g. `β = 2`. */
  parameter: string;
  /** Which loss the encoder was trained with. */
  loss: LossName;
  /**
   * How many negatives the weights of an anchor amount to, `(Σw)² / Σw²`, mean over the anchors of the embeddings on which
   * the functions were matched.
   */
  effectiveNegatives: number;
  /** Seed of the run. */
  seed: number;
  /** kNN top-1 accuracy on the test images, 0 … 1. */
  top1: number;
}

/** Throws unless the rows can be drawn: see {@linkcode summarizeFig5}. */
export function checkFig5Rows(rows: readonly Fig5Row[]): void {
  checkDistinctRows(
    "Figure 5",
    rows,
    ({ hardening, parameter, loss, seed }) => `${loss}, ${hardening} (${parameter}), seed ${seed}`,
    "a run",
  );
  for (const { hardening, parameter, loss, effectiveNegatives, seed, top1 } of rows) {
    checkWords("hardening of a row", hardening);
    checkWords("parameter of a row", parameter);
    checkOneOf("loss of a row", loss, hardenedLosses);
    checkNumber("effectiveNegatives of a row", effectiveNegatives, { above: 0 });
    checkInteger("seed of a row", seed, { min: 0 });
    checkNumber("top1 of a row", top1, { min: 0, max: 1 });
  }
}
