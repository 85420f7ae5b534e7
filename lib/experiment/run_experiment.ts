import { pipelineFor } from "../augment/pipelines.ts";
import * as tf from "@tensorflow/tfjs";
import {
  checkInteger,
  checkNumber,
  checkObject,
  checkOneOf,
  checkOptions,
  describe,
} from "../core/checks.ts";
import { Random } from "../core/random.ts";
import { DataError } from "../data/data_error.ts";
import type { ImageDataset, ImageSet } from "../data/dataset.ts";
import { encoderFromSettings } from "../encoders/encoder_settings.ts";
import { networkNames } from "../encoders/networks.ts";
import { knnClassify } from "../evaluate/knn.ts";
import { nearestClassMean } from "../evaluate/nearest_class_mean.ts";
import { embedSet } from "../train/embed.ts";
import { Adam } from "../train/adam.ts";
import { type StepProgress, trainContrastive } from "../train/loop.ts";
import { lossFromSettings } from "../train/loss_settings.ts";
import canonicalize from "canonicalize";
import { augmentationSettings } from "./plan.ts";
import { runData } from "./run_data.ts";
import { checkRunsFolder, readRun, RunWriter } from "./run_record.ts";
import { RUN_FORMAT, type RunMetrics, type RunRecord, type RunSettings } from "./settings.ts";

/** Where a run goes, and who is told about it. */
export interface RunOptions {
  /** The folder of runs; the run gets a folder of its own in it, named by the hash of its settings. */
  folder: string;
  /** The images, if they are loaded already; otherwise they are loaded by name. */
  data?: ImageDataset;
  /** Folder of the images, for a data set that needs one. */
  dataDir?: string;
  /** Train also what has been trained. */
  force?: boolean;
  /** Called after every step. */
  onStep?: (progress: StepProgress) => void;
  /** Called after every epoch. */
  onEpoch?: (metrics: RunMetrics) => void;
  /** Told what makes a training pointless though it runs. */
  onWarning?: (message: string) => void;
  /** Stops before the next step when aborted; what was written is removed. */
  signal?: AbortSignal;
}

const RUN_OPTIONS = {
  folder: true,
  data: true,
  dataDir: true,
  force: true,
  onStep: true,
  onEpoch: true,
  onWarning: true,
  signal: true,
} as const;

const RUN_SETTINGS = {
  format: true,
  backend: true,
  dataset: true,
  augmentation: true,
  encoder: true,
  loss: true,
  optimizer: true,
  epochs: true,
  batchSize: true,
  chunkSize: true,
  seed: true,
  evaluation: true,
} as const;

function checkFunction(name: string, value: unknown): void {
  if (value === undefined || typeof value === "function") return;
  throw new TypeError(`Cannot use ${name} as it must be a function: received ${describe(value)}`);
}

/** Throws unless these are the settings of a run that can be trained: what is recorded under them must be what they say. */
function checkSettings(settings: RunSettings): void {
  const {
    format,
    dataset,
    augmentation,
    encoder,
    loss,
    optimizer,
    epochs,
    batchSize,
    chunkSize,
    seed,
    evaluation,
  } = settings;
  if (format !== RUN_FORMAT) {
    throw new RangeError(
      `Cannot train as the format of the settings must be ${RUN_FORMAT}: received ${format}`,
    );
  }
  checkOptions(dataset, { name: true, digest: true, trainImages: true, testImages: true });
  checkOptions(augmentation, { name: true, views: true, statistics: true });
  checkObject("encoder", encoder);
  checkOneOf("encoder", encoder.name, networkNames);
  checkInteger("epochs", epochs, { min: 1 });
  checkInteger("batchSize", batchSize, { min: 2, max: dataset.trainImages });
  if (chunkSize !== undefined) checkInteger("chunkSize", chunkSize, { min: 2, max: batchSize - 1 });
  checkInteger("seed", seed, { min: 0 });
  const { k, temperature } = checkOptions(evaluation, { k: true, temperature: true });
  lossFromSettings(loss);
  new Adam(optimizer).dispose();
  checkInteger("k", k, { min: 1 });
  checkNumber("temperature of the evaluation", temperature, { above: 0 });
}

