import {
  type DatasetFacts,
  type Plan,
  type Preset,
  type PresetName,
  presetOf,
} from "../../lib/experiment/mod.ts";
import { imagesPerEpoch } from "../../lib/experiment/learnt_images.ts";
import { optimizerNames, optimizers, type OptimizerSettings } from "../../lib/train/mod.ts";
import { checkOptimizer } from "../../lib/train/optimizer_settings.ts";
import { UsageError } from "../cli/mod.ts";
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
    crossEntropy,
    chunk,
    k,
    temperature,
  } = flags;
  const usual: Preset = { ...presetOf(flags.preset), ...sizes?.[flags.preset] };
  if (crossEntropy !== undefined && data.classes.length < 2) {
    throw new UsageError(
      `--cross-entropy goes with images of two classes or more: received ${data.classes.length}`,
    );
  }
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
    batchSize: batchSize ?? Math.max(2, Math.min(usual.batchSize, Math.floor(imagesPerEpoch(data) / 15))),
    ...(chunk === undefined ? {} : { chunkSize: chunk }),
    ...(views === "two" ? {} : { views }),
    ...(augmentation === "usual" ? {} : { augmentation }),
    temperature,
    ...learnedTemperature(flags),
    ...(crossEntropy === undefined ? {} : { crossEntropy }),
    optimizer: optimizerOf(flags, usual),
    k: k ?? usual.k,
  };
}

/**
 * The optimizer of flags, with its own usual options.
 *
 * @throws {UsageError} if an option is of another optimizer, or one without a usual learning rate has none
 */
function optimizerOf(flags: TrainingFlags, usual: Preset): OptimizerSettings {
  const { optimizer: name, lr, lrSchedule, weightDecay, warmUpEpochs, warmUpSteps } = flags;
  const known: Readonly<Record<string, number | boolean>> = optimizers[name].options;
  const options: Record<string, number | boolean> = {};
  for (const option of ["momentum", "nesterov", "trust"] as const) {
    const given = flags[option], isGiven = given !== undefined && given !== false;
    if (isGiven && !(option in known)) {
      const having = optimizerNames.filter((each) => option in optimizers[each].options);
      throw new UsageError(
        `--${option} goes with --optimizer ${having.join(" or ")}: received --optimizer ${name}`,
      );
    }
    const value = isGiven ? given : known[option];
    if (value !== undefined && value !== false) options[option] = value;
  }
  if (lr === undefined && "momentum" in known) {
    throw new UsageError(
      `--optimizer ${name} goes with --lr, as that of a preset is for Adam: received none`,
    );
  }
  if (warmUpEpochs !== undefined && warmUpSteps !== undefined) {
    throw new UsageError("--warm-up-epochs goes without --warm-up-steps: received both");
  }
  const settings: OptimizerSettings = {
    ...(name === "adam" ? {} : { name }),
    learningRate: scheduled(lrSchedule, lr ?? usual.learningRate),
    weightDecay: weightDecay ?? usual.weightDecay,
    ...options,
    ...(warmUpEpochs === undefined ? {} : { warmUp: { epochs: warmUpEpochs } }),
    ...(warmUpSteps === undefined ? {} : { warmUp: { steps: warmUpSteps } }),
  };
  try {
    checkOptimizer(settings);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  return settings;
}

/** Ends above 0, where an optimizer would do nothing. */
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

function learnedTemperature(flags: TrainingFlags): Pick<Plan, "learnedTemperature"> {
  const { learnTemperature, leastTemperature } = flags;
  if (learnTemperature) return { learnedTemperature: { min: leastTemperature ?? 0.01, max: 10 } };
  if (leastTemperature === undefined) return {};
  throw new UsageError(
    `--least-temperature goes with --learn-temperature: received --least-temperature ${leastTemperature}`,
  );
}
