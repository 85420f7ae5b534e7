import { backendNames } from "../../lib/backend/mod.ts";
import type { Flag, FlagTable, FlagValues } from "../../lib/core/flags.ts";
import { type DatasetName, datasetNames, type DatasetOptions, dataSets } from "../../lib/data/mod.ts";
import { versionFlags } from "../../lib/data/versions.ts";
import { embeddingSpaces, networkNames } from "../../lib/encoders/mod.ts";
import { augmentationKinds, presetNames } from "../../lib/experiment/mod.ts";
import { optimizerNames, viewKinds } from "../../lib/train/mod.ts";
import { flagName, UsageError } from "../cli/mod.ts";

const folders = datasetNames.flatMap((name) => {
  const { folder }: { folder?: string } = dataSets[name];
  return folder ? [`${folder} (${name})`] : [];
});

/** The flags of the options that a data set has; none for most. */
const flagsOf = (name: DatasetName): FlagTable =>
  ("flags" in dataSets[name] ? dataSets[name].flags : {}) as FlagTable;

/** Those of all data sets, each saying whose it is; one that several have says once what it does, and what is otherwise for which of them. */
export const datasetFlags: Readonly<Record<never, Flag>> = datasetFlagTable();

function datasetFlagTable(): Record<string, Flag> {
  const all: Record<string, Flag> = {}, namesOf: Record<string, Map<string, DatasetName[]>> = {};
  for (const name of datasetNames) {
    for (const [key, flag] of Object.entries(flagsOf(name))) {
      const helps = namesOf[key] ??= new Map();
      helps.set(flag.help, [...helps.get(flag.help) ?? [], name]);
      const start = sharedStart([...helps.keys()]);
      const ends = Array.from(helps, ([text, names]) => `${text.slice(start.length)} (${names.join(", ")})`);
      all[key] = { ...flag, help: start + ends.join("; ") };
    }
  }
  return all;
}

/** With what all texts begin, up to a comma and a space. */
function sharedStart([first, ...others]: readonly string[]): string {
  const parts = first.split(/(?<=, )/), startOf = (count: number) => parts.slice(0, count).join("");
  let count = parts.length - 1;
  while (!others.every((text) => text.startsWith(startOf(count)))) count--;
  return startOf(count);
}

/**
 * The options of a data set that flags give.
 *
 * @throws {UsageError} if one is of another data set
 */
export function datasetOptions(flags: { dataset: DatasetName }): DatasetOptions {
  const given = Object.entries(flags).filter(([key, value]) =>
    (key in datasetFlags || key in versionFlags) && value !== undefined
  );
  for (const [key] of given) {
    if (key in flagsOf(flags.dataset) || key in versionFlags) continue;
    const having = datasetNames.filter((name) => key in flagsOf(name)).join(" or ");
    throw new UsageError(
      `${flagName(key)} goes with --dataset ${having}: received --dataset ${flags.dataset}`,
    );
  }
  const options: DatasetOptions = Object.fromEntries(given);
  if (options.versionSeed !== undefined && !options.imbalance && !options.labelNoise) {
    throw new UsageError("--version-seed goes with --imbalance or --label-noise: received neither");
  }
  return options;
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
  trainImages: {
    kind: "integer",
    min: 1,
    help: "Training images to keep, a fixed choice of each class alike (preset)",
    valueName: "n",
  },
  testImages: { kind: "integer", min: 1, help: "Test images to keep (preset)", valueName: "n" },
  ...versionFlags,
  backend: {
    kind: "choice",
    allowed: backendNames,
    default: "auto",
    help: "TensorFlow.js backend that computes",
  },
  encoder: { kind: "choice", allowed: networkNames, help: "Network to train (preset)" },
  encoderWidth: {
    kind: "number",
    above: 0,
    max: 100,
    default: 1,
    help: "So many times the channels of the network's layers",
  },
  headDim: {
    kind: "string",
    valueName: "n",
    help: "Length of the embedding; classes-1 for one less than there are classes (network)",
  },
  embedding: {
    kind: "choice",
    allowed: embeddingSpaces,
    default: "sphere",
    help: "Where embeddings lie: z/|z|, or z/max(1, |z|)",
  },
  seeds: { kind: "integer", min: 1, max: 1000, help: "Runs per loss (preset)", valueName: "n" },
  epochs: { kind: "integer", min: 1, help: "Passes over the training images (preset)", valueName: "n" },
  batchSize: {
    kind: "integer",
    min: 2,
    help: "Images per batch (preset)",
    valueName: "n",
  },
  views: {
    kind: "choice",
    allowed: viewKinds,
    default: "two",
    help:
      "What a loss compares: two views of each image, a single one, or a view of it and one of another of its class",
  },
  augmentation: {
    kind: "choice",
    allowed: augmentationKinds,
    default: "usual",
    help: "How views are made: at random as usual for such images, or not changed at all",
  },
  chunk: {
    kind: "integer",
    min: 2,
    help:
      "Images that a gradient is computed of at a time, so that large batches need little memory (all of the batch)",
    valueName: "n",
  },
  optimizer: { kind: "choice", allowed: optimizerNames, default: "adam", help: "What changes the weights" },
  lr: { kind: "number", above: 0, help: "Learning rate (preset, which is for Adam and AdamW)" },
  lrSchedule: {
    kind: "choice",
    allowed: ["constant", "linear", "cosine"],
    default: "constant",
    help: "How the learning rate goes over the epochs, to a hundredth of it in the last",
  },
  warmUpEpochs: {
    kind: "integer",
    min: 1,
    help: "Epochs over which the learning rate first grows from step to step (none)",
    valueName: "n",
  },
  warmUpSteps: { kind: "integer", min: 1, help: "The same by a number of steps (none)", valueName: "n" },
  momentum: { kind: "number", min: 0, help: "Momentum, below 1, of SGD and LARS (0.9)" },
  nesterov: { kind: "boolean", help: "Let SGD look ahead by its momentum" },
  trust: {
    kind: "number",
    above: 0,
    help: "Share of a layer's norm by which LARS moves it at rate 1 (0.001)",
  },
  weightDecay: { kind: "number", min: 0, help: "Weight decay (preset)" },
  k: {
    kind: "integer",
    min: 1,
    help: "Neighbours of the kNN, which predicts only their classes (preset: 15 % of a class)",
    valueName: "n",
  },
  temperature: { kind: "number", above: 0, default: 0.5, help: "Temperature T of the losses" },
  learnTemperature: {
    kind: "boolean",
    help: "Learn the temperature, from --temperature on, together with the weights",
  },
  leastTemperature: {
    kind: "number",
    min: 1e-3,
    help: "What a learned temperature does not fall below (0.01; it does not rise above 10)",
  },
  crossEntropy: {
    kind: "number",
    above: 0,
    valueName: "w",
    help: "Weight of the cross-entropy of a linear classifier on the features, trained together (none)",
  },
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
