import { type LossOrder, lossOrders, lossOrderWords } from "../loss_order.ts";
import { ascending, distinct, lastEpoch } from "../rows.ts";
import type { Verdict } from "../verdict.ts";
import { betas, digits, list, shares, span } from "../words.ts";
import { checkFig3Rows, type Fig3Row } from "./rows.ts";

/** The title of Figure 3. */
export const title = "Assumption 1: are same-class samples closer under hard sampling?";

/** What Figure 3 puts to the test. */
export const claim =
  "Under hard sampling, an anchor's own class is closer to it than the other classes (Assumption 1)";

/** Whether Assumption 1 holds after the last epoch, for one data set and β. */
export interface Fig3Summary {
  /** Name of the data set. */
  dataset: string;
  /** Strength β of the exponential hardening. */
  beta: number;
  /** `holds`: at every anchor; `holds on average`: the mean gap is at least 0; `fails`: not even so. */
  verdict: Verdict;
  /** The row of the last epoch. */
  last: Fig3Row;
  /** The row of the first epoch. */
  first: Fig3Row;
}

/** The verdicts as the figure names them. */
export const verdictNames: Readonly<Record<Verdict, string>> = {
  "holds": "holds at every anchor",
  "holds on average": "holds on average",
  "fails": "fails on average",
};

/**
 * Whether Assumption 1 holds after the last epoch, per data set and β.
 *
 * @param rows one row per data set, β and epoch, in any order
 * @returns one entry per data set, as they first appear, and β, ascending
 * @throws {RangeError} if there are no rows, more than four β or eight data sets, two rows of one epoch, quantiles that
 * descend, or a share outside [0, 1]
 * @throws {TypeError} if a number is not finite
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const quantiles = { q05: 0.1, q25: 0.2, q50: 0.3, q75: 0.4, q95: 0.5 };
 * const row = { dataset: "MNIST", beta: 1, epoch: 0, quantiles, share: 1, anchors: 100, meanGap: 0.3 };
 * assertEquals(figures.summarizeFig3([row])[0].verdict, "holds");
 * ```
 */
export function summarizeFig3(rows: readonly Fig3Row[]): Fig3Summary[] {
  checkFig3Rows(rows);
  return distinct(rows.map((row) => row.dataset)).flatMap((dataset) => {
    const all = rows.filter((row) => row.dataset === dataset);
    return ascending(all.map((row) => row.beta)).map((beta) => {
      const own = all.filter((row) => row.beta === beta).sort((a, b) => a.epoch - b.epoch);
      const last = own.at(-1)!;
      return { dataset, beta, verdict: verdictOf(last), first: own[0], last };
    });
  });
}

/** Whether H-SCL stays at or below H-UCL on a data set whose losses are looked at, over all runs. */
export interface Fig3Order {
  /** Name of the data set. */
  dataset: string;
  /** Per β, of the run in which H-SCL is the least below. */
  orders: LossOrder[];
}

/** What Theorem 1 concludes of the assumption, for each data set whose losses are all there. */
export function ordersOfFig3(rows: readonly Fig3Row[]): Fig3Order[] {
  checkFig3Rows(rows);
  return distinct(rows.map(({ dataset }) => dataset)).flatMap((dataset) => {
    const own = rows.filter((row) => row.dataset === dataset);
    const losses = own.flatMap(({ beta, epoch, losses }) =>
      losses ? [{ beta, epoch, seed: 0, ...losses }] : []
    );
    return losses.length < own.length ? [] : [{ dataset, orders: lossOrders(losses, "hscl", "hucl") }];
  });
}

function verdictOf({ share, meanGap }: Fig3Row): Verdict {
  if (share === 1) return "holds";
  return meanGap >= 0 ? "holds on average" : "fails";
}

/**
 * What the rows say: Assumption 1, and on which data sets and for which β the rows support it.
 *
 * @param rows one row per data set, β and epoch, in any order
 * @throws as {@linkcode summarizeFig3} does
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const quantiles = { q05: -0.5, q25: -0.4, q50: -0.3, q75: -0.2, q95: -0.1 };
 * const row = { dataset: "noise", beta: 1, epoch: 0, quantiles, share: 0, anchors: 100, meanGap: -0.3 };
 * assert(figures.fig3Caption([row]).includes("fails even for the mean over the anchors on noise"));
 * ```
 */
export function fig3Caption(rows: readonly Fig3Row[]): string {
  const summary = summarizeFig3(rows);
  const parts = distinct(summary.map((entry) => entry.dataset)).flatMap((dataset) => {
    const own = summary.filter((entry) => entry.dataset === dataset);
    const verdicts = distinct(own.map((entry) => entry.verdict));
    return verdicts.map((verdict) =>
      verdictWords(own.filter((entry) => entry.verdict === verdict), verdicts.length > 1)
    );
  });
  const when = lastEpoch(rows) > 0 ? "after the last epoch" : "before training";
  return `${claim}, ${when}: ${parts.join("; ")}.${orderWords(rows)}`;
}

/** A sentence on Theorem 1, where it is looked at. */
function orderWords(rows: readonly Fig3Row[]): string {
  const parts = ordersOfFig3(rows).map(({ dataset, orders }) =>
    `on ${dataset} ${lossOrderWords(orders, { holds: "at or below it", fails: "above it" })}`
  );
  if (parts.length === 0) return "";
  return ` Against the H-UCL loss, the H-SCL loss, which Theorem 1 has at or below it where the assumption holds, is ${
    parts.join("; ")
  }.`;
}

/** The verdicts alone: `holds on average on MNIST digits`. */
export function fig3Finding(rows: readonly Fig3Row[]): string {
  // Without how the classes of a made-up set change.
  const found = summarizeFig3(rows).map(({ dataset, verdict }) =>
    `${verdictNames[verdict]} on ${dataset.replace(/ with .*/, "")}`
  );
  return distinct(found).join("; ");
}

function verdictWords(entries: readonly Fig3Summary[], mixed: boolean): string {
  const { verdict, dataset, first, last } = entries[0];
  const of = mixed ? ` for ${betas(entries.map((entry) => entry.beta))}` : "";
  const share = `${shares(entries.map((entry) => entry.last.share))} of ${anchorText(entries)}`;
  const before = first.epoch < last.epoch
    ? `, ${shares(entries.map((entry) => entry.first.share))} at epoch ${first.epoch}`
    : "";
  if (verdict === "holds") {
    return `holds at every anchor on ${dataset}${of} (${anchorText(entries)}${before})`;
  }
  if (verdict === "holds on average") {
    return `holds for the mean over the anchors, not at every one, on ${dataset}${of} (${share}${before})`;
  }
  const gaps = entries.map((entry) => entry.last.meanGap);
  const gap = list(distinct([Math.min(...gaps), Math.max(...gaps)].map((value) => digits(value, 2))));
  return `fails even for the mean over the anchors on ${dataset}${of} (${share}${before}; mean gap ${
    gap.replace(" and ", " to ")
  })`;
}

function anchorText(entries: readonly Fig3Summary[]): string {
  const numbers = ascending(entries.map((entry) => entry.last.anchors));
  const runs = ascending(entries.flatMap((entry) => entry.last.runs ?? []));
  const of = runs.length > 0 ? ` of ${span(runs[0], runs.at(-1)!)} run${runs.at(-1) === 1 ? "" : "s"}` : "";
  return `${span(numbers[0], numbers.at(-1)!)} anchors${of}`;
}
