import { type MeanInterval, meanInterval } from "../../core/interval.ts";
import type { LossName } from "../../losses/presets.ts";
import { comparison, differenceBySeed, howJudged, type Judged, judgeTogether, rulingList } from "../court.ts";
import { distinct } from "../rows.ts";
import { lossStyles } from "../loss_styles.ts";
import { hardenedLosses, unhardened } from "../unhardened.ts";
import { list, percent } from "../words.ts";
import { bySeed, checkTable2Rows, methods, type Table2Method, type Table2Row } from "./rows.ts";

/** The title of Table 2. */
export const title = "Accuracy on graphs";

/** What Table 2 puts to the test. */
export const claim = "Hard negatives raise the accuracy on graphs, with labels and without";

/** How a method is called. */
export function methodName(method: Table2Method): string {
  return method === "untrained" ? "untrained" : lossStyles[method].name;
}

/** The accuracy of a method on a collection, over the seeds; fractions, 0 … 1. */
export interface Table2Summary {
  /** Name of the graph collection. */
  collection: string;
  /** What the networks were trained with. */
  method: Table2Method;
  /** Mean over the seeds of the mean over the parts. */
  accuracy: MeanInterval;
}

/**
 * Mean accuracies with their 95 % Student-t intervals over the seeds, per collection and method; each seed counts as the mean over
 * its parts.
 *
 * @param rows the rows of all trainings, in any order
 * @returns one entry per collection and method that has rows, collections in the order of the rows
 * @throws {RangeError} if there are no rows, an accuracy is not in [0, 1], or a seed lacks a part
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const row = { collection: "MUTAG", method: "hscl" } as const;
 * const [{ accuracy }] = figures.summarizeTable2([
 *   { ...row, seed: 0, fold: 0, accuracy: 0.8 },
 *   { ...row, seed: 0, fold: 1, accuracy: 0.9 },
 * ]);
 * assertAlmostEquals(accuracy.mean, 0.85, 1e-12);
 * ```
 */
export function summarizeTable2(rows: readonly Table2Row[]): Table2Summary[] {
  checkTable2Rows(rows);
  return distinct(rows.map(({ collection }) => collection)).flatMap((collection) =>
    methods.flatMap((method) => {
      const seeds = bySeed(rows, collection, method);
      return seeds.length === 0
        ? []
        : [{ collection, method, accuracy: meanInterval(seeds.map(({ accuracy }) => accuracy)) }];
    })
  );
}

/** A hardened loss against what it is with β = 0, on one graph collection. */
export interface Table2Comparison {
  /** Name of the graph collection. */
  collection: string;
  /** The hardened loss. */
  loss: LossName;
  /** The same loss with β = 0. */
  reference: LossName;
  /** Accuracy of the hardened one minus the other, paired by seed, with intervals that hold for all comparisons together. */
  difference: Judged;
}

/**
 * H-UCL against UCL and H-SCL against SCL on every collection, paired by seed and judged together.
 *
 * @param rows the rows of all trainings, in any order
 * @throws {RangeError} as {@linkcode summarizeTable2} does
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const row = { collection: "MUTAG", fold: 0 };
 * const [{ loss, difference }] = figures.judgeTable2([
 *   { ...row, method: "scl", seed: 0, accuracy: 0.8 },
 *   { ...row, method: "hscl", seed: 0, accuracy: 0.9 },
 * ]);
 * assertEquals([loss, difference.ruling], ["hscl", "not decided"]); // one seed
 * ```
 */
export function judgeTable2(rows: readonly Table2Row[]): Table2Comparison[] {
  checkTable2Rows(rows);
  const pairs = distinct(rows.map(({ collection }) => collection)).flatMap((collection) =>
    hardenedLosses.filter((loss) => bySeed(rows, collection, loss).length > 0)
      .map((loss) => ({ collection, loss, reference: unhardened[loss] }))
  );
  const judged = judgeTogether(
    pairs.map(({ collection, loss, reference }) =>
      differenceBySeed(
        bySeed(rows, collection, loss),
        bySeed(rows, collection, reference),
        (row) => row.accuracy,
      )
    ),
  );
  return pairs.map((pair, index) => ({ ...pair, difference: judged[index] }));
}

/** The comparisons of each collection. */
function byCollection(
  comparisons: readonly Table2Comparison[],
): [collection: string, own: Table2Comparison[]][] {
  return distinct(comparisons.map(({ collection }) => collection)).map((
    collection,
  ) => [collection, comparisons.filter((each) => each.collection === collection)]);
}

/** The verdicts in a few words, collection by collection. */
export function table2Finding(rows: readonly Table2Row[]): string {
  const comparisons = judgeTable2(rows);
  if (comparisons.length === 0) return "not decided";
  const found = byCollection(comparisons).map(([collection, own]) =>
    `${
      rulingList(own.map(({ loss, difference: { ruling } }) => ({ name: lossStyles[loss].name, ruling })))
    } on ${collection}`
  );
  return found.join("; ");
}

/**
 * What the rows say: whether H-UCL is above UCL and H-SCL above SCL on each graph collection, paired by seed, with intervals that
 * hold for all together; and what networks reach that nothing has trained.
 *
 * @param rows the rows of all trainings, in any order
 * @throws {RangeError} as {@linkcode summarizeTable2} does
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const row = { collection: "MUTAG", fold: 0, seed: 0 };
 * const text = figures.table2Caption([
 *   { ...row, method: "scl", accuracy: 0.8 },
 *   { ...row, method: "hscl", accuracy: 0.9 },
 * ]);
 * assert(text.includes("MUTAG: not decided for H-SCL, 10.00 points above SCL, one seed: no interval."));
 * ```
 */
export function table2Caption(rows: readonly Table2Row[]): string {
  const comparisons = judgeTable2(rows);
  const how = howJudged([comparisons.map(({ difference }) => difference)]);
  const verdicts = byCollection(comparisons).map(([collection, own]) => {
    const each = own.map(({ loss, reference, difference }) =>
      `${difference.ruling} for ${lossStyles[loss].name}, ${
        comparison(difference, lossStyles[reference].name)
      }`
    );
    return `${collection[0].toUpperCase()}${collection.slice(1)}: ${each.join("; ")}.`;
  });
  const untrained = summarizeTable2(rows).filter(({ method }) => method === "untrained");
  const known = untrained.map(({ collection, accuracy }) => `${percent(accuracy)} on ${collection}`);
  return [
    `Claim: ${claim}${how}.`,
    verdicts.join(" ") || "Not decided without H-UCL and H-SCL.",
    ...known.length > 0 ? [`Networks that nothing has trained reach ${list(known)}.`] : [],
  ].join(" ");
}
