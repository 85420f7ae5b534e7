import { allHold, differenceBySeed, type Ruling, rulingList, whyNoInterval } from "../court.ts";
import type { LossName } from "../../losses/presets.ts";
import { lossNames } from "../../losses/presets.ts";
import { ascending } from "../rows.ts";
import { type HolmJudged, judgeByHolm } from "../tables/holm.ts";
import { lossStyles } from "../loss_styles.ts";
import { hardenedLosses, unhardened } from "../unhardened.ts";
import { list, span } from "../words.ts";
import {
  axes,
  axisNames,
  checkFig9Rows,
  type Fig9Axis,
  type Fig9Measure,
  type Fig9Row,
  inPlaces,
  measureNames,
  measures,
} from "./rows.ts";

/** The title of Figure 9. */
export const title = "What data and batches do to the four losses";

/** What Figure 9 puts to the test. */
export const claim =
  "Hard negatives raise the accuracy whatever the data, the batch and the number of negatives";

/** A difference of accuracies at an axis, over the seeds. */
export interface Fig9Difference {
  /** The loss that is compared. */
  loss: LossName;
  /** The measure. */
  measure: Fig9Measure;
  /** The difference, judged together with all others of the axis. */
  difference: HolmJudged;
}

/** What the rows of one axis say. */
export interface Fig9Summary {
  /** What was changed. */
  axis: Fig9Axis;
  /** Its values in their order. */
  values: string[];
  /** At each value: how much higher a hardened loss is than the same loss without hardening. */
  gains: (Fig9Difference & { value: string })[];
  /** How much higher a loss is at the last value than at the first; none for data sets, which are no more or less of anything. */
  effects: Fig9Difference[];
}

/**
 * What each axis does: gains of hard negatives at each of its values, and what changes for each loss from its first value to its last.
 * Differences are paired by seed; those of an axis are judged together by Holm's method.
 *
 * @param rows one row per axis, place, loss and seed, in any order
 * @returns one entry per axis that has rows
 * @throws {RangeError} if there are no rows, two of one run, two values at one place, more than ten values, or one is out of range
 * @throws {TypeError} if a value is of the wrong type
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const rows = [0, 1, 2].flatMap((seed) => [
 *   { axis: "noise" as const, place: 0, value: "0", loss: "scl" as const, seed, knn: 0.8, classMean: 0.8 },
 *   { axis: "noise" as const, place: 0, value: "0", loss: "hscl" as const, seed, knn: 0.9 + 0.001 * seed, classMean: 0.8 },
 * ]);
 * const [{ gains }] = figures.summarizeFig9(rows);
 * assertEquals(gains.map(({ measure, difference }) => [measure, difference.ruling]), [
 *   ["knn", "holds"],
 *   ["classMean", "not decided"],
 * ]);
 * ```
 */
export function summarizeFig9(rows: readonly Fig9Row[]): Fig9Summary[] {
  checkFig9Rows(rows);
  return axisNames.flatMap((axis) => {
    const own = inPlaces(rows).filter((row) => row.axis === axis);
    if (own.length === 0) return [];
    const places = ascending(own.map(({ place }) => place));
    const at = (place: number, loss: LossName) =>
      own.filter((row) => row.place === place && row.loss === loss);
    const values = places.map((place) => own.find((row) => row.place === place)!.value);
    const gains = hardenedLosses.flatMap((loss) =>
      measureNames.flatMap((measure) =>
        places.flatMap((place, index) => {
          const hard = at(place, loss), usual = at(place, unhardened[loss]);
          if (hard.length === 0 || usual.length === 0) return [];
          const difference = differenceBySeed(hard, usual, (row) => row[measure]);
          return [{ loss, measure, value: values[index], difference }];
        })
      )
    );
    const effects = axis === "classes" || places.length < 2 ? [] : lossNames.flatMap((loss) => {
      const first = at(places[0], loss), last = at(places.at(-1)!, loss);
      if (first.length === 0 || last.length === 0) return [];
      return measureNames.map((measure) => ({
        loss,
        measure,
        difference: differenceBySeed(last, first, (row) => row[measure]),
      }));
    });
    const judged = judgeByHolm([...gains, ...effects].map(({ difference }) => difference));
    return [{
      axis,
      values,
      gains: gains.map((gain, index) => ({ ...gain, difference: judged[index] })),
      effects: effects.map((effect, index) => ({ ...effect, difference: judged[gains.length + index] })),
    }];
  });
}

