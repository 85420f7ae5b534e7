/**
 * Figure 2: does the H-SCL loss stay below the H-UCL loss while training with H-UCL? Trains H-UCL with several β and
 * takes the four population losses of the test embeddings before training and after every epoch.
 */
import { exponential, figures, populationLosses } from "../mod.ts";
import type { RunRecord } from "../lib/train/mod.ts";
import { command } from "./cli/mod.ts";
import { betaOf } from "./runs/betas.ts";
import { contextOf } from "./runs/context.ts";
import { historyStatistics } from "./runs/history_statistics.ts";
import { huclSweep, huclSweepFlags } from "./runs/hucl_sweep.ts";
import { figureFolder, writeFigure } from "./runs/write_figure.ts";

/** The losses over the epochs of a run, with the β it was trained with. */
async function rowsOf(record: RunRecord): Promise<figures.Fig2Row[]> {
  const { seed } = record.settings, beta = betaOf(record.settings);
  return (await historyStatistics(record, [exponential(beta)])).map(({ epoch, statistics }) => {
    const [{ ucl, scl, hucl, hscl }] = populationLosses(statistics);
    return { beta, seed, epoch, ucl: ucl.mean, scl: scl.mean, hucl: hucl.mean, hscl: hscl.mean };
  });
}

const script = command({
  name: "fig2",
  summary:
    "Trains H-UCL with several β and draws the four population losses over the epochs: is H-SCL below H-UCL?",
  flags: huclSweepFlags,
  examples: ["deno task fig2", "deno task fig2 --preset smoke", "deno task fig2 --betas 0.5,10"],
}, async (flags) => {
  const { records, plan } = await huclSweep("fig2", flags);
  const rows = (await Promise.all(records.map(rowsOf))).flat();
  const context = contextOf(plan);
  await writeFigure({
    folder: figureFolder(flags, "fig2"),
    record: figures.figureRecords.fig2,
    rows,
    context,
  });
});

export default script;
if (import.meta.main) await script.run();
