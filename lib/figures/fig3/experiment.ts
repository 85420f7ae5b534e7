// @ts-types="npm:@types/d3-array@3.2.2"
import { quantileSorted } from "d3-array";
import { historyStatistics } from "../../experiment/history_statistics.ts";
import { contextOf, datasetLabel } from "../../experiment/plan.ts";
import { latentClasses } from "../../data/latent_classes.ts";
import { exponential } from "../../hardening/exponential.ts";
import { anchorStatistics } from "../../theory/anchor_statistics.ts";
import { assumption1 } from "../../theory/assumption1.ts";
import type { ClaimReport } from "../../theory/claim.ts";
import { betaOf } from "../betas.ts";
import { type FigureExperiment, THEORY_TEMPERATURE } from "../experiment.ts";
import { huclSweep, huclSweepFlags } from "../hucl_sweep.ts";
import type { FigureContext } from "../settings.ts";
import type { Fig3Row } from "./rows.ts";

/** Radians within which a latent point lies of its place; Assumption 1 then still holds for sure at overlap 0. */
const spread = 0.45;

/** The reports of one embedding, or of several with the same settings but the seed. */
interface Checked {
  dataset: string;
  beta: number;
  epoch: number;
  reports: readonly ClaimReport[];
  /** How many runs they are of. */
  runs?: number;
}

/** A row over all anchors of all reports. */
function rowOf({ dataset, beta, epoch, reports, runs }: Checked): Fig3Row {
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
    ...(runs ? { runs } : {}),
  };
}

/** The rows of points that move from their class to their site while as many epochs pass as the runs have. */
async function latentRows(
  betas: readonly number[],
  epochs: number,
  temperature: number,
): Promise<Fig3Row[]> {
  const rows: Fig3Row[] = [];
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

/**
 * Trains H-UCL and takes the gaps h_same − h_diff of the test embeddings before training and after every epoch; and, so that
 * the check is seen to fail where it must, those of latent classes whose points move from their class (overlap 0, where the
 * assumption holds by construction) to their site (overlap 1, where it cannot).
 */
export const experiment: FigureExperiment<readonly Fig3Row[], FigureContext, typeof huclSweepFlags> = {
  summary:
    "Trains H-UCL with several β and draws how Assumption 1 fares over the epochs, beside latent classes where it must fail.",
  flags: huclSweepFlags,
  examples: ["--dataset synthetic"],
  leastTemperature: THEORY_TEMPERATURE,
  rows: async (experiment, flags) => {
    const { plan } = experiment, { records, betas } = await huclSweep(experiment, flags);
    const runs = await Promise.all(records.map(async (record) => {
      const beta = betaOf(record.settings), history = await historyStatistics(record, [exponential(beta)]);
      return history.map(({ epoch, statistics }) => ({ beta, epoch, report: assumption1(statistics)[0] }));
    }));
    const trained = betas.flatMap((beta) =>
      Array.from({ length: plan.epochs + 1 }, (_, epoch) => {
        const own = runs.flat().filter((each) => each.beta === beta && each.epoch === epoch);
        const reports = own.map(({ report }) => report);
        return rowOf({ dataset: datasetLabel(plan.data), beta, epoch, reports, runs: reports.length });
      })
    );
    const latent = await latentRows(betas, plan.epochs, plan.temperature);
    return { rows: [...trained, ...latent], context: contextOf(plan) };
  },
};
