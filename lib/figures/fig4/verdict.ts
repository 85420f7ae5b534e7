import { type LossName, lossNames } from "../../losses/presets.ts";
import { type MeanInterval, meanInterval } from "../../core/interval.ts";
import { comparison, differenceBySeed, howJudged, type Judged, judgeTogether, someHolds } from "../court.ts";
import { ascending } from "../rows.ts";
import { lossStyles } from "../loss_styles.ts";
import { hardenedLosses, unhardened } from "../unhardened.ts";
import { betas, percent } from "../words.ts";
import { checkFig4Rows, type Fig4Row } from "./rows.ts";

/** The title of Figure 4. */
export const title = "kNN accuracy against the hardness of the negatives";

/** What Figure 4 puts to the test. */
export const claim = "For some hardness β, the kNN accuracy is above that with β = 0";

/** The accuracy of one loss with one β over the seeds. */
export interface Fig4Summary {
  /** Which loss the encoder was trained with. */
  loss: LossName;
  /** Strength β of the exponential hardening. */
  beta: number;
  /** Over the seeds; fractions. */
  accuracy: MeanInterval;
  /** Minus that with β = 0, paired by seed; `undefined` for β = 0 and where no seed has both. */
  difference: MeanInterval | undefined;
}

/**
 * The accuracy of each loss and β over the seeds, and how far it is above that of the same loss with β = 0, paired by
 * seed.
 *
 * @param rows one row per loss, β and seed, in any order
 * @returns one entry per loss, in the order UCL, SCL, H-UCL, H-SCL, and β, ascending
 * @throws {RangeError} if there are no rows, an accuracy is outside [0, 1], β does not belong to the loss, or a run
 * has two rows
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const [, { difference }] = figures.summarizeFig4([
 *   { loss: "scl", beta: 0, seed: 0, top1: 0.9 },
 *   { loss: "hscl", beta: 1, seed: 0, top1: 0.95 },
 * ]);
 * assertAlmostEquals(difference!.mean, 0.05, 1e-12);
 * ```
 */
export function summarizeFig4(rows: readonly Fig4Row[]): Fig4Summary[] {
  checkFig4Rows(rows);
  return lossNames.flatMap((loss) => {
    const own = rows.filter((row) => row.loss === loss);
    const reference = loss === "hucl" || loss === "hscl" ? unhardened[loss] : undefined;
    const base = rows.filter((row) => row.loss === reference);
    return ascending(own.map((row) => row.beta)).map((beta) => {
      const runs = own.filter((row) => row.beta === beta);
      const difference = differenceBySeed(runs, base, ({ top1 }) => top1);
      return {
        loss,
        beta,
        accuracy: meanInterval(runs.map((row) => row.top1)),
        difference: difference.count > 0 ? difference : undefined,
      };
    });
  });
}

/** What the values of β of one hardened loss do to its accuracy, judged together. */
interface Fig4Judgement {
  loss: LossName;
  entries: readonly Fig4Summary[];
  /** One per entry. */
  differences: readonly Judged[];
}

/** The hardened losses of the rows, each over all of its β. */
export function judgeFig4(rows: readonly Fig4Row[]): Fig4Judgement[] {
  const summary = summarizeFig4(rows), none = meanInterval([]);
  return hardenedLosses.flatMap((loss) => {
    const entries = summary.filter((entry) => entry.loss === loss);
    const differences = judgeTogether(entries.map(({ difference = none }) => difference));
    return entries.length === 0 ? [] : [{ loss, entries, differences }];
  });
}

/**
 * What the rows say: for each hardened loss, whether some β raises the accuracy, and the β with the highest, by
 * differences to β = 0 that are paired by seed. As any β of several may do it, the intervals of a loss hold for all of them
 * together.
 *
 * @param rows one row per loss, β and seed, in any order
 * @throws {RangeError} as {@linkcode summarizeFig4} does, and if no row is of H-UCL or H-SCL
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { figures } from "@hscl/hscl";
 * const text = figures.fig4Caption([
 *   { loss: "scl", beta: 0, seed: 0, top1: 0.9 },
 *   { loss: "scl", beta: 0, seed: 1, top1: 0.91 },
 *   { loss: "hscl", beta: 1, seed: 0, top1: 0.85 },
 *   { loss: "hscl", beta: 1, seed: 1, top1: 0.861 },
 * ]);
 * assert(text.includes("fails for H-SCL"));
 * ```
 */
export function fig4Caption(rows: readonly Fig4Row[]): string {
  const judgements = judgeFig4(rows);
  return `${claim}${howJudged(judgements.map(({ differences }) => differences))}: ${
    judgements.map(words).join("; ")
  }.`;
}

function words({ loss, entries, differences }: Fig4Judgement): string {
  const reference = lossStyles[unhardened[loss]].name;
  const ruled = (ruling: Judged["ruling"]) => {
    const some = entries.filter((_, index) => differences[index].ruling === ruling);
    return some.length > 0 ? betas(some.map(({ beta }) => beta)) : "";
  };
  const best = entries.reduce((a, b) => (b.accuracy.mean > a.accuracy.mean ? b : a));
  const verdict = someHolds(differences);
  const where = verdict === "holds" && entries.length > 1 ? ` at ${ruled("holds")}` : "";
  const highest = `${entries.length > 1 ? "highest at " : ""}${betas([best.beta])}: ${
    percent(best.accuracy)
  }, ${comparison(differences[entries.indexOf(best)], reference)}`;
  const harm = ruled("fails") && entries.length > 1 ? `; below ${reference} at ${ruled("fails")}` : "";
  return `${verdict}${where} for ${lossStyles[loss].name} (${highest}${harm})`;
}
