import { type ImageDataset, type LossSettings, pipelineFor } from "../../mod.ts";
import { isHardened, type LossName, type RunSettings } from "../../lib/train/mod.ts";
import { encoderFor, type EncoderName, type PresetName } from "./presets.ts";

/** What the runs of a script share. */
export interface TrainingPlan {
  preset: PresetName;
  encoder: EncoderName;
  backend: string;
  data: ImageDataset;
  /** Runs per loss, with seeds 0, 1, 2 … */
  seeds: number;
  epochs: number;
  batchSize: number;
  temperature: number;
}

/**
 * The settings of a loss with exponential hardening, if it is hardened at all: β is no part of the settings of UCL and
 * SCL, which are therefore reused when only β changes.
 */
export function lossOf(name: LossName, temperature: number, beta: number): LossSettings {
  return {
    name,
    temperature,
    ...(isHardened(name) ? { hardening: { name: "exponential", parameters: { beta } } } : {}),
  };
}

/**
 * One run per loss and seed. All losses share the seeds, so the same seed means the same initial weights, batches and
 * views.
 */
export function runsOf(plan: TrainingPlan, losses: readonly LossSettings[]): RunSettings[] {
  const { data } = plan;
  const seeds = Array.from({ length: plan.seeds }, (_, seed) => seed);
  return seeds.flatMap((seed) =>
    losses.map((loss): RunSettings => ({
      format: 4,
      backend: plan.backend,
      dataset: {
        name: data.name,
        digest: data.digest,
        trainImages: data.train.count,
        testImages: data.test.count,
      },
      augmentation: pipelineFor(data.shape).name,
      encoder: encoderFor(plan.encoder, plan.preset, data.shape),
      loss,
      optimizer: { learningRate: 1e-3, weightDecay: 1e-6 },
      epochs: plan.epochs,
      batchSize: plan.batchSize,
      seed,
      evaluation: { k: 200, temperature: 0.5 },
    }))
  );
}
