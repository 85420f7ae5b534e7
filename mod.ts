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
export {
  type MeanInterval,
  meanInterval,
  negativeKinds,
  normalizeRows,
  Random,
  type ShareInterval,
} from "./lib/core/mod.ts";
export {
  type BackendName,
  backendNames,
  type BackendOptions,
  type BackendReport,
  initBackend,
} from "./lib/backend/mod.ts";
export {
  customHardening,
  exponential,
  type Hardening,
  hardeningFamilies,
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
  lossPresets,
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
  dataSets,
  type ImageDataset,
  type ImageSet,
  type ImageShape,
  latentClasses,
  loadDataset,
  readImages,
} from "./lib/data/mod.ts";
export { pipelineFor, twoViews } from "./lib/augment/mod.ts";
export { convnet, type Encoder, networks, resnet } from "./lib/encoders/mod.ts";
export {
  Adam,
  type CommonTrainOptions,
  embedSet,
  loadCheckpoint,
  lossFromSettings,
  type LossSettings,
  MomentOptimizer,
  openCheckpoint,
  optimizers,
  saveCheckpoint,
  trainContrastive,
  type TrainOptions,
  trainStep,
} from "./lib/train/mod.ts";
export { knnClassify, linearProbe, nearestClassMean } from "./lib/evaluate/mod.ts";
export {
  DamagedRunError,
  type EvaluateOptions,
  evaluateRun,
  factsOf,
  listRuns,
  type Measure,
  openRun,
  type OtherImages,
  type Run,
  type RunEvaluation,
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
  checkTheory,
  type ClaimReport,
  collapseGeometry,
  harris,
  type PopulationLosses,
  populationLosses,
  theorem1,
  theorem2,
  type TheoremReport,
  type TheoryCheck,
  type TheoryOptions,
} from "./lib/theory/mod.ts";
export * as figures from "./lib/figures/mod.ts";
export * as notebook from "./lib/notebook/mod.ts";

// The types that these names refer to.
export type {
  BooleanFlag,
  ChoiceFlag,
  Flag,
  FlagBase,
  Labels,
  NegativeKind,
  NumberFlag,
  Range,
  Scalar,
  Tensor,
  Tensor2D,
  Tensor4D,
  TextFlag,
  Variable,
} from "./lib/core/mod.ts";
export type { BackendCandidate } from "./lib/backend/mod.ts";
export type {
  CustomHardeningOptions,
  HardeningName,
  HardeningSettings,
  Schedule,
  TrainingProgress,
} from "./lib/hardening/mod.ts";
export type {
  ExtraNegatives,
  LossName,
  LossPreset,
  LossTraits,
  Negatives,
  NegativeStats,
  OtherViews,
  Positives,
  Psi,
  Reduction,
  SampledNegatives,
  SampledOptions,
  ScoreOptions,
  SupConOptions,
} from "./lib/losses/mod.ts";
export type {
  ClassBalancedOptions,
  DrawOptions,
  Draws,
  ExternalAnchors,
  LabelledEmbeddings,
  NegativeDrawOptions,
  NegativeSamplerOptions,
  PositiveDrawOptions,
  PositiveSampler,
  PositiveSamplerOptions,
} from "./lib/samplers/mod.ts";
export type {
  Both,
  ChannelStatistics,
  DatasetChoices,
  DatasetName,
  DatasetOptions,
  DatasetSource,
  FolderImages,
  LatentClasses,
  LatentClassOptions,
  SplitSizes,
  UnlabeledImages,
  VersionOptions,
} from "./lib/data/mod.ts";
export type { Pipeline, PipelineName, Transform } from "./lib/augment/mod.ts";
export type {
  ConvnetOptions,
  EmbeddingSpace,
  EncoderSettings,
  MlpOptions,
  Network,
  NetworkName,
  NetworkOptions,
  Parameter,
  ProjectionHeadOptions,
  ResnetDepth,
  ResnetOptions,
  ResnetStem,
} from "./lib/encoders/mod.ts";
export type {
  AdamMoment,
  AdamSettings,
  AdamState,
  Batch,
  Checkpoint,
  CheckpointDescription,
  CheckpointVersions,
  EmbeddedSet,
  EmbedOptions,
  EpochResult,
  LossOptionsOf,
  LossStep,
  Optimizer,
  OptimizerFamily,
  OptimizerName,
  OptimizerSettings,
  OptimizerState,
  RawImages,
  SingleViewBatch,
  StateKeeper,
  StepOptions,
  StepProgress,
  TemperatureRange,
  TrainingLoss,
  TrainingState,
  Update,
  ViewKind,
  WarmUp,
} from "./lib/train/mod.ts";
export type {
  AdamProbeSettings,
  KnnOptions,
  KnnResult,
  LabelledFeatures,
  LinearProbeOptions,
  LinearProbeResult,
  NearestClassMeanOptions,
  NearestClassMeanResult,
} from "./lib/evaluate/mod.ts";
export type {
  AugmentationKind,
  AugmentationSettings,
  DatasetFacts,
  EpochTime,
  Plan,
  ReadRunOptions,
  RunList,
  RunMetrics,
  RunOptions,
  RunOwner,
} from "./lib/experiment/mod.ts";
export type {
  BootstrapInterval,
  CollapseGeometry,
  CollapseGeometryOptions,
  ConvergenceOptions,
  ConvergenceReport,
  Embeddings,
  HardenedAnchors,
  HarrisReport,
  Jackknife,
  JackknifeEstimate,
  LeftOutMeans,
  PopulationInterval,
  ProductPrecision,
  Theorem1Report,
  Verdict,
} from "./lib/theory/mod.ts";
