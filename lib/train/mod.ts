/** Training, and what it leaves on disk. */
export { Adam, type AdamSettings } from "./adam.ts";
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
  type SupConSettings,
  type TrainingLoss,
} from "./loss_settings.ts";
export { type EpochEmbeddings, readHistory } from "./run_history.ts";
export { readRun, runHash, type RunMetrics, type RunRecord, type RunSettings } from "./run_record.ts";
export { type Batch, trainStep } from "./step.ts";
