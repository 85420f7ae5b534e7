import { comparisonFlags } from "../../experiment/loss_flags.ts";
import type { RunRecord } from "../../experiment/settings.ts";
import { comparisonRuns } from "../comparison.ts";
import type { FigureExperiment } from "../experiment.ts";
import type { Fig1Context } from "./draw.ts";
import type { Fig1Row } from "./rows.ts";

/** One row per loss, seed and epoch. */
function rowsOf({ settings, metrics }: RunRecord): Fig1Row[] {
  return metrics.map(({ epoch, loss, top1, top5 }) => ({
    loss: settings.loss.name,
    seed: settings.seed,
    epoch,
    trainLoss: loss,
    top1,
    top5,
  }));
}

/** Trains losses over several seeds. */
export const experiment: FigureExperiment<readonly Fig1Row[], Fig1Context, typeof comparisonFlags> = {
  summary:
    "Trains the four losses and draws their kNN accuracy over the epochs, with 95 % intervals over the seeds.",
  flags: comparisonFlags,
  examples: [
    "--dataset cifar10 --data ~/cifar-10-batches-bin --epochs 20",
    "--losses scl,hscl,supCon --beta 2 --seeds 10",
  ],
  rows: async (experiment, flags) => {
    const { records, context } = await comparisonRuns(experiment, flags);
    return { rows: records.flatMap(rowsOf), context };
  },
};
