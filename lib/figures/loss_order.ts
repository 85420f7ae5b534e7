import { checkNumber } from "../core/checks.ts";
import { meanInterval } from "../core/interval.ts";
import { ascending, checkEpochRows, distinct } from "./rows.ts";
import type { NegativeKind } from "../core/negative_kinds.ts";
import type { Verdict } from "./verdict.ts";
import { betas, count, digits, epochs, list, span } from "./words.ts";

/** Population losses of one embedding, or some of them: one epoch of one run, evaluated with one β. */
export interface LossRow {
  /** Strength β of the exponential hardening. */
  beta: number;
  /** Seed of the run. */
  seed: number;
  /** Passes over the training images so far; 0 is before training. */
  epoch: number;
}

/** Whether one loss stays below another for one β. */
export interface LossOrder {
  /** Strength β of the exponential hardening. */
  beta: number;
  /** `holds`: in every row; `holds on average`: for the mean over the seeds at every epoch; `fails`: not even so. */
  verdict: Verdict;
  /** The epochs at which it fails: for the mean over the seeds if the verdict is `fails`, for a seed otherwise. */
  failingEpochs: readonly number[];
  /** The seeds for which it fails at some epoch. */
  failingSeeds: readonly number[];
  /** The smallest of upper minus lower loss over all rows, with its place. */
  smallest: { readonly margin: number; readonly epoch: number; readonly seed: number };
  /** Every epoch that has rows. */
  epochs: readonly number[];
  /** How many runs, one per seed, there are. */
  runs: number;
}

type Losses = LossRow & Partial<Record<NegativeKind, number>>;

/** Throws unless the rows are one per β, seed and epoch, with a finite loss of each kind. */
export function checkLossRows(
  figure: string,
  rows: readonly Losses[],
  losses: readonly NegativeKind[],
): void {
  checkEpochRows(figure, rows, 0);
  for (const row of rows) {
    for (const loss of losses) checkNumber(`${loss} of a row`, row[loss]!);
  }
}

/** Losses that differ by less, relative to their size, are a tie: of equal means, summed in another order. */
const ROUNDING = 1e-12;

/** The same of losses that were computed with single precision. */
export const SINGLE_ROUNDING = 1e-6;

/** Whether `lower` is above `upper` in a row by more than rounding. */
export function isAbove(
  row: Losses,
  lower: NegativeKind,
  upper: NegativeKind,
  rounding: number = ROUNDING,
): boolean {
  return row[lower]! - row[upper]! > rounding * Math.abs(row[upper]!);
}

/** Whether `lower` ≤ `upper` in checked rows, per β in ascending order. */
export function lossOrders(
  rows: readonly Losses[],
  lower: NegativeKind,
  upper: NegativeKind,
  rounding: number = ROUNDING,
): LossOrder[] {
  const margin = (row: Losses) => {
    const difference = row[upper]! - row[lower]!;
    return difference < 0 && !isAbove(row, lower, upper, rounding) ? 0 : difference;
  };
  return ascending(rows.map((row) => row.beta)).map((beta) => {
    const own = rows.filter((row) => row.beta === beta);
    const all = ascending(own.map((row) => row.epoch));
    const failing = own.filter((row) => margin(row) < 0);
    const meanFails = all.filter((epoch) =>
      meanInterval(own.filter((row) => row.epoch === epoch).map(margin)).mean < 0
    );
    const least = own.reduce((a, b) => (margin(b) < margin(a) ? b : a));
    return {
      beta,
      verdict: failing.length === 0 ? "holds" : meanFails.length === 0 ? "holds on average" : "fails",
      failingEpochs: meanFails.length > 0 ? meanFails : ascending(failing.map((row) => row.epoch)),
      failingSeeds: ascending(failing.map((row) => row.seed)),
      smallest: { margin: margin(least), epoch: least.epoch, seed: least.seed },
      epochs: all,
      runs: distinct(own.map((row) => row.seed)).length,
    };
  });
}

/** What the order of two losses is called where it holds and where it fails. */
export interface OrderWords {
  readonly holds: string;
  readonly fails: string;
}

/** The verdicts as part of a sentence: those that hold together, then those that fail at the same epochs together. */
export function lossOrderWords(
  orders: readonly LossOrder[],
  { holds, fails }: OrderWords = { holds: "holds", fails: "fails" },
): string {
  const holding = orders.filter((order) => order.verdict === "holds");
  const failing = orders.filter((order) => order.verdict === "fails");
  const parts = distinct(failing.map(failingEpochs)).map((where) => {
    const together = failing.filter((order) => failingEpochs(order) === where);
    return `${fails} for ${betas(together.map(({ beta }) => beta))} at ${where} (by up to ${
      worstOf(together)
    })`;
  });
  for (const order of orders.filter(({ verdict }) => verdict === "holds on average")) {
    parts.push(
      `${holds} on average over the seeds at every epoch for ${betas([order.beta])}, but not for ${
        seedNames(order)
      } at ${failingEpochs(order)} (by up to ${worstOf([order])})`,
    );
  }
  if (holding.length > 0) {
    const { beta, smallest } = holding.reduce((a, b) => (b.smallest.margin < a.smallest.margin ? b : a));
    const at = `at epoch ${smallest.epoch}${holding.length > 1 ? ` with ${betas([beta])}` : ""}`;
    const of = betas(holding.map((order) => order.beta));
    parts.unshift(`${holds} at every epoch for ${of} (smallest margin ${digits(smallest.margin)}, ${at})`);
  }
  return parts.join("; ");
}

/** The verdicts alone: `holds for β = 1 and 2; fails for β = 5`. */
export function lossOrderFinding(orders: readonly LossOrder[]): string {
  return distinct(orders.map(({ verdict }) => verdict)).map((verdict) =>
    `${verdict} for ${betas(orders.filter((order) => order.verdict === verdict).map(({ beta }) => beta))}`
  ).join("; ");
}

/** How many runs were looked at: `1 run per β`, `3–4 runs per β`. */
export function runsPerBeta(orders: readonly LossOrder[]): string {
  const numbers = orders.map(({ runs }) => runs), most = Math.max(...numbers);
  return `${span(Math.min(...numbers), most)} run${most === 1 ? "" : "s"} per β`;
}

/** The order of two losses for one β in a few words, for a heading. */
export function lossOrderNote(
  { verdict, failingEpochs, epochs: all }: LossOrder,
  lower: string,
  upper: string,
): string {
  if (verdict === "holds") return `${lower} nowhere above ${upper}`;
  if (verdict === "holds on average") return `${lower} above ${upper} for single seeds`;
  return `${lower} above ${upper} at ${failingEpochs.length} of ${count(all.length, "epoch")}`;
}

function failingEpochs({ failingEpochs: failing, epochs: all }: LossOrder): string {
  return epochs(failing, all);
}

function worstOf(orders: readonly LossOrder[]): string {
  return digits(Math.max(...orders.map(({ smallest }) => -smallest.margin)));
}

function seedNames({ failingSeeds }: LossOrder): string {
  return `seed${failingSeeds.length === 1 ? "" : "s"} ${list(failingSeeds)}`;
}
