import { type MeanInterval, meanInterval } from "../../core/interval.ts";
import { type LossName, lossNames } from "../../losses/presets.ts";
import { comparison, differenceBySeed, howJudged, type Judged, judgeTogether, rulingList } from "../court.ts";
import { lastEpoch } from "../rows.ts";
import { lossStyles } from "../loss_styles.ts";
import { hardenedLosses, unhardened } from "../unhardened.ts";
import { digits, list } from "../words.ts";
import { checkFig1Rows, type Fig1Measure, type Fig1Row, measureNames, measures } from "./rows.ts";

/** The title of Figure 1. */
export const title = "Accuracy of the contrastive losses";

/** What Figure 1 puts to the test. */
export const claim = "Hard negatives raise the accuracy, with labels and without";

/** A class mean's direction counts from this part of the largest singular value on. */
export const LEAST_SINGULAR_VALUE = 0.05;

/** Smaller ones are rounding errors: centred class means leave one direction out. */
export const SMALLEST_SINGULAR_VALUE = 1e-6;

/** Accuracies after the last epoch, over the seeds of one loss; fractions, 0 … 1. */
export interface Fig1Summary {
  /** Which loss the encoder was trained with. */
  loss: LossName;
  /** Accuracy of the nearest class mean of the embeddings. */
  classMean: MeanInterval;
  /** kNN top-1 accuracy of the features. */
  top1: MeanInterval;
  /** How many singular values of the class means are above 5 % of the largest; none where no run has a spectrum. */
  directions?: MeanInterval;
}

/** The rows of a finished run's last epoch; a run that stopped earlier has none. */
export function finalRows(rows: readonly Fig1Row[]): Fig1Row[] {
  const last = lastEpoch(rows);
  return rows.filter((row) => row.epoch === last);
}

/**
 * Mean accuracies after the last epoch, with their 95 % Student-t intervals over the seeds, per loss.
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
 * const row = { loss: "hscl", epoch: 1, trainLoss: 2, top1: 0.9, top5: 1 } as const;
 * const [{ classMean }] = figures.summarizeFig1([
 *   { ...row, seed: 0, classMean: 0.9 },
 *   { ...row, seed: 1, classMean: 0.94 },
 * ]);
 * assertAlmostEquals(classMean.mean, 0.92, 1e-12);
 * ```
 */
export function summarizeFig1(rows: readonly Fig1Row[]): Fig1Summary[] {
  checkFig1Rows(rows);
  const final = finalRows(rows);
  return lossNames.flatMap((loss) => {
    const own = final.filter((row) => row.loss === loss);
    if (own.length === 0) return [];
    const spectra = own.flatMap(({ spectrum }) => spectrum ? [spectrum] : []);
    const directions = spectra.map((spectrum) =>
      spectrum.filter((value) => value > LEAST_SINGULAR_VALUE).length
    );
    return [{
      loss,
      classMean: meanInterval(own.map(({ classMean }) => classMean)),
      top1: meanInterval(own.map(({ top1 }) => top1)),
      ...directions.length > 0 ? { directions: meanInterval(directions) } : {},
    }];
  });
}

/** A hardened loss against what it is with β = 0. */
export interface Fig1Comparison {
  /** What is compared. */
  measure: Fig1Measure;
  /** The hardened loss. */
  loss: LossName;
  /** The same loss with β = 0. */
  reference: LossName;
  /** Accuracy of the hardened one minus the other, paired by seed, with intervals that hold for all comparisons together. */
  difference: Judged;
}

/**
 * H-UCL against UCL and H-SCL against SCL after the last epoch, in both measures, paired by seed and judged together.
 *
 * @param rows the rows of all runs, in any order
 * @returns one entry per measure and hardened loss that has rows of the last epoch
 * @throws {RangeError} as {@linkcode summarizeFig1} does
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const row = { epoch: 1, trainLoss: 2, top1: 0.9, top5: 1 };
 * const [{ measure, difference }] = figures.judgeFig1([
 *   { ...row, loss: "scl", seed: 0, classMean: 0.9 },
 *   { ...row, loss: "scl", seed: 1, classMean: 0.91 },
 *   { ...row, loss: "hscl", seed: 0, classMean: 0.95 },
 *   { ...row, loss: "hscl", seed: 1, classMean: 0.961 },
 * ]);
 * assertEquals([measure, difference.ruling], ["classMean", "holds"]);
 * ```
 */
