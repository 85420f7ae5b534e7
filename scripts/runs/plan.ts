import {
  type ImageDataset,
  isHardened,
  type LossName,
  type LossSettings,
  pipelineFor,
  type RunSettings,
} from "hscl";
import { encoderFor, type EncoderName, type PresetName } from "./presets.ts";

/** What distinguishes the runs of a comparison of losses, and what they share. */
export interface ComparisonPlan {
  preset: PresetName;
  encoder: EncoderName;
  backend: string;
  data: ImageDataset;
  losses: LossName[];
  /** Runs per loss, with seeds 0, 1, 2 … */
  seeds: number;
  epochs: number;
  batchSize: number;
  temperature: number;
  /** Of the exponential hardening of the H- losses. */
  beta: number;
}

/**
 * One run per loss and seed. All losses share the seeds, so the same seed means the same initial weights, batches and
 * views. β is no part of the settings of UCL and SCL, which are therefore reused when only β changes.
 */
export function planComparison(plan: ComparisonPlan): RunSettings[] {
  const { data } = plan;
  const lossSettings = (name: LossName): LossSettings => ({
    name,
    temperature: plan.temperature,
    ...(isHardened(name) ? { hardening: { name: "exponential", parameters: { beta: plan.beta } } } : {}),
  });
  const seeds = Array.from({ length: plan.seeds }, (_, seed) => seed);
  return seeds.flatMap((seed) =>
    plan.losses.map((name) => ({
      format: 2,
      backend: plan.backend,
      dataset: {
        name: data.name,
        digest: data.digest,
        trainImages: data.train.count,
        testImages: data.test.count,
      },
      augmentation: pipelineFor(data.shape).name,
      encoder: encoderFor(plan.encoder, plan.preset, data.shape),
      loss: lossSettings(name),
      optimizer: { learningRate: 1e-3, weightDecay: 1e-6 },
      epochs: plan.epochs,
      batchSize: plan.batchSize,
      seed,
      evaluation: { k: 200, temperature: 0.5 },
    }))
  );
}
