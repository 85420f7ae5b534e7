import { meanInterval } from "../../core/interval.ts";
import { isAbove, type LossOrder, lossOrders, lossOrderWords, runsPerBeta } from "../loss_order.ts";
import { epochsOfChange } from "../rows.ts";
import { betas, count, digits, shares } from "../words.ts";
import { byDataset, checkFig6Rows, type Fig6Row } from "./rows.ts";

/** The title of Figure 6. */
export const title = "Theorem 2: UCL and H-SCL losses while training with UCL";

/** What Figure 6 puts to the test. */
export const claim = "Where the premise of Theorem 2 holds, the UCL loss is at or below the H-SCL loss";

/** Where UCL stays at or below H-SCL, for one β. */
export interface Fig6Summary extends LossOrder {
  /** Name of the data set; left out where there is one only. */
  dataset?: string;
  /** Mean over the seeds of the share of anchors that fulfil the premise, after the last epoch. */
  share: number;
  /**
   * The epochs between which changes are counted: from the first of training where there are two or more, as before training
   * the encoder maps all inputs to almost one point.
   */
  changeEpochs: readonly [first: number, last: number];
  /** Change of the UCL loss between these epochs, mean over the seeds. */
  uclChange: number;
  /** Change of the H-SCL loss between these epochs, mean over the seeds. */
  hsclChange: number;
  /** How many rows there are. */
  rows: number;
  /** Rows in which every anchor fulfils the premise, so that the theorem applies. */
  applicable: number;
  /** Of these, rows in which UCL is above H-SCL: a contradiction to the theorem. */
  contradictions: number;
}

/**
 * Where UCL stays at or below H-SCL, how many anchors fulfil the premise of Theorem 2, and how far both losses moved,
 * per data set, where rows name it, and β.
 *
 * @param rows one row per data set, β, seed and epoch, in any order
 * @returns one entry per data set, as they first appear, and β, ascending
 * @throws {RangeError} if there are no rows, more than 12 β or 8 data sets, a share outside [0, 1], or two rows of one epoch
 * of a run
 * @throws {TypeError} if a loss is not a finite number
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const row = { beta: 1, seed: 0, share: 0.9 };
 * const [{ verdict, uclChange }] = figures.summarizeFig6([
 *   { ...row, epoch: 1, ucl: 4, hscl: 4.5 },
 *   { ...row, epoch: 2, ucl: 3, hscl: 4.5 },
 * ]);
 * assertEquals(verdict, "holds");
 * assertEquals(uclChange, -1);
 * ```
 */
export function summarizeFig6(rows: readonly Fig6Row[]): Fig6Summary[] {
  checkFig6Rows(rows);
  return byDataset(rows).flatMap(({ dataset, own }) => {
    const name = dataset === undefined ? {} : { dataset };
    return summaryOf(own).map((entry) => ({ ...name, ...entry }));
  });
}

/** Those of one data set. */
function summaryOf(rows: readonly Fig6Row[]): Fig6Summary[] {
  return lossOrders(rows, "ucl", "hscl").map((order) => {
    const own = rows.filter((row) => row.beta === order.beta);
    const at = (epoch: number) => own.filter((row) => row.epoch === epoch);
    const changeEpochs = epochsOfChange(order.epochs), [first, last] = changeEpochs.map(at);
    const mean = (some: readonly Fig6Row[], key: "share" | "ucl" | "hscl") =>
      meanInterval(some.map((row) => row[key])).mean;
    const applicable = own.filter((row) => row.share === 1);
    return {
      ...order,
      share: mean(last, "share"),
      changeEpochs,
      uclChange: mean(last, "ucl") - mean(first, "ucl"),
      hsclChange: mean(last, "hscl") - mean(first, "hscl"),
      rows: own.length,
      applicable: applicable.length,
      contradictions: applicable.filter((row) => isAbove(row, "ucl", "hscl")).length,
    };
  });
}

/** In how many cases the theorem applies, and in how many it is contradicted there. */
function casesOf(
  summary: readonly Fig6Summary[],
): { all: number; applicable: number; contradictions: number } {
  const sum = (key: "rows" | "applicable" | "contradictions") =>
    summary.reduce((total, entry) => total + entry[key], 0);
  return { all: sum("rows"), applicable: sum("applicable"), contradictions: sum("contradictions") };
}

/** Whether the theorem holds where it applies, in a few words. */
export function fig6Finding(rows: readonly Fig6Row[]): string {
  return byDataset(summarizeFig6(rows)).map(({ dataset, own }) =>
    dataset === undefined ? findingOf(own) : `${dataset}: ${findingOf(own)}`
  ).join("; ");
}

