import { meanInterval } from "../../lib/core/interval.ts";
import { groupBySettings, type RunRecord } from "../../lib/experiment/mod.ts";
import { hundredths } from "../../lib/figures/words.ts";
import { alignedLines } from "../cli/mod.ts";

// With fewer, Student's t makes more than 1.4 of the half-width that many seeds would give.
const FEW_SEEDS = 5;

/** The accuracies of every combination of settings after the last epoch, over its seeds. */
export function summaryLines(records: readonly RunRecord[]): string[] {
  const groups = groupBySettings(records);
  const over = (runs: readonly RunRecord[], measure: "top1" | "classMean") =>
    hundredths(meanInterval(runs.map(({ metrics }) => metrics.at(-1)![measure])));
  const seeds = groups.map(({ runs }) => runs.length), least = Math.min(...seeds);
  return [
    ...alignedLines([
      ["settings", "kNN top-1, %", "class mean, %", "seeds"],
      ...groups.map((
        { label, runs },
      ) => [label, over(runs, "top1"), over(runs, "classMean"), `${runs.length}`]),
    ]),
    "",
    "after the last epoch; ± is the half-width of a 95 % interval of the mean over the seeds (Student's t)",
    ...(least === 1 ? ["one seed has no interval: what differs may be chance, --seeds 10 tells more"] : []),
    ...(least > 1 && least < FEW_SEEDS
      ? [`${least} seeds are few: the intervals are wide, --seeds 10 tells more`]
      : []),
  ];
}
