import type { ChoiceFlag } from "../../core/flags.ts";
import { negativeKindNames } from "../../core/negative_kinds.ts";
import { historyStatistics } from "../../experiment/history_statistics.ts";
import { lossSettings } from "../../experiment/loss_flags.ts";
import { contextOf, type Experiment, runsOf } from "../../experiment/plan.ts";
import type { RunRecord } from "../../experiment/settings.ts";
import { exponential } from "../../hardening/exponential.ts";
import { populationLosses } from "../../theory/population_losses.ts";
import { betaOf, type BetasFlags, betasOf, hardeningOf } from "../betas.ts";
import { type FigureExperiment, THEORY_TEMPERATURE } from "../experiment.ts";
import { huclSweep, huclSweepFlags } from "../hucl_sweep.ts";
import type { FigureContext } from "../settings.ts";
import type { Fig2Row } from "./rows.ts";

const flags: BetasFlags & {
  readonly on: ChoiceFlag & {
    readonly kind: "choice";
    readonly allowed: readonly ["test", "train"];
    readonly default: "test";
  };
} = {
  ...huclSweepFlags,
  on: {
    kind: "choice",
    allowed: ["test", "train"],
    default: "test",
    help: "Population losses of the test images, or what the losses are in the batches of the training",
  },
};

/** The losses over the epochs of a run, with the β it was trained with. */
async function testRows(record: RunRecord): Promise<Fig2Row[]> {
  const { seed } = record.settings, beta = betaOf(record.settings);
  return (await historyStatistics(record, [exponential(beta)])).map(({ epoch, statistics }) => {
    const [{ ucl, scl, hucl, hscl }] = populationLosses(statistics);
    return { beta, seed, epoch, ucl: ucl.mean, scl: scl.mean, hucl: hucl.mean, hscl: hscl.mean };
  });
}

/** H-UCL runs in whose batches all four losses are observed, with the positives of H-UCL, as the theorem compares them. */
async function watchedRuns({ plan, ensure }: Experiment, betas: readonly number[]): Promise<RunRecord[]> {
  const { temperature } = plan, options = { positives: "view" };
  const runs = betas.flatMap((beta) => {
    const observed = negativeKindNames.map((name) =>
      lossSettings(name, temperature, hardeningOf(beta), options)
    );
    return runsOf({ ...plan, observed }, [lossSettings("hucl", temperature, hardeningOf(beta))]);
  });
  return await ensure(runs);
}

/** What the four losses were in the batches of every epoch of a run. */
function batchRows({ settings, metrics }: RunRecord): Fig2Row[] {
  return metrics.map(({ epoch, observed }): Fig2Row => {
    const [ucl, scl, hucl, hscl] = observed!;
    return { beta: betaOf(settings), seed: settings.seed, epoch, ucl, scl, hucl, hscl, on: "train" };
  });
}

/**
 * Trains H-UCL and takes the population losses of the test embeddings before training and after every epoch; or what the four
 * losses are in the batches that the network learns from, mean over every epoch.
 */
export const experiment: FigureExperiment<readonly Fig2Row[], FigureContext, typeof flags> = {
  summary:
    "Trains H-UCL with several β and draws the four population losses over the epochs: is H-SCL below H-UCL?",
  flags,
  examples: ["--betas 0.5,10", "--on train"],
  leastTemperature: THEORY_TEMPERATURE,
  variants: ["train"],
  rows: async (experiment, flags) => {
    const context = contextOf(experiment.plan);
    if (flags.on === "train") {
      const records = await watchedRuns(experiment, betasOf(flags.betas, 4));
      return { rows: records.flatMap(batchRows), context, variant: "train" };
    }
    const { records } = await huclSweep(experiment, flags);
    return { rows: (await Promise.all(records.map(testRows))).flat(), context };
  },
};
