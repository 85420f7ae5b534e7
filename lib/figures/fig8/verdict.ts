import { type LossName, lossNames } from "../../losses/presets.ts";
import { meanInterval } from "../../core/interval.ts";
import { allHold, differenceBySeed, howJudged, type Judged, judgeTogether, whyNoInterval } from "../court.ts";
import { ascending, distinct, epochsOfChange } from "../rows.ts";
import { lossStyles } from "../loss_styles.ts";
import { digits, list } from "../words.ts";
import { checkFig8Rows, type Fig8Measure, type Fig8Rows, measureNames, measures } from "./rows.ts";

/** The title of Figure 8. */
export const title = "What the representations look like";

/** What Figure 8 puts to the test. */
export const claim = "Training brings the class means nearer to a simplex ETF";

/**
 * How the geometry of one loss changed, mean over the seeds. The change is counted from the first epoch of training where
 * there are two or more: before training the encoder maps all inputs to almost one point, whose norm and spread are those
 * of a simplex for no merit.
 */
export interface Fig8Summary {
  /** Which loss the encoder was trained with. */
  loss: LossName;
  /** The epochs between which the change is counted. */
  epochs: readonly [first: number, last: number];
  /** Each measure at the first of them. */
  first: Record<Fig8Measure, number>;
  /** Each measure at the last of them. */
  last: Record<Fig8Measure, number>;
  /** How much each fell, paired by seed, with intervals that hold for the four measures together. */
  fall: Record<Fig8Measure, Judged>;
  /** The measures that rose, by these intervals. */
  risen: readonly Fig8Measure[];
  /** The measures that may have risen or fallen, by these intervals; all of them without intervals. */
  undecided: readonly Fig8Measure[];
}

/**
 * The measures of the collapse geometry at the first and the last epoch of training, mean over the seeds, per loss.
 *
 * @param rows maps and geometry
 * @returns one entry per loss with geometry, in the order UCL, SCL, H-UCL, H-SCL
 * @throws {RangeError} if there is no map or no geometry, a loss has two maps, a run has two rows of one epoch or two spectra, a map
 * has more than 2000 points or 100 classes or lists of different lengths, or a measure is negative
 * @throws {TypeError} if a number is not finite or a label is not an integer
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const row = { loss: "hscl", zeroSum: 0.1, unitNorm: 0.2, equalInnerProducts: 0.1 } as const;
 * const geometry = [0, 1].flatMap((seed) => [
 *   { ...row, seed, epoch: 0, withinClassSpread: 0.3 },
 *   { ...row, seed, epoch: 1, withinClassSpread: 0.1 + 0.001 * seed },
 * ]);
 * const maps = [{ loss: "hscl" as const, x: [0, 1], y: [0, 1], labels: [0, 1] }];
 * const [{ fall, undecided }] = figures.summarizeFig8({ maps, geometry });
 * assertAlmostEquals(fall.withinClassSpread.mean, 0.1995, 1e-12);
 * assertEquals(undecided, ["zeroSum", "unitNorm", "equalInnerProducts"]);
 * ```
 */
export function summarizeFig8(rows: Fig8Rows): Fig8Summary[] {
  checkFig8Rows(rows);
  return lossNames.flatMap((loss) => {
    const own = rows.geometry.filter((row) => row.loss === loss);
    if (own.length === 0) return [];
    const epochs = epochsOfChange(ascending(own.map((row) => row.epoch)));
    const at = (epoch: number) => {
      const here = own.filter((row) => row.epoch === epoch);
      const means = measures.map((measure) => [measure, meanInterval(here.map((row) => row[measure])).mean]);
      return Object.fromEntries(means) as Record<Fig8Measure, number>;
    };
    const [first, last] = epochs.map(at);
    const [before, after] = epochs.map((epoch) => own.filter((row) => row.epoch === epoch));
    const falls = judgeTogether(
      measures.map((measure) => differenceBySeed(before, after, (row) => row[measure])),
    );
    const fall = Object.fromEntries(
      measures.map((measure, index) => [measure, falls[index]]),
    ) as Fig8Summary["fall"];
    const ruled = (ruling: Judged["ruling"]) => measures.filter((measure) => fall[measure].ruling === ruling);
    return [{ loss, epochs, first, last, fall, risen: ruled("fails"), undecided: ruled("not decided") }];
  });
}

/** Whether all four measures of a loss fell. */
export function rulingOf({ fall }: Fig8Summary): Judged["ruling"] {
  return allHold(measures.map((measure) => fall[measure]));
}

/**
 * What the rows say: for which losses training brings the class means nearer to a simplex ETF, and which loss ends nearest.
 *
 * @param rows maps and geometry
 * @throws as {@linkcode summarizeFig8} does
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const measures = { zeroSum: 0.1, unitNorm: 0.2, equalInnerProducts: 0.1, withinClassSpread: 0.3 };
 * const text = figures.fig8Caption({
 *   maps: [{ loss: "ucl", x: [0, 1], y: [0, 1], labels: [0, 1] }],
 *   geometry: [{ loss: "ucl", seed: 0, epoch: 0, ...measures }, { loss: "ucl", seed: 0, epoch: 1, ...measures }],
 * });
 * assert(text.includes("not decided for UCL (one seed: no interval)"));
 * ```
 */
export function fig8Caption(rows: Fig8Rows): string {
  const summary = summarizeFig8(rows);
  const ruled = (ruling: Judged["ruling"]) => summary.filter((entry) => rulingOf(entry) === ruling);
  const named = (entries: readonly Fig8Summary[]) => list(entries.map(({ loss }) => lossStyles[loss].name));
  // The four measures of a loss have the same seeds.
  const why = ({ fall: { zeroSum } }: Fig8Summary) => zeroSum.count < 2 ? whyNoInterval(zeroSum) : "";
  const open = ruled("not decided"), unseen = open.filter(why);
  const verdicts = [
    ...(ruled("holds").length > 0 ? [`holds for ${named(ruled("holds"))}`] : []),
    ...ruled("fails").map((entry) => `fails for ${named([entry])} in ${changes(entry, entry.risen)}`),
    ...open.filter((entry) => !why(entry)).map((entry) =>
      `not decided for ${named([entry])} in ${changes(entry, entry.undecided)}`
    ),
    ...distinct(unseen.map(why)).map((reason) =>
      `not decided for ${named(unseen.filter((entry) => why(entry) === reason))} (${reason})`
    ),
  ];
  const smallest = measures.map((measure) => {
    const best = summary.reduce((a, b) => (b.last[measure] < a.last[measure] ? b : a));
    return `${measureNames[measure]} ${digits(best.last[measure], 2)} (${lossStyles[best.loss].name})`;
  });
  const [from, to] = summary[0].epochs;
  const how = howJudged(summary.map(({ fall }) => measures.map((measure) => fall[measure])));
  return `${claim}, where all four measures are 0, from epoch ${from} to ${to}${how}: ${
    verdicts.join("; ")
  }. The smallest ${
    Math.max(...summary.map(({ fall }) => fall.zeroSum.count)) > 1 ? "means" : "values"
  } after the last epoch are ${list(smallest)}. Each map is of one run.`;
}

function changes({ first, last }: Fig8Summary, some: readonly Fig8Measure[]): string {
  return list(
    some.map((each) => `${measureNames[each]} (${digits(first[each], 2)} to ${digits(last[each], 2)})`),
  );
}
