/**
 * Figure 1: which of the four losses learns the better representation? Trains UCL, SCL, H-UCL and H-SCL over several
 * seeds, and draws their kNN accuracy over the epochs with 95 % intervals.
 */
import { figures } from "../mod.ts";
import { lossNames, type RunRecord } from "../lib/train/mod.ts";
import { command } from "./cli/mod.ts";
import { comparisonFlags, comparisonRuns } from "./runs/comparison.ts";
import { contextOf } from "./runs/context.ts";
import { figureFolder, writeFigure } from "./runs/write_figure.ts";

/** The rows that the figure is drawn from: one per loss, seed and epoch. */
function rowsOf(records: readonly RunRecord[]): figures.Fig1Row[] {
  return records.flatMap(({ settings, metrics }) =>
    metrics.map(({ epoch, loss, top1, top5 }) => ({
      loss: settings.loss.name,
      seed: settings.seed,
      epoch,
      trainLoss: loss,
      top1,
      top5,
    }))
  );
}

const script = command({
  name: "fig1",
  summary:
    "Trains the four losses and draws their kNN accuracy over the epochs, with 95 % intervals over the seeds.",
  flags: comparisonFlags,
  examples: [
    "deno task fig1",
    "deno task fig1 --preset smoke",
    "deno task fig1 --dataset cifar10 --data ~/cifar-10-batches-bin --epochs 20",
    "deno task fig1 --losses scl,hscl --beta 2 --seeds 10",
  ],
}, async (flags) => {
  const { records, plan } = await comparisonRuns("fig1", flags, lossNames);
  const rows = rowsOf(records);
  const context: figures.Fig1Context = { ...contextOf(plan), beta: flags.beta };
  await writeFigure({
    folder: figureFolder(flags, "fig1"),
    record: figures.figureRecords.fig1,
    rows,
    context,
  });
});

export default script;
if (import.meta.main) await script.run();
