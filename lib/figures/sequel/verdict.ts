import { type MeanInterval, meanInterval } from "../../core/interval.ts";
import {
  comparison,
  differenceBySeed,
  howJudged,
  type Judged,
  judgeTogether,
  rulingList,
  whyNoInterval,
} from "../court.ts";
import { ascending, lastEpoch } from "../rows.ts";
import { betas, digits, list, percent } from "../words.ts";
import { checkSequelRows, measureNames, type SequelMeasure, type SequelRow } from "./rows.ts";

/** The title of the figure of the sequel. */
export const title = "Do hard negatives keep the class means apart?";

/** What the figure of the sequel puts to the test. */
export const claim = "Hard negatives keep the class means from collapsing";

/** The class means of the runs with one β after their last epoch. */
export interface SequelSummary {
  /** Strength β of the exponential hardening; 0 without. */
  beta: number;
  /** Each measure over the seeds. */
  last: Record<SequelMeasure, MeanInterval>;
  /** How many more directions there are than with β = 0, paired by seed and judged together with all others; none for β = 0. */
  directions?: Judged;
  /** How much higher the test accuracy is than with β = 0, judged alike. */
  accuracy?: Judged;
}

/**
 * What the class means are like after the last epoch, for each β, and how that differs from β = 0.
 *
 * @param rows one row per β, seed and epoch, in any order, β = 0 among them
 * @returns one entry per β, ascending
 * @throws {RangeError} if there are no rows, none of β = 0, more than six β, two of one epoch of a run, or a value is out of range
 * @throws {TypeError} if a value is no finite number
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const row = { epoch: 1, test: 0.2, train: 0.9, unitNorm: 0.1, zeroSum: 0.1, equalInnerProducts: 0.1 };
 * const rows = [0, 1, 2].flatMap((seed) => [
 *   { ...row, beta: 0, seed, directions: 6 },
 *   { ...row, beta: 10, seed, directions: 75 + seed },
 * ]);
 * assertEquals(figures.summarizeSequel(rows)[1].directions?.ruling, "holds");
 * ```
 */
export function summarizeSequel(rows: readonly SequelRow[]): SequelSummary[] {
  checkSequelRows(rows);
  const last = lastEpoch(rows), ended = rows.filter(({ epoch }) => epoch === last);
  const of = (beta: number) => ended.filter((row) => row.beta === beta);
  const hard = ascending(rows.map(({ beta }) => beta)).slice(1);
  const judged = judgeTogether(
    (["directions", "test"] as const).flatMap((measure) =>
      hard.map((beta) => differenceBySeed(of(beta), of(0), (row) => row[measure]))
    ),
  );
  return [0, ...hard].map((beta, index) => ({
    beta,
    last: Object.fromEntries(
      measureNames.map((measure) => [measure, meanInterval(of(beta).map((row) => row[measure]))]),
    ) as Record<SequelMeasure, MeanInterval>,
    ...(index === 0 ? {} : { directions: judged[index - 1], accuracy: judged[hard.length + index - 1] }),
  }));
}

/** The entries with hard negatives, of which all are judged. */
function judgedOf(
  summary: readonly SequelSummary[],
): (SequelSummary & { directions: Judged; accuracy: Judged })[] {
  return summary.flatMap((entry) => {
    const { directions, accuracy } = entry;
    return directions && accuracy ? [{ ...entry, directions, accuracy }] : [];
  });
}

/** The verdict in a few words. */
export function sequelFinding(rows: readonly SequelRow[]): string {
  const judged = judgedOf(summarizeSequel(rows));
  if (judged.length === 0) return "not decided";
  return rulingList(
    judged.map(({ beta, directions }) => ({ name: betas([beta]), ruling: directions.ruling })),
  );
}

/**
 * What the rows say: with which β the class means use more directions than with β = 0 after the last epoch, and what that does to
 * the accuracy.
 *
 * @param rows one row per β, seed and epoch, in any order, β = 0 among them
 * @throws as {@linkcode summarizeSequel} does
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const row = { seed: 0, epoch: 1, test: 0.2, train: 0.9, unitNorm: 0.1, zeroSum: 0.1, equalInnerProducts: 0.1 };
 * const text = figures.sequelCaption([{ ...row, beta: 0, directions: 6 }, { ...row, beta: 10, directions: 75 }]);
 * assert(text.includes("not decided for β = 10 (one seed: no interval)"));
 * ```
 */
export function sequelCaption(rows: readonly SequelRow[]): string {
  const summary = summarizeSequel(rows), judged = judgedOf(summary), reference = betas([0]);
  const how = howJudged([judged.flatMap(({ directions, accuracy }) => [directions, accuracy])]);
  const verdicts = judged.map(({ beta, directions }) => {
    const why = whyNoInterval(directions);
    return { name: `${betas([beta])}${why && ` (${why})`}`, ruling: directions.ruling };
  });
  const directions = list(
    summary.map(({ beta, last }) => `${digits(last.directions.mean)} with ${betas([beta])}`),
  );
  const accuracies = judged.map(({ beta, last, accuracy }) =>
    `${percent(last.test)} with ${betas([beta])} (${comparison(accuracy, reference)}: ${
      ruled[accuracy.ruling]
    })`
  );
  return [
    `${claim}, so that they use more directions than with ${reference}${how}: ${
      verdicts.length === 0 ? "not decided" : rulingList(verdicts)
    }.`,
    `Singular values above 1 % of the largest, after epoch ${lastEpoch(rows)}: ${directions}.`,
    `Accuracy of inner products with the class means on test images: ${
      [`${percent(summary[0].last.test)} with ${reference}`, ...accuracies].join(", ")
    }.`,
  ].join(" ");
}

const ruled = { holds: "higher", fails: "lower", "not decided": "not decided" } as const;