function findingOf(summary: readonly Fig6Summary[]): string {
  const { all, applicable, contradictions } = casesOf(summary);
  if (applicable === 0) return `not tested: none of ${count(all, "case")} has the premise`;
  const cases = `${applicable} of ${count(all, "case")} with the premise`;
  return contradictions === 0 ? `holds in all ${cases}` : `contradicted in ${contradictions} of the ${cases}`;
}

/** Whether the theorem holds where it applies, and what a case is. */
function theoremWords(summary: readonly Fig6Summary[]): string {
  const { all, applicable, contradictions } = casesOf(summary);
  const whole = `${count(all, "case")} (each epoch of ${runsPerBeta(summary)})`;
  if (applicable === 0) return `not tested, as none of ${whole} has the premise at every anchor`;
  const cases = `${count(applicable, "case")} with the premise at every anchor, of ${whole}`;
  return contradictions === 0
    ? `holds in ${applicable === 1 ? "the" : "all"} ${cases}`
    : `contradicted in ${contradictions} of ${cases}`;
}

/**
 * What the rows say: whether the theorem holds where its premise does, where the premise fails, for which β UCL stays below
 * H-SCL, and whether UCL falls while H-SCL does not, so that UCL cannot stand in for H-SCL; of several data sets, each.
 *
 * @param rows one row per data set, β, seed and epoch, in any order
 * @throws as {@linkcode summarizeFig6} does
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const row = { beta: 1, seed: 0, share: 0.9 };
 * const text = figures.fig6Caption([
 *   { ...row, epoch: 0, ucl: 4, hscl: 4.5 },
 *   { ...row, epoch: 1, ucl: 3, hscl: 4.6 },
 * ]);
 * assert(text.includes("UCL falls while H-SCL does not for β = 1"));
 * ```
 */
export function fig6Caption(rows: readonly Fig6Row[]): string {
  const sets = byDataset(summarizeFig6(rows));
  if (sets.length === 1) {
    const [{ dataset, own }] = sets, on = dataset === undefined ? "" : `, on ${dataset}`;
    return [`${claim}${on}: ${theoremWords(own)}`, ...resultWords(own)].join(". ") + ".";
  }
  return [
    `${claim}: ${sets.map(({ dataset, own }) => `on ${dataset} ${theoremWords(own)}`).join("; ")}`,
    ...sets.map(({ dataset, own }) => {
      const [premise, ...others] = resultWords(own);
      return [`On ${dataset}: ${premise[0].toLowerCase()}${premise.slice(1)}`, ...others].join(". ");
    }),
  ].join(". ") + ".";
}

/** What became of the premise and of the losses, a sentence each. */
function resultWords(summary: readonly Fig6Summary[]): string[] {
  return [
    premiseWords(summary),
    `Over all cases UCL is ${lossOrderWords(summary, { holds: "at or below H-SCL", fails: "above H-SCL" })}`,
    changeWords(summary),
  ];
}

function premiseWords(summary: readonly Fig6Summary[]): string {
  const when = "After the last epoch the premise";
  const failing = summary.filter(({ share }) => share < 1);
  if (failing.length === 0) return `${when} holds at every anchor`;
  return `${when} fails at ${shares(failing.map(({ share }) => 1 - share))} of the anchors for ${
    betas(failing.map(({ beta }) => beta))
  }${failing.length < summary.length ? ", and at none for the other β" : ""}`;
}

function changeWords(summary: readonly Fig6Summary[]): string {
  if (summary.every((entry) => entry.epochs.length < 2)) return "One epoch: no change of the losses to see";
  const shown = summary.filter(uclAloneFalls);
  const example = shown.length > 0 ? shown.at(-1)! : summary.at(-1)!;
  const [from, to] = example.changeEpochs;
  const numbers = `from epoch ${from} to ${to}, with ${betas([example.beta])}, UCL changes by ${
    digits(example.uclChange, 2)
  } and H-SCL by ${digits(example.hsclChange, 2)}, mean over the runs`;
  return shown.length > 0
    ? `UCL falls while H-SCL does not for ${betas(shown.map((entry) => entry.beta))} (${numbers})`
    : `For no β does UCL fall while H-SCL does not (${numbers})`;
}

/** Whether UCL fell while H-SCL did not, mean over the seeds. */
export function uclAloneFalls({ uclChange, hsclChange }: Fig6Summary): boolean {
  return uclChange < 0 && hsclChange >= 0;
}