/** Whether hard negatives raise the accuracy at every value of an axis. */
export function rulingOf({ gains }: Fig9Summary): Ruling {
  return gains.length === 0 ? "not decided" : allHold(gains.map(({ difference }) => difference));
}

/** The verdict in a few words. */
export function fig9Finding(rows: readonly Fig9Row[]): string {
  return rulingList(
    summarizeFig9(rows).map((entry) => ({ name: nameOf(entry), ruling: rulingOf(entry) })),
  );
}

const nameOf = ({ axis }: Fig9Summary) => axes[axis].label.toLowerCase();

/**
 * What the rows say: at which values of each axis hard negatives raise the accuracy, and which losses an axis harms.
 *
 * @param rows one row per axis, place, loss and seed, in any order
 * @throws as {@linkcode summarizeFig9} does
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const row = { axis: "noise" as const, place: 0, value: "0", seed: 0, classMean: 0.8 };
 * const text = figures.fig9Caption([{ ...row, loss: "scl", knn: 0.8 }, { ...row, loss: "hscl", knn: 0.9 }]);
 * assert(text.includes("H-SCL over SCL not decided in all 2"));
 * ```
 */
export function fig9Caption(rows: readonly Fig9Row[]): string {
  const summary = summarizeFig9(rows);
  const known = summary.map(({ gains, effects }) =>
    [...gains, ...effects].map(({ difference }) => difference).filter((each) => whyNoInterval(each) === "")
  ).filter(({ length }) => length > 0);
  const seeds = known.flat().map(({ count }) => count), sizes = known.map(({ length }) => length);
  const how = known.length === 0
    ? "one seed: no interval, so nothing is decided"
    : `paired over ${span(Math.min(...seeds), Math.max(...seeds))} seeds, the ${
      span(Math.min(...sizes), Math.max(...sizes))
    } comparisons of an axis together at 5 % by Holm's method`;
  return [`${claim} (${how}): ${fig9Finding(rows)}.`, ...summary.map(sentence)].join(" ");
}

/** What one axis does. */
function sentence(entry: Fig9Summary): string {
  const { axis, values, gains, effects } = entry;
  const parts = hardenedLosses.flatMap((loss) => {
    const own = gains.filter((gain) => gain.loss === loss);
    if (own.length === 0) return [];
    const counts = (["holds", "fails", "not decided"] as const).flatMap((ruling) => {
      const some = own.filter(({ difference }) => difference.ruling === ruling);
      if (some.length === 0) return [];
      if (some.length === own.length) return [`${gainWords[ruling]} in all ${own.length}`];
      const where = ruling === "not decided"
        ? ""
        : ` (${some.map(({ measure, value }) => `${measures[measure]} at ${value}`).join(", ")})`;
      return [`${gainWords[ruling]} in ${some.length} of ${own.length}${where}`];
    });
    return [`${lossStyles[loss].name} over ${lossStyles[unhardened[loss]].name} ${counts.join(", ")}`];
  });
  const changes = effects.length === 0 ? [] : measureNames.map((measure) => {
    const own = effects.filter((effect) => effect.measure === measure);
    const words = (["holds", "fails", "not decided"] as const).flatMap((ruling) => {
      const some = own.filter(({ difference }) => difference.ruling === ruling);
      if (some.length === 0) return [];
      if (some.length === own.length) {
        return [`${effectWords[ruling]} with ${own.length === 1 ? "it" : "every loss"}`];
      }
      return [`${effectWords[ruling]} with ${list(some.map(({ loss }) => lossStyles[loss].name))}`];
    });
    return `accuracy of ${measures[measure]} ${words.join(", ")}`;
  });
  const from = changes.length === 0 ? [] : [`from ${values[0]} to ${values.at(-1)}, ${changes.join("; ")}`];
  return `${axes[axis].label}: ${[...parts, ...from].join("; ") || "nothing to compare"}.`;
}

const gainWords = { holds: "higher", fails: "lower", "not decided": "not decided" } as const;
const effectWords = { holds: "rises", fails: "falls", "not decided": "not decided" } as const;
