import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import canonicalize from "canonicalize";
import { dump } from "npyjs";
import { denoFor } from "../core/platform.ts";
import type { Encoder } from "../encoders/encoder.ts";
import type { EncoderSettings } from "../encoders/encoder_settings.ts";
import { saveCheckpoint } from "./checkpoint.ts";
import type { LossSettings } from "./loss_settings.ts";
import type { AdamSettings } from "./adam.ts";
import { type EpochEmbeddings, writeEpochEmbeddings } from "./run_history.ts";

/** Everything that determines the numbers of one training: equal settings, equal numbers. */
export interface RunSettings {
  /** Raised when the code changes what the same settings compute, so that old runs are not mistaken for new ones. */
  format: 3;
  /** The backend that computes; rounding differs between them. */
  backend: string;
  /** Which images, by content. */
  dataset: { name: string; digest: string; trainImages: number; testImages: number };
  /** Name of the augmentation pipeline. */
  augmentation: string;
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
  /** Of every random choice. */
  seed: number;
  /** The weighted kNN that follows every epoch. */
  evaluation: { k: number; temperature: number };
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
  return bytesToHex(sha256(utf8ToBytes(canonicalize(settings)!))).slice(0, 16);
}

/** Reads a finished run, or `undefined` if there is none with these settings under `runsFolder`. */
export async function readRun(runsFolder: string, settings: RunSettings): Promise<RunRecord | undefined> {
  const { readTextFile, stat } = denoFor("read a run");
  const folder = `${runsFolder}/${runHash(settings)}`;
  const isThere = await stat(`${folder}/config.json`).then(() => true, () => false);
  if (!isThere) return undefined;
  const lines = (await readTextFile(`${folder}/metrics.jsonl`)).trim().split("\n");
  return { folder, settings, metrics: lines.map((line) => JSON.parse(line)) };
}

/**
 * Writes one run. Everything goes to a folder of its own first and takes its final name in {@linkcode RunWriter.finish},
 * so a folder named by a hash is always complete.
 */
export class RunWriter {
  readonly #deno = denoFor("write a run");
  readonly #final: string;
  readonly #partial: string;

  private constructor(runsFolder: string, settings: RunSettings) {
    this.#final = `${runsFolder}/${runHash(settings)}`;
    this.#partial = partialFolder(runsFolder, settings, this.#deno.pid);
  }

  /** Starts a run: creates the folder and writes `config.json`. */
  static async start(runsFolder: string, settings: RunSettings): Promise<RunWriter> {
    const writer = new RunWriter(runsFolder, settings);
    await writer.discard();
    const { mkdir, writeTextFile } = writer.#deno;
    await mkdir(writer.#partial, { recursive: true });
    await writeTextFile(`${writer.#partial}/config.json`, JSON.stringify(settings, null, 2) + "\n");
    return writer;
  }

  /** Appends one line to `metrics.jsonl`. */
  async append(metrics: RunMetrics): Promise<void> {
    const path = `${this.#partial}/metrics.jsonl`;
    await this.#deno.writeTextFile(path, JSON.stringify(metrics) + "\n", { append: true });
  }

  /** Keeps the test images' embeddings at one time of the training; see {@linkcode readHistory}. */
  async keep(embeddings: EpochEmbeddings): Promise<void> {
    await writeEpochEmbeddings(this.#partial, embeddings);
  }

  /**
   * Writes checkpoint, `embeddings.npy` (`[n, dim]`, unit rows) and `labels.npy` of the test images, and gives the
   * folder its name. A run of the same settings that is already there is replaced.
   *
   * @returns the folder
   */
  async finish(encoder: Encoder, embeddings: Float32Array, labels: Int32Array): Promise<string> {
    await saveCheckpoint(encoder, `${this.#partial}/checkpoint`);
    const shape = [labels.length, embeddings.length / labels.length];
    const { rename, writeFile } = this.#deno;
    await writeFile(`${this.#partial}/embeddings.npy`, new Uint8Array(dump(embeddings, shape)));
    await writeFile(`${this.#partial}/labels.npy`, new Uint8Array(dump(labels, [labels.length])));
    await removeIfThere(this.#final);
    await rename(this.#partial, this.#final);
    return this.#final;
  }

  /** Removes what was written; for a run that failed. */
  async discard(): Promise<void> {
    await removeIfThere(this.#partial);
  }
}

/** Removes what a process that is gone had written of an unfinished run. */
export async function discardPartialRun(
  runsFolder: string,
  settings: RunSettings,
  pid: number,
): Promise<void> {
  await removeIfThere(partialFolder(runsFolder, settings, pid));
}

// The process id keeps two programs that train the same run at the same time apart.
function partialFolder(runsFolder: string, settings: RunSettings, pid: number): string {
  return `${runsFolder}/${runHash(settings)}.partial-${pid}`;
}

async function removeIfThere(path: string): Promise<void> {
  const { errors, remove } = denoFor("remove a run");
  try {
    await remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof errors.NotFound)) throw error;
  }
}
