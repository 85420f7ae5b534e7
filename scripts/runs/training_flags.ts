import { backendNames } from "../../lib/backend/mod.ts";
import type { Flag, FlagTable, FlagValues } from "../../lib/core/flags.ts";
import { type DatasetName, datasetNames, type DatasetOptions, dataSets } from "../../lib/data/mod.ts";
import { networkNames } from "../../lib/encoders/mod.ts";
import { presetNames } from "../../lib/experiment/mod.ts";
import { flagName, UsageError } from "../cli/mod.ts";

const folders = datasetNames.flatMap((name) => {
  const { folder }: { folder?: string } = dataSets[name];
  return folder ? [`${folder} (${name})`] : [];
});

/** The flags of the options that a data set has; none for most. */
const flagsOf = (name: DatasetName): FlagTable =>
  ("flags" in dataSets[name] ? dataSets[name].flags : {}) as FlagTable;

/** Those of all data sets, each saying whose it is. */
export const datasetFlags: Readonly<Record<never, Flag>> = Object.fromEntries(
  datasetNames.flatMap((name) =>
    Object.entries(flagsOf(name)).map(([key, flag]) => [key, { ...flag, help: `${flag.help} (${name})` }])
  ),
);

/**
 * The options of a data set that flags give.
 *
 * @throws {UsageError} if one is of another data set
 */
export function datasetOptions(flags: { dataset: DatasetName }): DatasetOptions {
  const given = Object.entries(flags).filter(([key, value]) => key in datasetFlags && value !== undefined);
  for (const [key] of given) {
    if (key in flagsOf(flags.dataset)) continue;
    const having = datasetNames.filter((name) => key in flagsOf(name)).join(" or ");
    throw new UsageError(
      `${flagName(key)} goes with --dataset ${having}: received --dataset ${flags.dataset}`,
    );
  }
  return Object.fromEntries(given);
}

/** The flags of every script that trains. */
export const trainingFlags = {
  preset: {
    kind: "choice",
    allowed: presetNames,
    default: "default",
    help: "How much to train: network, seeds, epochs, batch size, images",
  },
  dataset: { kind: "choice", allowed: datasetNames, default: "characters", help: "Images to learn from" },
  data: { kind: "directory", help: `Folder ${folders.join(", ")}` },
  ...datasetFlags,
  backend: {
    kind: "choice",
    allowed: backendNames,
    default: "auto",
    help: "TensorFlow.js backend that computes",
  },
  encoder: { kind: "choice", allowed: networkNames, help: "Network to train (preset)" },
  seeds: { kind: "integer", min: 1, max: 1000, help: "Runs per loss (preset)", valueName: "n" },
  epochs: { kind: "integer", min: 1, help: "Passes over the training images (preset)", valueName: "n" },
  batchSize: {
    kind: "integer",
    min: 2,
    help: "Images per batch, each in two views (preset)",
    valueName: "n",
  },
  chunk: {
    kind: "integer",
    min: 2,
    help:
      "Images that a gradient is computed of at a time, so that large batches need little memory (all of the batch)",
    valueName: "n",
  },
  lr: { kind: "number", above: 0, help: "Learning rate of Adam (preset)" },
  lrSchedule: {
    kind: "choice",
    allowed: ["constant", "linear", "cosine"],
    default: "constant",
    help: "How the learning rate goes over the epochs, to a hundredth of it in the last",
  },
  weightDecay: { kind: "number", min: 0, help: "Weight decay of Adam (preset)" },
  k: { kind: "integer", min: 1, help: "Neighbours of the kNN (preset: 15 % of a class)", valueName: "n" },
  temperature: { kind: "number", above: 0, default: 0.5, help: "Temperature T of the losses" },
  jobs: { kind: "integer", min: 1, help: "Worker processes (cores; 1 on a GPU)", valueName: "n" },
  out: {
    kind: "directory",
    written: true,
    default: "results",
    help:
      "Folder for runs and figures; figures of the presets smoke and paper go to folders of these names in it",
  },
  snapshotMinutes: {
    kind: "number",
    above: 0,
    default: 5,
    help: "While a run trains, what it takes to go on is kept so often, and after every epoch",
  },
  force: { kind: "boolean", help: "Train again what has been trained, from the start" },
} as const satisfies FlagTable;

/** Values of {@linkcode trainingFlags}. */
export type TrainingFlags = FlagValues<typeof trainingFlags>;
