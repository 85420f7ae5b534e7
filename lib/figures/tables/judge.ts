import { type MeanInterval, meanInterval } from "../../core/interval.ts";
import { type LossName, lossNames } from "../../losses/presets.ts";
import { differenceBySeed, whyNoInterval } from "../court.ts";
import { distinct } from "../rows.ts";
import { lossStyles } from "../loss_styles.ts";
import { count, hundredths, list, span } from "../words.ts";
import { type HolmJudged, judgeByHolm } from "./holm.ts";
import type { TableRows } from "./rows.ts";

/** The orderings that the paper claims: the first is at least as accurate as the second. */
export const orderings: readonly (readonly [LossName, LossName])[] = [
  ["hscl", "scl"],
  ["hucl", "ucl"],
  ["scl", "ucl"],
  ["hscl", "hucl"],
];

/** Of a claimed ordering, in a word. */
export const verdicts = { holds: "confirmed", "not decided": "not decided", fails: "contradicted" } as const;

/** The mean over the seeds of one loss on one data set. */
export interface TableCell {
  /** What the data set is called. */
  dataset: string;
  /** Which loss the encoder was trained with. */
  loss: LossName;
  /** Strengths β of the runs. */
  betas: number[];
  /** By measure: mean and 95 % interval over the seeds. */
  means: Record<string, MeanInterval>;
}

/** One ordering on one data set in one measure. */
export interface TableOrdering {
  /** What the data set is called. */
  dataset: string;
  /** The measure. */
  measure: string;
  /** Claimed to be at least as accurate … */
  first: LossName;
  /** … as this one. */
  second: LossName;
  /** First minus second, paired by seed, judged together with all others of the table. */
  difference: HolmJudged;
}

/** Data sets in the order of their first run, losses in that of every figure. */
export function cellsOf({ runs }: TableRows, measures: readonly string[]): TableCell[] {
  return distinct(runs.map(({ dataset }) => dataset)).flatMap((dataset) =>
    lossNames.flatMap((loss) => {
      const own = runs.filter((run) => run.dataset === dataset && run.loss === loss);
      if (own.length === 0) return [];
      const means = measures.map((measure) =>
        [measure, meanInterval(own.map(({ values }) => values[measure]))] as const
      );
      const betas = distinct(own.map(({ beta }) => beta));
      return [{ dataset, loss, betas, means: Object.fromEntries(means) }];
    })
  );
}

/** Every ordering whose losses both have runs, on every data set, in every measure; all are judged together. */
export function orderingsOf({ runs }: TableRows, measures: readonly string[]): TableOrdering[] {
  const found = distinct(runs.map(({ dataset }) => dataset)).flatMap((dataset) => {
    const of = (loss: LossName) => runs.filter((run) => run.dataset === dataset && run.loss === loss);
    return orderings.flatMap(([first, second]) => {
      if (of(first).length === 0 || of(second).length === 0) return [];
      return measures.map((measure) => ({
        dataset,
        measure,
        first,
        second,
        difference: differenceBySeed(of(first), of(second), ({ values }) => values[measure]),
      }));
    });
  });
  const judged = judgeByHolm(found.map(({ difference }) => difference));
  return found.map((each, at) => ({ ...each, difference: judged[at] }));
}

/** An ordering as it is written: `H-SCL ≥ SCL`. */
export function orderingLabel({ first, second }: Pick<TableOrdering, "first" | "second">): string {
  return `${lossStyles[first].name} ≥ ${lossStyles[second].name}`;
}

/** Verdicts of one ordering: `confirmed in 3 of 6 comparisons (…), contradicted in 1 (…)`. */
export function orderingWords(
  all: readonly TableOrdering[],
  measures: Readonly<Record<string, string>>,
): string {
  const parts = (["holds", "fails", "not decided"] as const).flatMap((ruling) => {
    const own = all.filter(({ difference }) => difference.ruling === ruling);
    if (own.length === 0) return [];
    if (own.length === all.length) return [`${verdicts[ruling]} in all ${all.length}`];
    const sets = distinct(own.map(({ dataset }) => dataset)).map((dataset) =>
      `${dataset}: ${
        own.filter((each) => each.dataset === dataset).map(({ measure }) => measures[measure]).join(", ")
      }`
    );
    return [`${verdicts[ruling]} in ${own.length} of ${all.length} (${sets.join("; ")})`];
  });
  return `${orderingLabel(all[0])} ${parts.join(", ")}`;
}

/** How the orderings were judged. */
export function howJudgedByHolm(all: readonly TableOrdering[]): string {
  const known = all.filter(({ difference }) => whyNoInterval(difference) === "");
  if (known.length === 0) return "no two runs of one seed to compare, so nothing is decided";
  const seeds = known.map(({ difference }) => difference.count);
  return `paired over ${span(Math.min(...seeds), Math.max(...seeds))} seeds, ${
    count(known.length, "comparison")
  } together at 5 % by Holm's method`;
}

/** A difference in points, its p and its verdict, for a table. */
export function differenceCells({ difference }: TableOrdering): string[] {
  const { p, ruling } = difference, why = whyNoInterval(difference);
  const number = difference.count === 0
    ? "–"
    : hundredths({ ...difference, halfWidth: why ? NaN : difference.halfWidth });
  return [
    number,
    Number.isNaN(p) ? "–" : p < 0.001 ? "< 0.001" : p.toFixed(3),
    why ? `${verdicts[ruling]}: ${why}` : verdicts[ruling],
  ];
}

/** How the β were chosen, in a sentence for each data set; nothing where there was nothing to choose. */
export function choiceWords({ choices }: TableRows): string {
  return distinct(choices.map(({ dataset }) => dataset)).map((dataset) => {
    const own = choices.filter((each) => each.dataset === dataset);
    return `${dataset}: ${list(own.map(({ loss, chosen }) => `${chosen} for ${lossStyles[loss].name}`))}`;
  }).join("; ");
}
