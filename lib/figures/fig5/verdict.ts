import type { LossName } from "../../losses/presets.ts";
import { type MeanInterval, meanInterval } from "../../core/interval.ts";
import {
  allSame,
  differenceBySeed,
  howJudged,
  isSame,
  type Judged,
  judgeTogether,
  type Ruling,
  whyNoInterval,
} from "../court.ts";
import { distinct } from "../rows.ts";
import { lossStyles } from "../loss_styles.ts";
import { count, digits, points } from "../words.ts";
import { checkFig5Rows, type Fig5Row } from "./rows.ts";

/** The title of Figure 5. */
export const title = "Hardening functions at a matched effective number of negatives";

/** What Figure 5 puts to the test. */
export const claim =
  "At a matched effective number of negatives, the hardening functions tried reach the same accuracy";

/** One hardening function with one parameter, over the seeds. */
export interface Fig5Setting {
  /** Name of the hardening function. */
  hardening: string;
  /** Its parameters. */
  parameter: string;
  /** Which loss the encoder was trained with. */
  loss: LossName;
  /** Mean over the seeds. */
  effectiveNegatives: number;
  /** Over the seeds; fractions. */
  accuracy: MeanInterval;
}

/** Two hardening functions at a matched effective number of negatives. */
export interface Fig5Pair {
  /** The more accurate one. */
  better: Fig5Setting;
  /** The other one. */
  worse: Fig5Setting;
  /** Accuracy of the better minus the worse, paired by seed. */
  difference: MeanInterval;
  /** The same difference with an interval that holds for all pairs together. */
  together: Judged;
}

/** Settings and the pairs of them that can be compared. */
export interface Fig5Summary {
  /** One per loss, hardening function and parameter. */
  settings: Fig5Setting[];
  /** Those that can be compared. */
  pairs: Fig5Pair[];
}

/** Accuracies that differ by no more count as the same; a fraction. */
export const sameAccuracy = 0.01;

/** Two effective numbers match if their ratio is at most this. */
export const matchingRatio = 1.25;

/**
 * The accuracy of each setting over the seeds, and the comparison of all pairs of different hardening functions with
 * the same loss whose effective numbers of negatives match: their ratio is at most 1.25.
 *
 * @param rows one row per hardening function, parameter, loss and seed, in any order
 * @returns settings by loss, hardening function and effective number; pairs in the same order
 * @throws {RangeError} if there are no rows, an accuracy is outside [0, 1], an effective number is not positive, or a
 * run has two rows
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const row = { loss: "hscl", seed: 0 } as const;
 * const { pairs } = figures.summarizeFig5([
 *   { ...row, hardening: "exponential", parameter: "β = 1", effectiveNegatives: 30, top1: 0.9 },
 *   { ...row, hardening: "threshold", parameter: "τ = 0.2", effectiveNegatives: 33, top1: 0.92 },
 * ]);
 * assertEquals(pairs.length, 1);
 * assertEquals(pairs[0].better.hardening, "threshold");
 * ```
 */
export function summarizeFig5(rows: readonly Fig5Row[]): Fig5Summary {
  checkFig5Rows(rows);
  const keyOf = ({ hardening, parameter, loss }: Fig5Row) => JSON.stringify([loss, hardening, parameter]);
  const groups = distinct(rows.map(keyOf)).map((key) => {
    const runs = rows.filter((row) => keyOf(row) === key);
    const { hardening, parameter, loss } = runs[0];
    const effectiveNegatives = meanInterval(runs.map((row) => row.effectiveNegatives)).mean;
    const accuracy = meanInterval(runs.map((row) => row.top1));
    return { setting: { hardening, parameter, loss, effectiveNegatives, accuracy }, runs };
  }).sort((a, b) =>
    b.setting.loss.localeCompare(a.setting.loss) || a.setting.hardening.localeCompare(b.setting.hardening) ||
    a.setting.effectiveNegatives - b.setting.effectiveNegatives
  );
  const pairs = groups.flatMap((first, index) =>
    groups.slice(index + 1).filter((second) => comparable(first.setting, second.setting)).flatMap(
      (second) => {
        const difference = differenceBySeed(first.runs, second.runs, ({ top1 }) => top1);
        if (difference.count === 0) return [];
        const [better, worse] = difference.mean < 0 ? [second, first] : [first, second];
        const positive = { ...difference, mean: Math.abs(difference.mean) };
        return { better: better.setting, worse: worse.setting, difference: positive };
      },
    )
  );
  const judged = judgeTogether(pairs.map(({ difference }) => difference));
  return {
    settings: groups.map(({ setting }) => setting),
    pairs: pairs.map((pair, index) => ({ ...pair, together: judged[index] })),
  };
}

function comparable(a: Fig5Setting, b: Fig5Setting): boolean {
  const ratio = a.effectiveNegatives / b.effectiveNegatives;
  return a.loss === b.loss && a.hardening !== b.hardening && Math.max(ratio, 1 / ratio) <= matchingRatio;
}

/**
 * What the rows say: whether the accuracy depends on the effective number of negatives only, not on the hardening function.
 * It holds if all differences are within 1 point, fails if one of them is more than zero, each by intervals that hold for
 * all pairs together, and is not decided otherwise.
 *
 * @param rows one row per hardening function, parameter, loss and seed, in any order
 * @throws {RangeError} as {@linkcode summarizeFig5} does
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const row = { loss: "hscl", hardening: "exponential", parameter: "β = 1", effectiveNegatives: 30 } as const;
 * const text = figures.fig5Caption([{ ...row, seed: 0, top1: 0.9 }]);
 * assert(text.includes("no two can be compared"));
 * ```
 */
export function fig5Caption(rows: readonly Fig5Row[]): string {
  const { pairs } = summarizeFig5(rows);
  if (pairs.length === 0) return `${claim}: not decided, as no two can be compared.`;
  const judged = pairs.map(({ together }) => together);
  const unequal = pairs.filter(({ together }) => together.ruling !== "not decided");
  const equal = judged.filter((each) => isSame(each, sameAccuracy)), open = judged.filter(whyNoInterval);
  const counted = open.length === pairs.length
    ? `${whyNoInterval(open[0])} for any of ${count(pairs.length, "pair")}`
    : `of ${count(pairs.length, "pair")}, ${unequal.length} ${
      unequal.length === 1 ? "differs" : "differ"
    } and ${equal.length} ${equal.length === 1 ? "is" : "are"} the same to within ${
      100 * sameAccuracy
    } point${open.length > 0 ? `, and ${open.length} without an interval` : ""}`;
  const largest = (unequal.length > 0 ? unequal : pairs).reduce((a, b) =>
    b.difference.mean > a.difference.mean ? b : a
  );
  return `${claim}${howJudged([judged])}: ${
    allSame(judged, sameAccuracy)
  }; ${counted}. The largest difference${unequal.length > 0 ? " of those that differ" : ""} is ${
    pairWords(largest)
  }.`;
}

/** Whether all pairs are the same; not decided without any. */
export function fig5Ruling(pairs: readonly Fig5Pair[]): Ruling {
  return pairs.length === 0 ? "not decided" : allSame(pairs.map(({ together }) => together), sameAccuracy);
}

function pairWords({ better, worse, together }: Fig5Pair): string {
  const name = ({ hardening, parameter }: Fig5Setting) => `${hardening} (${parameter})`;
  return `${points(together)}, ${name(better)} over ${name(worse)} at about ${
    digits(Math.sqrt(better.effectiveNegatives * worse.effectiveNegatives), 2)
  } negatives with ${lossStyles[better.loss].name}`;
}
