/**
 * Training, and checkpoints of what was trained.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { initBackend, loadDataset, pipelineFor, Random } from "@hscl/hscl";
 * import { convnet } from "@hscl/hscl/encoders";
 * import { lossFromSettings, trainContrastive } from "@hscl/hscl/train";
 * await initBackend({ backend: "cpu" });
 * const data = await loadDataset("synthetic", { trainImages: 8, testImages: 8 });
 * const random = new Random(0);
 * const options = { channels: data.shape.channels, widths: [4], strides: [4], head: { hidden: 4, output: 4 } };
 * const epochs = trainContrastive({
 *   encoder: convnet(options, random.child("encoder")),
 *   loss: lossFromSettings({ name: "scl" }),
 *   set: data.train,
 *   shape: data.shape,
 *   augmentation: pipelineFor(data).train,
 *   epochs: 1,
 *   batchSize: 4,
 *   optimizer: { learningRate: 1e-3, weightDecay: 0 },
 *   random: random.child("training"),
 * });
 * for await (const { loss } of epochs) assert(loss > 0);
 * ```
 *
 * @module
 */
export { Adam, type AdamMoment, type AdamSettings, type AdamState } from "./adam.ts";
export { AdamW } from "./adam_w.ts";
export { Lars, type LarsSettings } from "./lars.ts";
export { MomentOptimizer, type Optimizer, type OptimizerState, type Update } from "./optimizer.ts";
export { type Objective, type ObjectiveOptions, trainingObjective } from "./objective.ts";
export { type OptimizerFamily, type OptimizerName, optimizerNames, optimizers } from "./optimizers.ts";
export { Sgd, type SgdSettings } from "./sgd.ts";
export { loadCheckpoint, saveCheckpoint } from "./checkpoint.ts";
export type { CheckpointDescription, CheckpointVersions } from "./checkpoint_description.ts";
export { type Checkpoint, type EmbedOptions, openCheckpoint, type RawImages } from "./open_checkpoint.ts";
export { type EmbeddedSet, embedSet } from "./embed.ts";
export { embedGraphs, type GraphTrainOptions, trainGraphs } from "./graphs.ts";
export {
  type CommonTrainOptions,
  type EpochResult,
  type StepProgress,
  trainContrastive,
  type TrainOptions,
} from "./loop.ts";
export { NonFiniteLossError } from "./non_finite_loss.ts";
export {
  lossFromSettings,
  type LossOptionsOf,
  type LossSettings,
  type LossStep,
  type TemperatureRange,
  type TrainingLoss,
} from "./loss_settings.ts";
export type { OptimizerSettings, WarmUp } from "./optimizer_settings.ts";
export { loadSnapshot, saveSnapshot } from "./snapshot.ts";
export { type Batch, type SingleViewBatch, type StepOptions, trainStep } from "./step.ts";
export type { StateKeeper, TrainingState } from "./training_state.ts";
export { type ViewKind, viewKinds } from "./views.ts";
