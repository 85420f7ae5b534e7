/**
 * Figure 3: does Assumption 1 hold? Takes the gaps h_same − h_diff of the test embeddings before training with H-UCL and
 * after every epoch; and, so that the check is seen to fail where it must, those of latent classes whose points move from
 * their class (overlap 0, where the assumption holds by construction) to their site (overlap 1, where it cannot).
 */
import {
  anchorStatistics,
  assumption1,
  type ClaimReport,
  exponential,
  figures,
  latentClasses,
} from "../mod.ts";
// @ts-types="npm:@types/d3-array@3.2.2"
import { quantileSorted } from "d3-array";
import { shares } from "../lib/figures/words.ts";
import { alignedLines, command } from "./cli/mod.ts";
import { betaOf } from "./runs/betas.ts";
import { contextOf, datasetLabel } from "./runs/context.ts";
import { historyStatistics } from "./runs/history_statistics.ts";
import { huclSweep, huclSweepFlags } from "./runs/hucl_sweep.ts";
import { figureFolder, writeFigure } from "./runs/write_figure.ts";

/** Radians within which a latent point lies of its place; Assumption 1 then still holds for sure at overlap 0. */
const spread = 0.45;

/** The reports of one embedding, or of several with the same settings but the seed. */
interface Checked {
  dataset: string;
  beta: number;
  epoch: number;
  reports: readonly ClaimReport[];
}

/** A row over all anchors of all reports. */
function rowOf({ dataset, beta, epoch, reports }: Checked): figures.Fig3Row {
  const gaps = reports.flatMap((report) => [...report.gaps].filter((gap) => !Number.isNaN(gap)));
  const sorted = Array.from(Float64Array.from(gaps).sort());
  const [q05, q25, q50, q75, q95] = [0.05, 0.25, 0.5, 0.75, 0.95].map((share) =>
    quantileSorted(sorted, share)!
  );
  const satisfied = reports.reduce(
    (sum, { holdsAt }) => sum + holdsAt.filter((holds) => holds === 1).length,
    0,
  );
  return {
    dataset,
    beta,
    epoch,
    quantiles: { q05, q25, q50, q75, q95 },
    share: satisfied / gaps.length,
    anchors: gaps.length,
    meanGap: gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length,
  };
}

/** The rows of points that move from their class to their site while as many epochs pass as the runs have. */
async function latentRows(
  betas: readonly number[],
  epochs: number,
  temperature: number,
): Promise<figures.Fig3Row[]> {
  const rows: figures.Fig3Row[] = [];
  for (let epoch = 0; epoch <= epochs; epoch++) {
    const { embeddings, dim, labels } = latentClasses({ overlap: epoch / epochs, spread });
    const hardenings = betas.map(exponential);
    const reports = assumption1(
      await anchorStatistics(embeddings, dim, labels, { hardenings, temperature, leaveOut: 0 }),
    );
    const dataset = `latent classes with overlap epoch/${epochs}`;
    reports.forEach((report, b) => rows.push(rowOf({ dataset, beta: betas[b], epoch, reports: [report] })));
  }
  return rows;
}

const script = command({
  name: "fig3",
  summary:
    "Trains H-UCL with several β and draws how Assumption 1 fares over the epochs, beside latent classes where it must fail.",
  flags: huclSweepFlags,
  examples: ["deno task fig3", "deno task fig3 --preset smoke", "deno task fig3 --dataset synthetic"],
}, async (flags) => {
  const { records, plan, betas } = await huclSweep("fig3", flags);
  const runs = await Promise.all(records.map(async (record) => {
    const beta = betaOf(record.settings), history = await historyStatistics(record, [exponential(beta)]);
    return history.map(({ epoch, statistics }) => ({ beta, epoch, report: assumption1(statistics)[0] }));
  }));
  const trained = betas.flatMap((beta) =>
    Array.from({ length: plan.epochs + 1 }, (_, epoch) => {
      const own = runs.flat().filter((each) => each.beta === beta && each.epoch === epoch);
      return rowOf({ dataset: datasetLabel(plan), beta, epoch, reports: own.map(({ report }) => report) });
    })
  );
  const rows = [...trained, ...await latentRows(betas, plan.epochs, plan.temperature)];
  const cells = figures.summarizeFig3(rows).map(({ dataset, beta, verdict, last }) => [
    dataset,
    `${beta}`,
    verdict,
    `${shares([last.share])} of ${last.anchors}`,
    last.meanGap.toPrecision(3),
  ]);
  console.log(alignedLines([["data", "β", "Assumption 1", "anchors", "mean gap"], ...cells]).join("\n"));
  const context = contextOf(plan);
  await writeFigure({
    folder: figureFolder(flags, "fig3"),
    name: "fig3",
    title: "Assumption 1 during training",
    caption: figures.fig3Caption(rows),
    figure: figures.fig3(rows, context),
    context,
    rows,
  });
});

export default script;
if (import.meta.main) await script.run();
