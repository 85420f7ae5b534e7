/**
 * H-SCL toolkit: contrastive losses with hard negative samples, and what it takes to train and compare them.
 *
 * Four losses of two views of a batch – UCL, SCL, H-UCL, H-SCL – are presets of one general form; hardening functions
 * decide how much more a close negative weighs. This is what most programs need; each room is an entry point of its own
 * with the rest of its names, such as `@hscl/hscl/losses`.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { exponential, hsclLoss, initBackend } from "@hscl/hscl";
 *
 * await initBackend();
 * const view1 = tf.randomNormal<tf.Rank.R2>([8, 16], 0, 1, "float32", 1);
 * const view2 = tf.randomNormal<tf.Rank.R2>([8, 16], 0, 1, "float32", 2);
 * const labels = [0, 0, 1, 1, 2, 2, 3, 3];
 * const loss = hsclLoss(view1, view2, labels, { hardening: exponential(1), temperature: 0.5 });
 * assert((await loss.data())[0] > 0);
 * ```
 *
 * @module
 */
export { type MeanInterval, meanInterval, normalizeRows, Random } from "./lib/core/mod.ts";
export { type BackendName, type BackendOptions, type BackendReport, initBackend } from "./lib/backend/mod.ts";
export {
  customHardening,
  exponential,
  type Hardening,
  logistic,
  noHardening,
  polynomial,
  threshold,
} from "./lib/hardening/mod.ts";
export {
  contrastiveLoss,
  type ContrastiveOptions,
  hsclLoss,
  huclLoss,
  type LossOptions,
  type LossWithStats,
  lossWithStats,
  sampledLoss,
  sclLoss,
  supConLoss,
  uclLoss,
} from "./lib/losses/mod.ts";
export {
  classBalancedBatches,
  MemoryBank,
  type NegativeSampler,
  negativeSampler,
  positiveSampler,
  shuffledBatches,
} from "./lib/samplers/mod.ts";
export {
  DataError,
  type ImageDataset,
  type ImageSet,
  type ImageShape,
  latentClasses,
  loadDataset,
} from "./lib/data/mod.ts";
export { pipelineFor, twoViews } from "./lib/augment/mod.ts";
export { convnet, type Encoder, resnet } from "./lib/encoders/mod.ts";
export {
  Adam,
  embedSet,
  loadCheckpoint,
  lossFromSettings,
  type LossSettings,
  saveCheckpoint,
  trainContrastive,
  type TrainOptions,
  trainStep,
} from "./lib/train/mod.ts";
export { knnClassify, linearProbe, nearestClassMean } from "./lib/evaluate/mod.ts";
export {
  factsOf,
  listRuns,
  openRun,
  runExperiment,
  type RunRecord,
  type RunSettings,
  runsOf,
} from "./lib/experiment/mod.ts";
export {
  type AnchorStatistics,
  anchorStatistics,
  assumption1,
  checkConvergence,
  type ClaimReport,
  collapseGeometry,
  harris,
  type PopulationLosses,
  populationLosses,
  theorem1,
  theorem2,
  type TheoremReport,
  type TheoryOptions,
} from "./lib/theory/mod.ts";
export * as figures from "./lib/figures/mod.ts";
export * as notebook from "./lib/notebook/mod.ts";
