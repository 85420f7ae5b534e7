import type { FlagValues } from "../../core/flags.ts";
import { historyStatistics } from "../../experiment/history_statistics.ts";
import { lossSettings } from "../../experiment/loss_flags.ts";
import { checkLoss, contextOf, datasetLabel, type Experiment, runsOf } from "../../experiment/plan.ts";
import type { RunRecord } from "../../experiment/settings.ts";
import { exponential } from "../../hardening/exponential.ts";
import { populationLosses } from "../../theory/population_losses.ts";
import { theorem2 } from "../../theory/theorem2.ts";
import { betasFlag, type BetasFlags, betasOf, hardeningOf } from "../betas.ts";
import { type FigureContent, type FigureExperiment, THEORY_TEMPERATURE } from "../experiment.ts";
import { sharedContext } from "../settings.ts";
import type { Fig6Context } from "./draw.ts";
import { type Fig6Row, MOST_DATASETS } from "./rows.ts";

const flags: BetasFlags = {
  betas: betasFlag(
    [0.1, 0.2, 0.5, 1, 2, 5, 10],
    "Strengths of the hardening exp(βu/T) of the H-SCL loss, at most twelve",
  ),
};

/** The losses and the premise for every epoch of a run and every β. */
async function rowsOf(record: RunRecord, betas: readonly number[]): Promise<Fig6Row[]> {
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

/** The rows of all runs of one data set. */
async function trainedRows(
  { plan, ensure }: Experiment,
  flags: FlagValues<BetasFlags>,
): Promise<FigureContent<readonly Fig6Row[], Fig6Context>> {
  const betas = betasOf(flags.betas, 12);
  // Computed after the training.
  betas.forEach((beta) => checkLoss(lossSettings("hscl", plan.temperature, hardeningOf(beta))));
  const records = await ensure(runsOf(plan, [lossSettings("ucl", plan.temperature)]));
  const rows = (await Promise.all(records.map((record) => rowsOf(record, betas)))).flat();
  return { rows, context: contextOf(plan) };
}

/**
 * Trains with UCL and takes, before training and after every epoch, the UCL and H-SCL losses of the test embeddings for many
 * β, and the share of the anchors at which the premise of Theorem 2, E[g] ≤ h_diff, is fulfilled.
 */
export const experiment: FigureExperiment<readonly Fig6Row[], Fig6Context, typeof flags> = {
  summary: "Trains UCL and draws where it bounds the H-SCL loss from below, over β and the epochs.",
  flags,
  examples: [
    "--betas 0.5,1,2 --epochs 20",
    "--datasets mnist,characters,cifar10 --data ~/cifar-10-batches-bin",
  ],
  leastTemperature: THEORY_TEMPERATURE,
  rows: trainedRows,
  several: {
    most: MOST_DATASETS,
    rows: async (experiment, flags) => {
      const { rows, context } = await trainedRows(experiment, flags);
      const dataset = datasetLabel(experiment.plan.data);
      return { rows: rows.map((row) => ({ dataset, ...row })), context };
    },
    together: (parts) =>
      Promise.resolve({
        rows: parts.flatMap(({ rows }) => rows),
        context: sharedContext(parts.map(({ context }) => context)),
      }),
  },
};
