/** Training, and what it leaves on disk. */
export { loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";
export { type EmbeddedSet, embedSet } from "./embed.ts";
export {
  type EpochResult,
  NonFiniteLossError,
  type StepProgress,
  trainContrastive,
  type TrainOptions,
} from "./loop.ts";
export {
  hardeningFromSettings,
  type HardeningSettings,
  isHardened,
  lossFromSettings,
  type LossName,
  lossNames,
  type LossSettings,
  type TrainingLoss,
} from "./loss_settings.ts";
export {
  discardPartialRun,
  readRun,
  runHash,
  type RunMetrics,
  type RunRecord,
  type RunSettings,
  RunWriter,
} from "./run_record.ts";
export { adam, type AdamSettings, type Batch, trainStep } from "./step.ts";
