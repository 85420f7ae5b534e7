import { checkOneOf } from "../core/checks.ts";
import type { NetworkName } from "../encoders/networks.ts";

/** What a preset decides unless somebody says otherwise. */
export interface Preset {
  /** The network. */
  network: NetworkName;
  /** Whether it is the smaller one, where there is one. */
  size: "small" | "usual";
  /** Runs per loss. */
  seeds: number;
  /** Passes over the training images. */
  epochs: number;
  /** Images per batch. */
  batchSize: number;
  /** Of Adam. */
  learningRate: number;
  /** Of Adam. */
  weightDecay: number;
  /** Neighbours of the kNN; in proportion to the classes if absent. */
  k?: number;
  /** Training images; all if absent. */
  trainImages?: number;
  /** Test images; all if absent. */
  testImages?: number;
  /** Channels that the images must have; any if absent. */
  channels?: number;
}

/** Presets by name; the numbers of `paper` are the defaults of the paper's code (`main.py`), which trains one seed. */
export const presets = {
  smoke: {
    network: "convnet",
    size: "small",
    seeds: 2,
    epochs: 2,
    batchSize: 32,
    learningRate: 2e-3,
    weightDecay: 1e-6,
    trainImages: 500,
    testImages: 500,
  },
  default: {
    network: "convnet",
    size: "usual",
    seeds: 4,
    epochs: 3,
    batchSize: 128,
    learningRate: 2e-3,
    weightDecay: 1e-6,
    trainImages: 8000,
    testImages: 2000,
  },
  paper: {
    network: "resnet50",
    size: "usual",
    seeds: 1,
    epochs: 200,
    batchSize: 256,
    learningRate: 1e-3,
    weightDecay: 1e-6,
    k: 200,
    channels: 3,
  },
} as const satisfies Record<string, Preset>;

/** Name of a preset. */
export type PresetName = keyof typeof presets;

/** The names of the presets. */
export const presetNames = Object.keys(presets) as PresetName[];

/** A preset by its name. */
export function presetOf(name: PresetName): Preset {
  return presets[checkOneOf("preset", name, presetNames)];
}
