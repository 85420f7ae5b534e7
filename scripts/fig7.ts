/**
 * Figure 7: how fast do the losses with k negatives reach their limit? Draws negatives from the four distributions for the
 * test embeddings of a trained H-SCL run, and compares the losses with k of them with those of infinitely many.
 */
import { checkConvergence, exponential, figures } from "../mod.ts";
import { readHistory } from "../lib/train/mod.ts";
import { command } from "./cli/mod.ts";
import { betaFlag } from "./runs/comparison.ts";
import { contextOf } from "./runs/context.ts";
import { negativeWeightOf } from "./runs/history_statistics.ts";
import { lossOf, runsOf } from "./runs/plan.ts";
import { theoryFlags, trainRuns } from "./runs/training.ts";
import { figureFolder, writeFigure } from "./runs/write_figure.ts";

// The claim is about large k: with a few negatives there are terms of higher order.
const negatives = [16, 32, 64, 128, 256, 512, 1024];

const { seeds: _, ...oneRunFlags } = theoryFlags;

const script = command({
  name: "fig7",
  summary: "Trains H-SCL once and draws how far the losses with k sampled negatives are from their limit.",
  flags: { ...oneRunFlags, beta: betaFlag },
  examples: ["deno task fig7", "deno task fig7 --preset smoke", "deno task fig7 --beta 5"],
}, async (flags) => {
  const { records: [record], plan } = await trainRuns(
    "fig7",
    { ...flags, seeds: 1 },
    (plan) => runsOf(plan, [lossOf("hscl", plan.temperature, flags.beta)]),
  );
  const { embeddings, dim, labels } = (await readHistory(record)).at(-1)!;
  const reports = checkConvergence(embeddings, dim, labels, {
    hardenings: [exponential(flags.beta)],
    temperature: plan.temperature,
    negativeWeight: negativeWeightOf(plan.batchSize),
    negatives,
    anchors: 300,
    draws: 32,
  });
  const rows: figures.Fig7Rows = {
    gaps: reports.flatMap(({ loss, meanGaps }) =>
      meanGaps.map(({ mean, low, high }, i) => ({
        kind: loss,
        k: negatives[i],
        gap: Math.abs(mean),
        halfWidth: (high - low) / 2,
      }))
    ),
    slopes: reports.filter(({ slope }) => !Number.isNaN(slope.mean)).map(({ loss, slope }) => ({
      kind: loss,
      slope: slope.mean,
      low: slope.low,
      high: slope.high,
    })),
  };
  const context = { ...contextOf(plan), beta: flags.beta };
  await writeFigure({
    folder: figureFolder(flags, "fig7"),
    record: figures.figureRecords.fig7,
    rows,
    context,
  });
});

export default script;
if (import.meta.main) await script.run();
