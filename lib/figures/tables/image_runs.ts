import { lossSettings } from "../../experiment/loss_flags.ts";
import { contextOf, datasetLabel, type Experiment, type Plan, runsOf } from "../../experiment/plan.ts";
import type { RunRecord } from "../../experiment/settings.ts";
import { type LossName, paperLosses } from "../../losses/presets.ts";
import type { LossSettings } from "../../train/loss_settings.ts";
import { betaOf, hardeningOf } from "../betas.ts";
import { ascending } from "../rows.ts";
import { hardenedLosses } from "../unhardened.ts";
import type { FigureContext, TableSet } from "../settings.ts";
import type { BetaChoice, TableRun } from "./rows.ts";

const compared: readonly LossName[] = paperLosses;
const hardened = compared.filter((name) => hardenedLosses.includes(name));

/**
 * Chooses β for each hardened loss: of those with the highest kNN accuracy after the last epoch, the smallest.
 *
 * @param experiment whose test images are a part of the training images
 * @param dataset what the data set is called
 */
export async function chooseBetas(
  { plan, ensure }: Pick<Experiment, "plan" | "ensure">,
  given: readonly number[],
  dataset: string,
): Promise<BetaChoice[]> {
  const betas = ascending(given);
  const losses = hardened.flatMap((name) =>
    betas.map((beta) => lossSettings(name, plan.temperature, hardeningOf(beta)))
  );
  const records = await ensure(runsOf(plan, losses));
  return hardened.map((loss): BetaChoice => {
    const accuracies = betas.map((beta) => {
      const own = records.filter(({ settings }) => settings.loss.name === loss && betaOf(settings) === beta);
      return own.reduce((sum, { metrics }) => sum + metrics.at(-1)!.top1, 0) / own.length;
    });
    const best = accuracies.indexOf(Math.max(...accuracies));
    return { dataset, loss, betas, accuracies, chosen: betas[best] };
  });
}

/** The β that was given where there is nothing to choose. */
export function givenBeta(beta: number, dataset: string): BetaChoice[] {
  return hardened.map((loss) => ({ dataset, loss, betas: [beta], accuracies: [], chosen: beta }));
}

/** The losses that a table compares; the hardened ones only where their β has been chosen. */
export function tableLosses(
  { temperature }: Pick<Plan, "temperature">,
  choices: readonly BetaChoice[],
): LossSettings[] {
  return compared.flatMap((name) => {
    if (!hardened.includes(name)) return [lossSettings(name, temperature)];
    const choice = choices.find(({ loss }) => loss === name);
    return choice ? [lossSettings(name, temperature, hardeningOf(choice.chosen))] : [];
  });
}

/** Trains and evaluates the losses with the chosen β, over all seeds. */
export async function tableRuns(
  { plan, scored }: Pick<Experiment, "plan" | "scored">,
  choices: readonly BetaChoice[],
): Promise<TableRun[]> {
  const found = await scored(runsOf(plan, tableLosses(plan, choices)));
  return found.map(({ record, scores: { scores } }): TableRun => {
    const { settings } = record;
    const { knnTop1, knnTop5, linearTop1, linearTop5, embeddingMean, innerTop1 } = scores;
    return {
      dataset: datasetLabel(plan.data),
      loss: settings.loss.name,
      beta: betaOf(settings),
      seed: settings.seed,
      values: {
        knn: knnTop1!,
        linear: linearTop1!,
        classMean: embeddingMean!,
        knnTop5: knnTop5!,
        linearTop5: linearTop5!,
        innerMean: innerTop1!,
      },
      seconds: secondsOf(record),
    };
  });
}

function secondsOf({ times }: RunRecord): number {
  return times.reduce((sum, { seconds }) => sum + seconds, 0);
}

/** What a data set's part of a table was made with. */
export function tableSet(plan: Plan): { set: TableSet; context: FigureContext } {
  const { temperature, epochs, batchSize, encoder, backend } = contextOf(plan), { data } = plan;
  const { learningRate, weightDecay } = plan.optimizer ?? {};
  return {
    set: {
      dataset: datasetLabel(data),
      settings: [
        ["SHA-256 of the images", `${data.digest.slice(0, 16)}…`],
        ["training images", String(data.trainImages)],
        ["test images", String(data.testImages)],
        ["classes", String(data.trainClasses)],
        ["network", encoder],
        ["epochs", String(epochs)],
        ["batch size", String(batchSize)],
        [
          "learning rate",
          typeof learningRate === "object" ? JSON.stringify(learningRate) : String(learningRate),
        ],
        ["weight decay", String(weightDecay)],
        ["temperature", String(temperature)],
        ["backend", backend],
      ],
    },
    context: { temperature, epochs, encoder, backend },
  };
}
