import { type DatasetFacts, type Plan, type Preset, presetOf } from "../../lib/experiment/mod.ts";
import type { OptimizerSettings } from "../../lib/train/mod.ts";
import { UsageError } from "../cli/mod.ts";
import type { TrainingFlags } from "./training_flags.ts";

/** What the runs that flags ask for share; what they leave open is the preset's. */
export function planOf(flags: TrainingFlags, data: DatasetFacts, backend: string): Plan {
  const {
    encoder,
    encoderWidth: width,
    headDim,
    embedding,
    seeds,
    epochs,
    batchSize,
    views,
    augmentation,
    chunk,
    lr,
    lrSchedule,
    weightDecay,
    k,
    temperature,
  } = flags;
  const usual: Preset = presetOf(flags.preset);
  return {
    backend,
    data,
    network: encoder ?? usual.network,
    size: usual.size,
    ...(width === 1 ? {} : { width }),
    ...(headDim === undefined ? {} : { headDim: embeddingLength(headDim, data) }),
    ...(embedding === "sphere" ? {} : { embedding }),
    seeds: seeds ?? usual.seeds,
    epochs: epochs ?? usual.epochs,
    // Own images may be few, and an epoch should be more than some steps.
    batchSize: batchSize ?? Math.max(2, Math.min(usual.batchSize, Math.floor(data.trainImages / 15))),
    ...(chunk === undefined ? {} : { chunkSize: chunk }),
    ...(views === "two" ? {} : { views }),
    ...(augmentation === "usual" ? {} : { augmentation }),
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

/** As a number, or one less than there are classes. */
function embeddingLength(typed: string, { trainClasses }: DatasetFacts): number {
  const length = typed === "classes-1" ? trainClasses - 1 : /^\d{1,6}$/.test(typed) ? Number(typed) : 0;
  if (length >= 1) return length;
  throw new UsageError(
    `--head-dim must be an integer of at least 1, or classes-1 where there are two classes or more: received ${
      JSON.stringify(typed)
    }${typed === "classes-1" ? ` with ${trainClasses} class` : ""}`,
  );
}
