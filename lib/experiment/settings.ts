import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import canonicalize from "canonicalize";
import { checkObject } from "../core/checks.ts";
import type { PipelineName } from "../augment/pipelines.ts";
import type { ChannelStatistics } from "../data/channel_statistics.ts";
import type { DatasetChoices } from "../data/dataset.ts";
import type { EncoderSettings } from "../encoders/encoder_settings.ts";
import type { LossSettings } from "../train/loss_settings.ts";
import type { OptimizerSettings } from "../train/optimizer_settings.ts";
import type { ViewKind } from "../train/views.ts";

/** Everything that determines the numbers of one training: equal settings, equal numbers. */
export interface RunSettings {
  /** Raised when the code changes what the same settings compute, so that old runs are not mistaken for new ones. */
  format: 8;
  /** The backend that computes; rounding differs between them. */
  backend: string;
  /** Which images, by content. */
  dataset: {
    name: string;
    digest: string;
    trainImages: number;
    testImages: number;
    /** What else it was loaded with; absent where that is as usual. */
    options?: DatasetChoices;
  };
  /** How views are made of them. */
  augmentation: AugmentationSettings;
  /** Which views the loss compares; absent where it is two of each image. */
  views?: Exclude<ViewKind, "two">;
  /** The network. */
  encoder: EncoderSettings;
  /** The training loss. */
  loss: LossSettings;
  /** Losses that are recorded of the same batches, and have no part in the training; absent where there are none. */
  observed?: readonly LossSettings[];
  /** Weight of the cross-entropy of a linear classifier on the features, trained together; absent where there is none. */
  crossEntropy?: number;
  /** What changes the weights, and by how much. */
  optimizer: OptimizerSettings;
  /** Passes over the images. */
  epochs: number;
  /** Images per batch. */
  batchSize: number;
  /** Images that a gradient is computed of at a time, fewer than a batch; absent where it is the batch. */
  chunkSize?: number;
  /** Of every random choice. */
  seed: number;
  /** The weighted kNN that follows every epoch. */
  evaluation: { k: number; temperature: number };
}

/** That of the runs of this version. */
export const RUN_FORMAT: RunSettings["format"] = 8;

/** How random views are made, with every parameter. */
export interface AugmentationSettings {
  /** The pipeline. */
  name: PipelineName;
  /** Its transforms and their parameters, one after the other. */
  views: readonly string[];
  /** What pixels are normalised by. */
  statistics: ChannelStatistics;
}

/** One line of `metrics.jsonl`. */
export interface RunMetrics {
  /** From 1. */
  epoch: number;
  /** Mean training loss of the epoch. */
  loss: number;
  /** kNN top-1 accuracy on the test images, 0 … 1. */
  top1: number;
  /** kNN top-5 accuracy on the test images, 0 … 1; a class that none of the neighbours has is not predicted. */
  top5: number;
  /** Accuracy of the nearest class mean of the embeddings on the test images, 0 … 1. */
  classMean: number;
  /** Mean squared distance of test images of one class, 0 … 4; see {@linkcode representationGeometry}. This and the next are absent in older runs. */
  alignment?: number;
  /** Log of the mean Gaussian potential of pairs of test images, −8 … 0. */
  uniformity?: number;
  /** Directions that the embeddings of test images use, from 1. */
  effectiveRank?: number;
  /** Mean cosine of pairs of test images, −1 … 1. */
  meanCosine?: number;
  /** Accuracy on the test images of inner products with the class means of the embeddings, 0 … 1. This and the next are absent in older runs. */
  innerTop1?: number;
  /** The same on training images. */
  innerTrainTop1?: number;
  /** Singular values of the centred class means of the training images above 1 % of the largest; see {@linkcode collapseGeometry}. */
  directions?: number;
  /** Norm of the mean of these class means. */
  zeroSum?: number;
  /** Mean distance of their norms from 1. */
  unitNorm?: number;
  /** Mean distance of their cosines from `−1/(C − 1)`; absent where there is no other class. */
  equalInnerProducts?: number;
  /** The temperature after the epoch, where it is learned. */
  temperature?: number;
  /** Means over the epoch's steps of the losses that are observed, in the order of the settings. */
  observed?: number[];
}

/** One line of `timing.jsonl`: what an epoch took, which no two trainings share; `NaN` where it has been lost. */
export interface EpochTime {
  /** From 1. */
  epoch: number;
  /** Seconds of training, without evaluation. */
  seconds: number;
  /** Training images a second. */
  imagesPerSecond: number;
}

/** A finished run. */
export interface RunRecord {
  /** Where it is. */
  folder: string;
  /** What it was trained with; of a run that was trained longer, the epochs that were asked for. */
  settings: RunSettings;
  /** One entry for each epoch of the settings. */
  metrics: RunMetrics[];
  /** One entry for each epoch of the settings. */
  times: EpochTime[];
  /** Epochs that it was trained in all. */
  trained: number;
}

/**
 * The name of a run's folder: the first 16 hexadecimal digits of the SHA-256 of its settings' canonical JSON (RFC 8785),
 * in which the order of keys does not matter. The number of epochs is no part of it, so that more of them continue a run; but
 * where a schedule depends on it, it is.
 *
 * @example
 * ```ts
 * import { assertEquals, assertNotEquals } from "@std/assert";
 * import { runHash, type RunSettings } from "@hscl/hscl/experiment";
 * const settings = { loss: { name: "scl" }, optimizer: { learningRate: 1e-3, weightDecay: 0 }, epochs: 4 } as RunSettings;
 * assertEquals(runHash(settings), runHash({ ...settings, epochs: 20 }));
 * const learningRate = { kind: "cosine", from: 1e-3, to: 0 } as const;
 * const scheduled = { ...settings, optimizer: { learningRate, weightDecay: 0 } };
 * assertNotEquals(runHash(scheduled), runHash({ ...scheduled, epochs: 20 }));
 * ```
 */
export function runHash(settings: RunSettings): string {
  return bytesToHex(sha256(utf8ToBytes(runIdentity(settings)))).slice(0, 16);
}

/** What makes a run another one, as canonical JSON. */
export function runIdentity(settings: RunSettings): string {
  checkObject("settings of a run", settings);
  const { epochs, ...identity } = settings;
  return canonicalize(isScheduled(settings) ? { ...identity, epochs } : identity)!;
}

/** Whether something changes from epoch to epoch at a pace that depends on their number. */
function isScheduled({ loss, observed = [], optimizer }: RunSettings): boolean {
  const parameters = [loss, ...observed].flatMap((each) => Object.values(each?.hardening?.parameters ?? {}));
  const scheduled = [optimizer?.learningRate, ...parameters];
  return scheduled.some((value) => typeof value === "object" && value !== null);
}

/** Throws unless `run` is one that was recorded. */
export function checkRecord(run: RunRecord): void {
  checkObject("run", run);
  checkObject("settings of a run", run.settings);
}
