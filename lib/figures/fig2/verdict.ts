import {
  isAbove,
  type LossOrder,
  lossOrders,
  lossOrderWords,
  runsPerBeta,
  SINGLE_ROUNDING,
} from "../loss_order.ts";
import { checkFig2Rows, type Fig2Row, ofBatches } from "./rows.ts";

/** The title of Figure 2. */
export const title = "Theorem 1: H-SCL and H-UCL losses while training with H-UCL";

/** What Figure 2 puts to the test. */
export const claim = "While training with H-UCL, the H-SCL loss stays at or below the H-UCL loss (Theorem 1)";

/** The same of the batches of the training. */
const claimOfBatches =
  "In the batches of a training with H-UCL, mean over each epoch, the H-SCL loss stays at or below the H-UCL loss (Theorem 1)";

/** Whether the H-SCL loss of a row is above its H-UCL loss. */
export function isHsclAbove(row: Fig2Row): boolean {
  return isAbove(row, "hscl", "hucl", ofBatches([row]) ? SINGLE_ROUNDING : undefined);
}

/**
 * Whether the H-SCL loss stays at or below the H-UCL loss, per β.
 *
 * @param rows one row per β, seed and epoch, in any order
 * @returns one entry per β, ascending
 * @throws {RangeError} if there are no rows, more than four β, or two rows of one epoch of a run
 * @throws {TypeError} if a loss is not a finite number
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const row = { beta: 1, seed: 0, epoch: 0, ucl: 4.1, scl: 4, hucl: 4.4, hscl: 4.2 };
 * const [{ verdict, smallest }] = figures.summarizeFig2([row]);
 * assertEquals(verdict, "holds");
 * assertAlmostEquals(smallest.margin, 0.2, 1e-12);
 * ```
 */
export function summarizeFig2(rows: readonly Fig2Row[]): LossOrder[] {
  checkFig2Rows(rows);
  return lossOrders(rows, "hscl", "hucl", ofBatches(rows) ? SINGLE_ROUNDING : undefined);
}

/**
 * What the rows say: the claim of Figure 2, and for which β the rows support it.
 *
 * @param rows one row per β, seed and epoch, in any order
 * @throws as {@linkcode summarizeFig2} does
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const row = { beta: 1, seed: 0, epoch: 0, ucl: 4.1, scl: 4, hucl: 4.4, hscl: 4.5 };
 * assert(figures.fig2Caption([row]).includes("fails for β = 1 at epoch 0"));
 * ```
 */
export function fig2Caption(rows: readonly Fig2Row[]): string {
  const orders = summarizeFig2(rows);
  return `${ofBatches(rows) ? claimOfBatches : claim}, in ${runsPerBeta(orders)}: ${lossOrderWords(orders)}.`;
}
