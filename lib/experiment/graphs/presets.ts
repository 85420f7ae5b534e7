import { checkOneOf } from "../../core/checks.ts";
import type { GraphCollectionName } from "../../data/graphs/collections.ts";
import type { PresetName } from "../presets.ts";

/** What a preset decides of an experiment with graphs unless somebody says otherwise. */
export interface GraphPreset {
  /** The graph collections. */
  collections: readonly GraphCollectionName[];
  /** Trainings per loss and part. */
  seeds: number;
  /** Parts of the cross-validation. */
  folds: number;
  /** Passes over the training graphs. */
  epochs: number;
  /** Graphs per batch. */
  batchSize: number;
  /** Of Adam. */
  learningRate: number;
}

/** Presets by name; the numbers of `paper` are those of the code that Robinson et al. compare graphs with. */
export const graphPresets: Readonly<Record<PresetName, GraphPreset>> = {
  smoke: { collections: ["made-up"], seeds: 2, folds: 2, epochs: 2, batchSize: 64, learningRate: 1e-2 },
  default: { collections: ["made-up"], seeds: 5, folds: 10, epochs: 20, batchSize: 64, learningRate: 1e-2 },
  paper: {
    collections: ["MUTAG", "PTC_MR", "ENZYMES", "DD", "IMDB-BINARY", "IMDB-MULTI", "REDDIT-BINARY"],
    seeds: 10,
    folds: 10,
    epochs: 200,
    batchSize: 128,
    learningRate: 1e-3,
  },
};

/** The preset of an experiment with graphs. */
export function graphPresetOf(name: PresetName): GraphPreset {
  return graphPresets[checkOneOf("preset", name, Object.keys(graphPresets) as PresetName[])];
}
