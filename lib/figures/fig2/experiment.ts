import { historyStatistics } from "../../experiment/history_statistics.ts";
import { contextOf } from "../../experiment/plan.ts";
import type { RunRecord } from "../../experiment/settings.ts";
import { exponential } from "../../hardening/exponential.ts";
import { populationLosses } from "../../theory/population_losses.ts";
import { betaOf } from "../betas.ts";
import { type FigureExperiment, THEORY_TEMPERATURE } from "../experiment.ts";
import { huclSweep, huclSweepFlags } from "../hucl_sweep.ts";
import type { FigureContext } from "../settings.ts";
import type { Fig2Row } from "./rows.ts";

/** The losses over the epochs of a run, with the β it was trained with. */
async function rowsOf(record: RunRecord): Promise<Fig2Row[]> {
  const { seed } = record.settings, beta = betaOf(record.settings);
  return (await historyStatistics(record, [exponential(beta)])).map(({ epoch, statistics }) => {
    const [{ ucl, scl, hucl, hscl }] = populationLosses(statistics);
    return { beta, seed, epoch, ucl: ucl.mean, scl: scl.mean, hucl: hucl.mean, hscl: hscl.mean };
  });
}

/** Trains H-UCL and takes the population losses of the test embeddings before training and after every epoch. */
export const experiment: FigureExperiment<readonly Fig2Row[], FigureContext, typeof huclSweepFlags> = {
  summary:
    "Trains H-UCL with several β and draws the four population losses over the epochs: is H-SCL below H-UCL?",
  flags: huclSweepFlags,
  examples: ["--betas 0.5,10"],
  leastTemperature: THEORY_TEMPERATURE,
  rows: async (experiment, flags) => {
    const { records } = await huclSweep(experiment, flags);
    return { rows: (await Promise.all(records.map(rowsOf))).flat(), context: contextOf(experiment.plan) };
  },
};
