/**
 * Figure 4: what does the hardness of the negatives do to the accuracy? Trains H-UCL and H-SCL with several β, and UCL and
 * SCL as what they are with β = 0, and draws the final kNN accuracy with 95 % intervals over the seeds.
 */
import { figures } from "../mod.ts";
import { command } from "./cli/mod.ts";
import { betaOf, betasFlag, betasOf } from "./runs/betas.ts";
import { contextOf } from "./runs/context.ts";
import { lossOf, runsOf } from "./runs/plan.ts";
import { trainingFlags, trainRuns } from "./runs/training.ts";
import { figureFolder, writeFigure } from "./runs/write_figure.ts";

const script = command({
  name: "fig4",
  summary: "Trains H-UCL and H-SCL with several β, and UCL and SCL, and draws their kNN accuracy against β.",
  flags: {
    ...trainingFlags,
    betas: betasFlag([1, 2, 5], "Strengths of the hardening exp(βu/T), at most twelve"),
  },
  examples: ["deno task fig4", "deno task fig4 --preset smoke", "deno task fig4 --betas 1,10 --seeds 10"],
}, async (flags) => {
  const betas = betasOf(flags.betas, 12);
  const { records, plan } = await trainRuns("fig4", flags, (plan) => {
    const hardened = betas.flatMap((beta) =>
      (["hucl", "hscl"] as const).map((loss) => lossOf(loss, plan.temperature, beta))
    );
    return runsOf(plan, [
      lossOf("ucl", plan.temperature, 0),
      lossOf("scl", plan.temperature, 0),
      ...hardened,
    ]);
  });
  const rows = records.map(({ settings, metrics }): figures.Fig4Row => ({
    loss: settings.loss.name,
    beta: betaOf(settings),
    seed: settings.seed,
    top1: metrics[metrics.length - 1].top1,
  }));
  const context = contextOf(plan);
  await writeFigure({
    folder: figureFolder(flags, "fig4"),
    record: figures.figureRecords.fig4,
    rows,
    context,
  });
});

export default script;
if (import.meta.main) await script.run();
