/**
 * Figure 6: Theorem 2, why UCL cannot stand in for H-SCL. Trains with UCL and takes, before training and after every
 * epoch, the UCL and H-SCL losses of the test embeddings for many β, and the share of the anchors at which the theorem's
 * premise E[g] ≤ h_diff is fulfilled.
 */
import { exponential, figures, populationLosses, theorem2 } from "../mod.ts";
import type { RunRecord } from "../lib/train/mod.ts";
import { command } from "./cli/mod.ts";
import { betasFlag, betasOf } from "./runs/betas.ts";
import { contextOf } from "./runs/context.ts";
import { historyStatistics } from "./runs/history_statistics.ts";
import { lossOf, runsOf } from "./runs/plan.ts";
import { theoryFlags, trainRuns } from "./runs/training.ts";
import { figureFolder, writeFigure } from "./runs/write_figure.ts";

/** The losses and the premise for every epoch of a run and every β. */
async function rowsOf(record: RunRecord, betas: readonly number[]): Promise<figures.Fig6Row[]> {
  const { seed } = record.settings;
  return (await historyStatistics(record, betas.map(exponential))).flatMap(({ epoch, statistics }) => {
    const losses = populationLosses(statistics), reports = theorem2(statistics);
    return betas.map((beta, b) => ({
      beta,
      seed,
      epoch,
      share: reports[b].premise.share,
      ucl: losses[b].ucl.mean,
      hscl: losses[b].hscl.mean,
    }));
  });
}

const script = command({
  name: "fig6",
  summary: "Trains UCL and draws where it bounds the H-SCL loss from below, over β and the epochs.",
  flags: {
    ...theoryFlags,
    betas: betasFlag(
      [0.1, 0.2, 0.5, 1, 2, 5, 10],
      "Strengths of the hardening exp(βu/T) of the H-SCL loss, at most twelve",
    ),
  },
  examples: ["deno task fig6", "deno task fig6 --preset smoke", "deno task fig6 --betas 0.5,1,2 --epochs 20"],
}, async (flags) => {
  const betas = betasOf(flags.betas, 12);
  const { records, plan } = await trainRuns(
    "fig6",
    flags,
    (plan) => runsOf(plan, [lossOf("ucl", plan.temperature, 0)]),
  );
  const rows = (await Promise.all(records.map((record) => rowsOf(record, betas)))).flat();
  const context = contextOf(plan);
  await writeFigure({
    folder: figureFolder(flags, "fig6"),
    record: figures.figureRecords.fig6,
    rows,
    context,
  });
});

export default script;
if (import.meta.main) await script.run();
