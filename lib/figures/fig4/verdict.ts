import { type LossName, lossNames } from "../../losses/presets.ts";
import { type MeanInterval, meanInterval, simultaneousInterval } from "../../core/interval.ts";
import { accuracyDifference, clearSign } from "../paired.ts";
import { ascending } from "../rows.ts";
import { lossStyles } from "../theme.ts";
import { unhardened } from "../unhardened.ts";
import { betas, count, percent, points } from "../words.ts";
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
      return {
        loss,
        beta,
        accuracy: meanInterval(runs.map((row) => row.top1)),
        difference: accuracyDifference(runs, base),
      };
    });
  });
}

/**
 * One sentence: whether hardening raises the accuracy, by the best β of each loss and its paired difference to β = 0. As
 * the best of several is looked at, the intervals are those that hold for all β that have one together.
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
 *   { loss: "hscl", beta: 1, seed: 1, top1: 0.86 },
 * ]);
 * assert(text.includes("fails for H-SCL"));
 * ```
 */
export function fig4Caption(rows: readonly Fig4Row[]): string {
  const summary = summarizeFig4(rows);
  const parts = (["hucl", "hscl"] as const).flatMap((loss) => {
    const own = summary.filter((entry) => entry.loss === loss);
    return own.length === 0 ? [] : [bestWords(own, unhardened[loss])];
  });
  return `Hard negatives raise the kNN accuracy above that with β = 0: ${parts.join("; ")}.`;
}

function bestWords(entries: readonly Fig4Summary[], reference: LossName): string {
  const best = entries.reduce((a, b) => (b.accuracy.mean > a.accuracy.mean ? b : a));
  // A difference of single runs has no interval, and takes nothing from those that have.
  const judged = entries.filter(({ difference }) => difference !== undefined && difference.count > 1).length;
  const { loss, beta, accuracy } = best,
    together = ({ difference }: Fig4Summary) =>
      difference && simultaneousInterval(difference, Math.max(judged, 1));
  const difference = together(best);
  const name = lossStyles[loss].name, base = lossStyles[reference].name;
  const tried = entries.length > 1 ? `best at ${betas([beta])} of ${entries.length} values` : betas([beta]);
  const start = `${tried} with ${percent(accuracy)}`;
  if (!difference) return `not known for ${name} (${start}, no seed in common with ${base})`;
  const sign = clearSign(difference);
  const size = points({ ...difference, mean: Math.abs(difference.mean) });
  const than = `${size} ${difference.mean < 0 ? "below" : "above"} ${base}`;
  if (difference.count < 2) return `not decided for ${name} (${start}, ${than}; one seed: no interval)`;
  const several = judged > 1;
  const adjusted = several ? `, ${judged} intervals together 95 %` : "";
  const numbers = `${start}, ${than} paired over ${count(difference.count, "seed")}${adjusted}`;
  const lower = entries.filter((entry) => {
    const difference = together(entry);
    return difference !== undefined && clearSign(difference) < 0;
  });
  const harm = lower.length > 0 ? `; below ${base} at ${betas(lower.map((entry) => entry.beta))}` : "";
  if (sign === 0) {
    return `not decided for ${name} (${numbers}: within the ${several ? "" : "95 % "}interval${harm})`;
  }
  return `${sign > 0 ? "holds" : "fails"} for ${name} (${numbers}${harm})`;
}
