import { type LossName, lossNames } from "../../losses/presets.ts";
import { type MeanInterval, meanInterval, simultaneousInterval } from "../../core/interval.ts";
import { accuracyDifference, clearSign } from "../paired.ts";
import { lastEpoch } from "../rows.ts";
import { lossStyles } from "../theme.ts";
import { count, percent, points } from "../words.ts";
import { checkFig1Rows, type Fig1Row } from "./rows.ts";

/** The title of Figure 1. */
export const title = "kNN accuracy of the contrastive losses";

/** What Figure 1 puts to the test. */
export const claim = "Hard negatives raise the kNN accuracy, with labels and without";

/** kNN top-1 accuracy after the last epoch, over the seeds of one loss; fractions, 0 … 1. */
export interface Fig1Summary extends MeanInterval {
  /** Which loss the encoder was trained with. */
  loss: LossName;
}

/** The rows of a finished run's last epoch; a run that stopped earlier has none. */
export function finalRows(rows: readonly Fig1Row[]): Fig1Row[] {
  const last = lastEpoch(rows);
  return rows.filter((row) => row.epoch === last);
}

/**
 * Mean kNN top-1 accuracy after the last epoch, with its 95 % Student-t interval over the seeds, per loss.
 *
 * The last epoch is the largest one in the rows; a run that stopped before it does not count.
 *
 * @param rows the rows of all runs, in any order
 * @returns one entry per loss that has rows of the last epoch, in the order UCL, SCL, H-UCL, H-SCL; fractions
 * @throws {RangeError} if there are no rows, an accuracy is not in [0, 1] or a run has two rows of one epoch
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const row = { loss: "hscl", epoch: 1, trainLoss: 2, top5: 1 } as const;
 * const [{ mean }] = figures.summarizeFig1([{ ...row, seed: 0, top1: 0.9 }, { ...row, seed: 1, top1: 0.94 }]);
 * assertAlmostEquals(mean, 0.92, 1e-12);
 * ```
 */
export function summarizeFig1(rows: readonly Fig1Row[]): Fig1Summary[] {
  checkFig1Rows(rows);
  const final = finalRows(rows);
  return lossNames.flatMap((loss) => {
    const samples = final.filter((row) => row.loss === loss).map((row) => row.top1);
    return samples.length > 0 ? [{ loss, ...meanInterval(samples) }] : [];
  });
}

/**
 * One sentence on what the rows show: the best loss after the last epoch, and by how much SCL and H-SCL differ from UCL,
 * paired by seed, with intervals that hold for both together.
 *
 * @param rows the rows of all runs, in any order
 * @throws {RangeError} as {@linkcode summarizeFig1} does
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const row = { seed: 0, epoch: 1, trainLoss: 2, top5: 1 };
 * const text = figures.fig1Caption([{ ...row, loss: "ucl", top1: 0.9 }, { ...row, loss: "hscl", top1: 0.95 }]);
 * assert(text.includes("H-SCL has the highest kNN top-1 accuracy, 95.00 %"));
 * ```
 */
export function fig1Caption(rows: readonly Fig1Row[]): string {
  const summary = summarizeFig1(rows), final = finalRows(rows);
  const best = summary.reduce((a, b) => (b.mean > a.mean ? b : a));
  const runsOf = (loss: LossName) => final.filter((row) => row.loss === loss);
  const differences = (["scl", "hscl"] as const).flatMap((loss) => {
    const difference = accuracyDifference(runsOf(loss), runsOf("ucl"));
    return difference ? [{ loss, difference }] : [];
  });
  const interval = Number.isNaN(best.halfWidth) ? "" : " (mean and 95 % interval)";
  const start = `After epoch ${final[0].epoch}, ${
    lossStyles[best.loss].name
  } has the highest kNN top-1 accuracy, ${percent(best)}${interval}`;
  // A difference of single runs has no interval, and takes nothing from the one that has.
  const judged = differences.filter(({ difference }) => difference.count > 1).length;
  const comparisons = differences.map(({ loss, difference }) =>
    compare(loss, simultaneousInterval(difference, Math.max(judged, 1)))
  );
  const several = judged > 1 ? `, ${judged} intervals together 95 %` : "";
  const seeds = Math.max(...differences.map(({ difference }) => difference.count));
  const how = seeds > 1 ? ` (paired over ${count(seeds, "seed")}${several})` : "";
  return `${[start, ...comparisons].join("; ")}${comparisons.length > 0 ? how : ""}.`;
}

function compare(loss: LossName, difference: MeanInterval): string {
  const { name } = lossStyles[loss], sign = clearSign(difference);
  if (difference.count < 2) return `${name} against UCL: ${points(difference)}, one seed, not decided`;
  if (sign === 0) return `${name} against UCL: ${points(difference)}, not decided`;
  return `${name} is ${points({ ...difference, mean: Math.abs(difference.mean) })} ${
    sign > 0 ? "above" : "below"
  } UCL`;
}
