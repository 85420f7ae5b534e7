import { type LossName, lossNames } from "../../losses/presets.ts";
import { type MeanInterval, meanInterval } from "../../core/interval.ts";
import { comparison, differenceBySeed, howJudged, type Judged, judgeTogether } from "../court.ts";
import { lastEpoch } from "../rows.ts";
import { lossStyles } from "../theme.ts";
import { hardenedLosses, unhardened } from "../unhardened.ts";
import { percent } from "../words.ts";
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

/** A hardened loss against what it is with β = 0. */
export interface Fig1Comparison {
  /** The hardened loss. */
  loss: LossName;
  /** The same loss with β = 0. */
  reference: LossName;
  /** Accuracy of the hardened one minus the other, paired by seed, with intervals that hold for both comparisons together. */
  difference: Judged;
}

/**
 * H-UCL against UCL and H-SCL against SCL after the last epoch, paired by seed and judged together.
 *
 * @param rows the rows of all runs, in any order
 * @returns one entry per hardened loss that has rows of the last epoch
 * @throws {RangeError} as {@linkcode summarizeFig1} does
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const row = { epoch: 1, trainLoss: 2, top5: 1 };
 * const [{ difference }] = figures.judgeFig1([
 *   { ...row, loss: "scl", seed: 0, top1: 0.9 },
 *   { ...row, loss: "scl", seed: 1, top1: 0.91 },
 *   { ...row, loss: "hscl", seed: 0, top1: 0.95 },
 *   { ...row, loss: "hscl", seed: 1, top1: 0.961 },
 * ]);
 * assertEquals(difference.ruling, "holds");
 * ```
 */
export function judgeFig1(rows: readonly Fig1Row[]): Fig1Comparison[] {
  checkFig1Rows(rows);
  const final = finalRows(rows), runsOf = (loss: LossName) => final.filter((row) => row.loss === loss);
  const losses = hardenedLosses.filter((loss) => runsOf(loss).length > 0);
  const judged = judgeTogether(
    losses.map((loss) => differenceBySeed(runsOf(loss), runsOf(unhardened[loss]), ({ top1 }) => top1)),
  );
  return losses.map((loss, index) => ({ loss, reference: unhardened[loss], difference: judged[index] }));
}

/**
 * What the rows say: whether H-UCL is above UCL and H-SCL above SCL after the last epoch, paired by seed, with intervals
 * that hold for both together; and the loss with the highest mean.
 *
 * @param rows the rows of all runs, in any order
 * @throws {RangeError} as {@linkcode summarizeFig1} does
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const row = { seed: 0, epoch: 1, trainLoss: 2, top5: 1 };
 * const text = figures.fig1Caption([{ ...row, loss: "scl", top1: 0.9 }, { ...row, loss: "hscl", top1: 0.95 }]);
 * assert(text.includes("not decided for H-SCL, 5.00 points above SCL, one seed: no interval"));
 * ```
 */
export function fig1Caption(rows: readonly Fig1Row[]): string {
  const comparisons = judgeFig1(rows);
  const verdicts = comparisons.map(({ loss, reference, difference }) =>
    `${difference.ruling} for ${lossStyles[loss].name}, ${comparison(difference, lossStyles[reference].name)}`
  );
  const how = howJudged([comparisons.map(({ difference }) => difference)]);
  const best = summarizeFig1(rows).reduce((a, b) => (b.mean > a.mean ? b : a));
  return `${claim}${how}: ${verdicts.join("; ") || "not decided without H-UCL and H-SCL"}. After epoch ${
    lastEpoch(rows)
  }, ${lossStyles[best.loss].name} has the highest ${best.count > 1 ? "mean" : "accuracy"}, ${percent(best)}${
    best.count > 1 ? " (95 % interval)" : ""
  }.`;
}
