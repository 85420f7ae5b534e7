import { comparisonFlags } from "../../experiment/loss_flags.ts";
import { readHistory } from "../../experiment/run_history.ts";
import type { RunRecord } from "../../experiment/settings.ts";
import { collapseGeometry } from "../../theory/geometry.ts";
import { comparisonRuns } from "../comparison.ts";
import type { FigureExperiment } from "../experiment.ts";
import type { Fig1Context } from "./draw.ts";
import type { Fig1Row } from "./rows.ts";

/** One row per loss, seed and epoch; the last one with the spectrum. */
async function rowsOf(record: RunRecord): Promise<Fig1Row[]> {
  const { settings, metrics } = record;
  const rows: Fig1Row[] = metrics.map(({ epoch, loss, classMean, top1, top5 }) => ({
    loss: settings.loss.name,
    seed: settings.seed,
    epoch,
    trainLoss: loss,
    classMean,
    top1,
    top5,
  }));
  const { embeddings, dim, labels } = (await readHistory(record)).at(-1)!;
  const { logSpectrum } = collapseGeometry(embeddings, dim, labels);
  // Eigenvalues of a covariance are squares of singular values.
  const spectrum = Array.from(logSpectrum, (log) => 10 ** ((log - logSpectrum[0]) / 2));
  return [...rows.slice(0, -1), { ...rows.at(-1)!, spectrum }];
}

/** Trains losses over several seeds. */
export const experiment: FigureExperiment<readonly Fig1Row[], Fig1Context, typeof comparisonFlags> = {
  summary:
    "Trains the four losses and draws their accuracy over the epochs, with 95 % intervals over the seeds, and how many " +
    "directions their class means use.",
  flags: comparisonFlags,
  examples: [
    "--dataset cifar10 --data ~/cifar-10-batches-bin --epochs 20",
    "--losses scl,hscl,supCon --beta 2 --seeds 10",
  ],
  rows: async (experiment, flags) => {
    const { records, context } = await comparisonRuns(experiment, flags);
    return { rows: (await Promise.all(records.map(rowsOf))).flat(), context };
  },
};