/**
 * Trains, evaluates after every epoch and records one run; one that is there already is returned as it is. The backend must
 * have been started, see {@linkcode initBackend}.
 *
 * @param settings everything that determines the numbers, see {@linkcode runsOf}
 * @param options see {@linkcode RunOptions}
 * @returns the finished run: settings, metrics and the folder with embeddings, history and checkpoint
 * @throws {TypeError} if a setting or option is missing, unknown or of the wrong type
 * @throws {RangeError} if one is out of range, or the backend is not the one that runs
 * @throws {DataError} if the images are not those of the settings
 * @throws {DamagedRunError} if there is a run of these settings that is not as it was written, unless `force`
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { initBackend, loadDataset } from "@hscl/hscl";
 * import { factsOf, runExperiment, runsOf } from "@hscl/hscl/experiment";
 * const { backend } = await initBackend({ backend: "cpu" });
 * const data = await loadDataset("synthetic", { trainImages: 20, testImages: 10, height: 8, width: 8 });
 * const sizes = { seeds: 1, epochs: 1, batchSize: 10, temperature: 0.5 };
 * const plan = { backend, data: factsOf(data), network: "convnet", ...sizes } as const;
 * const [settings] = runsOf(plan, [{ name: "hscl", hardening: { name: "exponential", parameters: { beta: 1 } } }]);
 * const folder = await Deno.makeTempDir();
 * const { metrics } = await runExperiment(settings, { folder, data });
 * assertEquals(metrics.length, 1);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function runExperiment(settings: RunSettings, options: RunOptions): Promise<RunRecord> {
  const { folder, dataDir, force = false, onStep, onEpoch, onWarning, signal } = checkOptions(
    options,
    RUN_OPTIONS,
  );
  await checkRunsFolder(folder);
  for (const [name, call] of Object.entries({ onStep, onEpoch, onWarning })) checkFunction(name, call);
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError(`Cannot use signal as it must be an AbortSignal: received ${describe(signal)}`);
  }
  checkOptions(settings, RUN_SETTINGS);
  checkSettings(settings);
  if (!force) {
    const record = await readRun(folder, settings);
    if (record) return record;
  }
  if (settings.backend !== tf.getBackend()) {
    throw new RangeError(
      `Cannot train as the backend of the settings must be the one that runs, ${tf.getBackend()}: received ${settings.backend}`,
    );
  }
  const data = await runData(settings, { data: options.data, dataDir }, "train");
  checkFits(data, settings);
  signal?.throwIfAborted();
  const random = new Random(settings.seed), pipeline = pipelineFor(data);
  const loss = lossFromSettings(settings.loss);
  const encoder = encoderFromSettings(settings.encoder, random.child("encoder"));
  const writer = await RunWriter.start(folder, settings);
  const embed = (set: ImageSet) => embedSet(encoder, set, data.shape, pipeline.evaluate);
  try {
    const epochs = trainContrastive({
      encoder,
      loss,
      set: data.train,
      shape: data.shape,
      augmentation: pipeline.train,
      epochs: settings.epochs,
      batchSize: settings.batchSize,
      chunkSize: settings.chunkSize,
      optimizer: settings.optimizer,
      random: random.child("training"),
      onStep,
      onWarning,
      signal,
    });
    const keep = (epoch: number, embeddings: Float32Array) =>
      writer.keep({ epoch, embeddings, dim: encoder.embeddingDim, labels: data.test.labels });
    let embeddings: Float32Array = (await embed(data.test)).embeddings;
    await keep(0, embeddings);
    for await (const { epoch, loss, seconds, imagesPerSecond } of epochs) {
      const bank = await embed(data.train), queries = await embed(data.test);
      const { top1, top5 } = await knnClassify(
        { features: bank.features, labels: data.train.labels },
        { features: queries.features, labels: data.test.labels },
        { dim: encoder.featureDim, classes: data.classes.length, ...settings.evaluation },
      );
      embeddings = queries.embeddings;
      const { top1: classMean } = nearestClassMean(
        { features: bank.embeddings, labels: data.train.labels },
        { features: embeddings, labels: data.test.labels },
        { dim: encoder.embeddingDim, classes: data.classes.length },
      );
      await keep(epoch, embeddings);
      const metrics = { epoch, loss, top1, top5, classMean, seconds, imagesPerSecond };
      await writer.append(metrics);
      onEpoch?.(metrics);
    }
    return await writer.finish(encoder, embeddings, data.test.labels, data);
  } catch (error) {
    await writer.discard();
    throw error;
  } finally {
    encoder.dispose();
  }
}

/** The numbers of a run are those of its settings, so the images must be, too. */
function checkFits(data: ImageDataset, { augmentation, encoder }: RunSettings): void {
  if (data.shape.channels !== encoder.channels) {
    throw new DataError(
      `Cannot train as the encoder of the settings must take images of ${data.shape.channels} channels: ` +
        `received one of ${encoder?.channels}`,
    );
  }
  const own = augmentationSettings(data);
  if (canonicalize(own) !== canonicalize(augmentation)) {
    throw new DataError(
      `Cannot train as the augmentation of the settings must be that of ${data.name}: received ${
        canonicalize(augmentation)
      }`,
    );
  }
}