export function judgeFig1(rows: readonly Fig1Row[]): Fig1Comparison[] {
  checkFig1Rows(rows);
  const final = finalRows(rows), runsOf = (loss: LossName) => final.filter((row) => row.loss === loss);
  const losses = hardenedLosses.filter((loss) => runsOf(loss).length > 0);
  const pairs = measures.flatMap((measure) =>
    losses.map((loss) => ({ measure, loss, reference: unhardened[loss] }))
  );
  const judged = judgeTogether(
    pairs.map(({ measure, loss, reference }) =>
      differenceBySeed(runsOf(loss), runsOf(reference), (row) => row[measure])
    ),
  );
  return pairs.map((pair, index) => ({ ...pair, difference: judged[index] }));
}

/** Of the measures, in a table. */
const shortNames: Readonly<Record<Fig1Measure, string>> = { classMean: "class means", top1: "kNN" };

/** The verdicts in a few words, measure by measure. */
export function fig1Finding(rows: readonly Fig1Row[]): string {
  const comparisons = judgeFig1(rows);
  if (comparisons.length === 0) return "not decided";
  return measures.map((measure) => {
    const own = comparisons.filter((each) => each.measure === measure);
    const rulings = rulingList(
      own.map(({ loss, difference: { ruling } }) => ({ name: lossStyles[loss].name, ruling })),
    );
    return `${shortNames[measure]}: ${rulings}`;
  }).join(". ");
}

/**
 * What the rows say: whether H-UCL is above UCL and H-SCL above SCL after the last epoch, in both measures, paired by seed,
 * with intervals that hold for all together; and how many directions the class means use.
 *
 * @param rows the rows of all runs, in any order
 * @throws {RangeError} as {@linkcode summarizeFig1} does
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const row = { seed: 0, epoch: 1, trainLoss: 2, top1: 0.9, top5: 1 };
 * const text = figures.fig1Caption([
 *   { ...row, loss: "scl", classMean: 0.9 },
 *   { ...row, loss: "hscl", classMean: 0.95 },
 * ]);
 * assert(text.includes("not decided for H-SCL, 5.00 points above SCL, one seed: no interval"));
 * ```
 */
export function fig1Caption(rows: readonly Fig1Row[]): string {
  const comparisons = judgeFig1(rows);
  const how = howJudged([comparisons.map(({ difference }) => difference)]);
  const verdicts = measures.map((measure) => {
    const own = comparisons.filter((each) => each.measure === measure).map((
      { loss, reference, difference },
    ) =>
      `${difference.ruling} for ${lossStyles[loss].name}, ${
        comparison(difference, lossStyles[reference].name)
      }`
    );
    return `${capital(measureNames[measure])}: ${own.join("; ") || "not decided without H-UCL and H-SCL"}.`;
  });
  return `${claim}${how}. ${verdicts.join(" ")}${directionsLine(rows)}`;
}

/** How many directions the class means of each loss use; nothing where no run has a spectrum. */
function directionsLine(rows: readonly Fig1Row[]): string {
  const entries = summarizeFig1(rows).flatMap(({ loss, directions }) =>
    directions ? [`${digits(directions.mean)} with ${lossStyles[loss].name}`] : []
  );
  if (entries.length === 0) return "";
  const count = Math.max(
    ...finalRows(rows).map(({ spectrum }) =>
      spectrum?.filter((value) => value > SMALLEST_SINGULAR_VALUE).length ?? 0
    ),
  );
  return ` Of the ${count} singular values of the class means, those above ${
    100 * LEAST_SINGULAR_VALUE
  } % of the largest are ${list(entries)}.`;
}

function capital(text: string): string {
  // kNN stays as it is written.
  return text.startsWith("kNN") ? text : text[0].toUpperCase() + text.slice(1);
}
