import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import canonicalize from "canonicalize";
import { checkObject } from "../core/checks.ts";
import type { PipelineName } from "../augment/pipelines.ts";
import type { ChannelStatistics } from "../data/channel_statistics.ts";
import type { EncoderSettings } from "../encoders/encoder_settings.ts";
import type { AdamSettings } from "../train/adam.ts";
import type { LossSettings } from "../train/loss_settings.ts";

/** Everything that determines the numbers of one training: equal settings, equal numbers. */
export interface RunSettings {
  /** Raised when the code changes what the same settings compute, so that old runs are not mistaken for new ones. */
  format: 6;
  /** The backend that computes; rounding differs between them. */
  backend: string;
  /** Which images, by content. */
  dataset: { name: string; digest: string; trainImages: number; testImages: number };
  /** How views are made of them. */
  augmentation: AugmentationSettings;
  /** The network. */
  encoder: EncoderSettings;
  /** The training loss. */
  loss: LossSettings;
  /** Of Adam. */
  optimizer: AdamSettings;
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
export const RUN_FORMAT: RunSettings["format"] = 6;

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
  /** kNN top-5 accuracy on the test images, 0 … 1. */
  top5: number;
  /** Accuracy of the nearest class mean of the embeddings on the test images, 0 … 1. */
  classMean: number;
  /** Seconds of training, without evaluation. */
  seconds: number;
  /** Training images a second. */
  imagesPerSecond: number;
}

/** A finished run. */
export interface RunRecord {
  /** Where it is. */
  folder: string;
  /** What it was trained with. */
  settings: RunSettings;
  /** One entry per epoch. */
  metrics: RunMetrics[];
}

/**
 * The name of a run's folder: the first 16 hexadecimal digits of the SHA-256 of its settings' canonical JSON (RFC 8785),
 * in which the order of keys does not matter.
 */
export function runHash(settings: RunSettings): string {
  checkObject("settings of a run", settings);
  return bytesToHex(sha256(utf8ToBytes(canonicalize(settings)!))).slice(0, 16);
}

/** Throws unless `run` is one that was recorded. */
export function checkRecord(run: RunRecord): void {
  checkObject("run", run);
  checkObject("settings of a run", run.settings);
}
