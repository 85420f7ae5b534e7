import {
  type DatasetFacts,
  type Plan,
  type Preset,
  type PresetName,
  presetOf,
} from "../../lib/experiment/mod.ts";
import type { OptimizerSettings } from "../../lib/train/mod.ts";
import type { TrainingFlags } from "./training_flags.ts";

/** What a task has other presets in. */
export type PresetSizes = Readonly<Partial<Record<PresetName, Partial<Preset>>>>;

/** What the runs that flags ask for share; what they leave open is the preset's. */
export function planOf(
  flags: TrainingFlags,
  data: DatasetFacts,
  backend: string,
  sizes?: PresetSizes,
): Plan {
  const { encoder, seeds, epochs, batchSize, chunk, lr, lrSchedule, weightDecay, k, temperature } = flags;
  const usual: Preset = { ...presetOf(flags.preset), ...sizes?.[flags.preset] };
  return {
    backend,
    data,
    network: encoder ?? usual.network,
    size: usual.size,
    seeds: seeds ?? usual.seeds,
    epochs: epochs ?? usual.epochs,
    // Own images may be few, and an epoch should be more than some steps.
    batchSize: batchSize ?? Math.max(2, Math.min(usual.batchSize, Math.floor(data.trainImages / 15))),
    ...(chunk === undefined ? {} : { chunkSize: chunk }),
    temperature,
    optimizer: {
      learningRate: scheduled(lrSchedule, lr ?? usual.learningRate),
      weightDecay: weightDecay ?? usual.weightDecay,
    },
    k: k ?? usual.k,
  };
}

/** Ends above 0, where Adam would do nothing. */
function scheduled(kind: TrainingFlags["lrSchedule"], from: number): OptimizerSettings["learningRate"] {
  return kind === "constant" ? from : { kind, from, to: from / 100 };
}
