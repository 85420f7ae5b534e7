import type { NegativeKind } from "@hscl/hscl";
import {
  type DatasetFacts,
  lossSettings,
  type PresetName,
  presetOf,
  type RunSettings,
  runsOf,
} from "@hscl/hscl/experiment";
import { lossFromSettings, type LossSettings, type TrainingLoss } from "@hscl/hscl/train";

/** Data sets that come with the library. */
export type OwnDataset = "characters" | "mnist";

/** What a person chooses before a training. */
export interface TrainingChoices {
  dataset: OwnDataset;
  /** `default` is that of `deno task fig1`, `smoke` that of its `--preset smoke`. */
  preset: Extract<PresetName, "default" | "smoke">;
  backend: "auto" | "wasm" | "webgpu";
  losses: NegativeKind[];
  beta: number;
  temperature: number;
  seed: number;
  epochs: number;
}

/** A training, as one of those that the figure of all losses is made of. */
export interface TrainingRequest
  extends Pick<TrainingChoices, "preset" | "beta" | "temperature" | "seed" | "epochs"> {
  loss: NegativeKind;
}

const hardening = (beta: number) => ({ name: "exponential", parameters: { beta } }) as const;

/** The settings of the run that `deno task fig1` trains with the same choices. */
export function settingsOf(
  facts: DatasetFacts,
  backend: string,
  { preset, loss, beta, temperature, seed, epochs }: TrainingRequest,
): RunSettings {
  const { network, size, batchSize, learningRate, weightDecay, k } = presetOf(preset);
  const optimizer = { learningRate, weightDecay };
  const plan = {
    backend,
    data: facts,
    network,
    size,
    seeds: 1,
    epochs,
    batchSize,
    temperature,
    optimizer,
    k,
  };
  const [settings] = runsOf(plan, [lossSettings(loss, temperature, hardening(beta))]);
  return { ...settings, seed };
}

/** The loss of settings, with the β of each step. */
export function lossWith(settings: LossSettings, betaNow: () => number): TrainingLoss {
  if (settings.hardening === undefined) return lossFromSettings(settings);
  return (view1, view2, labels, step) =>
    lossFromSettings({ ...settings, hardening: hardening(betaNow()) } as LossSettings)(
      view1,
      view2,
      labels,
      step,
    );
}

/** What makes the same numbers without a page. */
export function commandOf(
  { dataset, preset, losses, beta, temperature, seed, epochs }: TrainingChoices,
  backend: string,
): string {
  const usual = presetOf(preset);
  return [
    "deno task fig1",
    ...(dataset === "characters" ? [] : [`--dataset ${dataset}`]),
    ...(preset === "default" ? [] : [`--preset ${preset}`]),
    `--backend ${backend}`,
    ...(losses.length === 4 ? [] : [`--losses ${losses.join(",")}`]),
    ...(beta === 1 ? [] : [`--beta ${beta}`]),
    ...(temperature === 0.5 ? [] : [`--temperature ${temperature}`]),
    ...(seed < usual.seeds ? [] : [`--seeds ${seed + 1}`]),
    ...(epochs === usual.epochs ? [] : [`--epochs ${epochs}`]),
  ].join(" ");
}
