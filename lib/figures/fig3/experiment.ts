// @ts-types="npm:@types/d3-array@3.2.2"
import { quantileSorted } from "d3-array";
import { historyStatistics } from "../../experiment/history_statistics.ts";
import type { FlagValues } from "../../core/flags.ts";
import { contextOf, datasetLabel, type Experiment } from "../../experiment/plan.ts";
import { latentClasses } from "../../data/latent_classes.ts";
import { exponential } from "../../hardening/exponential.ts";
import { type AnchorStatistics, anchorStatistics } from "../../theory/anchor_statistics.ts";
import { assumption1 } from "../../theory/assumption1.ts";
import type { ClaimReport } from "../../theory/claim.ts";
import { populationLosses } from "../../theory/population_losses.ts";
import { betaOf } from "../betas.ts";
import { type FigureExperiment, THEORY_TEMPERATURE } from "../experiment.ts";
import { huclSweep, huclSweepFlags } from "../hucl_sweep.ts";
import { ascending, lastEpoch } from "../rows.ts";
import { type FigureContext, sharedContext } from "../settings.ts";
import { type Fig3Row, MOST_DATASETS } from "./rows.ts";

/** Radians within which a latent point lies of its place; Assumption 1 then still holds for sure at overlap 0. */
const spread = 0.45;

type Losses = NonNullable<Fig3Row["losses"]>;

/** The reports of one embedding, or of several with the same settings but the seed. */
interface Checked {
  dataset: string;
  beta: number;
  epoch: number;
  reports: readonly ClaimReport[];
  /** The losses of each, where they are looked at. */
  losses?: readonly Losses[];
  /** How many runs they are of. */
  runs?: number;
}

/** A row over all anchors of all reports. */
function rowOf({ dataset, beta, epoch, reports, losses, runs }: Checked): Fig3Row {
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
    ...(losses ? { losses: losses.reduce((a, b) => b.hucl - b.hscl < a.hucl - a.hscl ? b : a) } : {}),
  };
}

/** The H-UCL and H-SCL losses of one embedding for each β. */
function lossesOf(statistics: AnchorStatistics): Losses[] {
  return populationLosses(statistics).map(({ hucl, hscl }) => ({ hucl: hucl.mean, hscl: hscl.mean }));
}

/** The rows of points that move from their class to their site while as many epochs pass as the runs have. */
async function latentRows(
  betas: readonly number[],
  epochs: number,
  temperature: number,
  withLosses: boolean,
): Promise<Fig3Row[]> {
  const rows: Fig3Row[] = [];
  for (let epoch = 0; epoch <= epochs; epoch++) {
    const { embeddings, dim, labels } = latentClasses({ overlap: epoch / epochs, spread });
    const hardenings = betas.map(exponential);
    const options = { hardenings, temperature, leaveOut: 0 };
    const statistics = await anchorStatistics(embeddings, dim, labels, options);
    const dataset = `latent classes with overlap epoch/${epochs}`, losses = lossesOf(statistics);
    assumption1(statistics).forEach((report, b) =>
      rows.push(rowOf({
        dataset,
        beta: betas[b],
        epoch,
        reports: [report],
        ...(withLosses ? { losses: [losses[b]] } : {}),
      }))
    );
  }
  return rows;
}

/** The rows of the runs of one data set. */
async function trainedRows(
  experiment: Experiment,
  flags: FlagValues<typeof huclSweepFlags>,
  withLosses: boolean,
): Promise<Fig3Row[]> {
  const { plan } = experiment, { records, betas } = await huclSweep(experiment, flags);
  const runs = await Promise.all(records.map(async (record) => {
    const beta = betaOf(record.settings), history = await historyStatistics(record, [exponential(beta)]);
    return history.map(({ epoch, statistics }) => ({
      beta,
      epoch,
      report: assumption1(statistics)[0],
      losses: withLosses ? lossesOf(statistics) : [],
    }));
  }));
  return betas.flatMap((beta) =>
    Array.from({ length: plan.epochs + 1 }, (_, epoch) => {
      const own = runs.flat().filter((each) => each.beta === beta && each.epoch === epoch);
      return rowOf({
        dataset: datasetLabel(plan.data),
        beta,
        epoch,
        reports: own.map(({ report }) => report),
        ...(withLosses ? { losses: own.flatMap(({ losses }) => losses) } : {}),
        runs: own.length,
      });
    })
  );
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
  examples: ["--dataset synthetic", "--datasets mnist,characters,cifar10 --data ~/cifar-10-batches-bin"],
  leastTemperature: THEORY_TEMPERATURE,
  rows: async (experiment, flags) => {
    const { plan } = experiment, trained = await trainedRows(experiment, flags, false);
    const betas = ascending(trained.map(({ beta }) => beta));
    const latent = await latentRows(betas, plan.epochs, plan.temperature, false);
    return { rows: [...trained, ...latent], context: contextOf(plan) };
  },
  several: {
    // Besides that of latent classes.
    most: MOST_DATASETS - 1,
    rows: async (experiment, flags) => ({
      rows: await trainedRows(experiment, flags, true),
      context: contextOf(experiment.plan),
    }),
    together: async (parts) => {
      const trained = parts.flatMap(({ rows }) => rows), { temperature } = parts[0].context;
      const betas = ascending(trained.map(({ beta }) => beta));
      const latent = await latentRows(betas, lastEpoch(trained), temperature!, true);
      return { rows: [...trained, ...latent], context: sharedContext(parts.map(({ context }) => context)) };
    },
  },
};
