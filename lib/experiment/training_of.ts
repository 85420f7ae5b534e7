import * as tf from "../core/tfjs.ts";
import canonicalize from "canonicalize";
import { pipelineFor } from "../augment/pipelines.ts";
import type { Transform } from "../augment/transform.ts";
import { checkObject } from "../core/checks.ts";
import { Random } from "../core/random.ts";
import { DataError } from "../data/data_error.ts";
import type { ImageDataset, ImageSet } from "../data/dataset.ts";
import { trainingImages } from "../data/training_images.ts";
import type { Encoder } from "../encoders/encoder.ts";
import { encoderFromSettings } from "../encoders/encoder_settings.ts";
import { knnClassify } from "../evaluate/knn.ts";
import { nearestClassMean } from "../evaluate/nearest_class_mean.ts";
import { type EmbeddedSet, embedSet } from "../train/embed.ts";
import { type StepProgress, trainContrastive } from "../train/loop.ts";
import { lossFromSettings, type TrainingLoss } from "../train/loss_settings.ts";
import { trainingObjective } from "../train/objective.ts";
import type { StateKeeper, TrainingState } from "../train/training_state.ts";
import { augmentationKinds, augmentationSettings, viewTransform } from "./augmentation.ts";
import { checkRunSettings } from "./check_run_settings.ts";
import { epochClassMeans } from "./epoch_class_means.ts";
import { epochGeometry } from "./epoch_geometry.ts";
import { runData } from "./run_data.ts";
import type { EpochTime, RunMetrics, RunSettings } from "./settings.ts";

/** An epoch that was trained and evaluated. */
export interface TrainedEpoch {
  /** What a run records of it. */
  readonly metrics: RunMetrics;
  /** What it took. */
  readonly time: EpochTime;
  /** `[test images, embeddingDim]`: of the test images. */
  readonly embeddings: Float32Array;
  /** The state before the next epoch; to be asked before the training goes on. */
  state(): Promise<TrainingState>;
}

/** Options of {@linkcode RunTraining.epochs}. */
export interface EpochOptions {
  /** Takes the place of the loss of the settings, whose numbers the training then no longer has; it may change from step to step. */
  loss?: TrainingLoss;
  /** Called after every step. */
  onStep?: (progress: StepProgress) => void;
  /** Told what makes a training pointless though it runs. */
  onWarning?: (message: string) => void;
  /** Goes on from here, with an encoder that has the parameters of then; from the start if left out. */
  from?: TrainingState;
  /** Keeps states; the training waits while it does. */
  keeper?: StateKeeper;
  /** Stops before the next step when aborted, by throwing the signal's reason. */
  signal?: AbortSignal;
}

/** The training that settings describe, before its first step. */
export interface RunTraining {
  /** Trained in place, with what of the loss is trained, too. */
  readonly encoder: Encoder;
  /** What the encoder makes of images of the data set now. */
  embed(set: ImageSet): Promise<EmbeddedSet>;
  /** Trains, and evaluates after every epoch; once only. */
  epochs(options?: EpochOptions): AsyncGenerator<TrainedEpoch>;
  /** Frees the encoder. */
  dispose(): void;
}

/**
 * The training that settings describe, without files: what {@linkcode runExperiment} trains, with the same numbers, where there is
 * none to write, as in a browser. The backend must have been started, see {@linkcode initBackend}.
 *
 * @param settings everything that determines the numbers, see {@linkcode runsOf}
 * @param data their images
 * @throws {TypeError} if a setting is missing, unknown or of the wrong type
 * @throws {RangeError} if one is out of range, or the backend is not the one that runs
 * @throws {DataError} if the images are not those of the settings
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { initBackend, loadDataset } from "@hscl/hscl";
 * import { factsOf, runsOf, trainingOf } from "@hscl/hscl/experiment";
 * const { backend } = await initBackend({ backend: "cpu" });
 * const data = await loadDataset("synthetic", { trainImages: 20, testImages: 10, height: 8, width: 8 });
 * const sizes = { seeds: 1, epochs: 2, batchSize: 10, temperature: 0.5 };
 * const [settings] = runsOf({ backend, data: factsOf(data), network: "convnet", ...sizes }, [{ name: "scl" }]);
 * const training = await trainingOf(settings, data), accuracies: number[] = [];
 * for await (const { metrics } of training.epochs()) accuracies.push(metrics.top1);
 * training.dispose();
 * assertEquals(accuracies.length, 2);
 * ```
 */
export async function trainingOf(settings: RunSettings, data: ImageDataset): Promise<RunTraining> {
  checkObject("settings of a run", settings);
  checkRunSettings(settings);
  checkBackend(settings);
  checkObject("data", data);
  await runData(settings, { data }, "train");
  checkFits(data, settings);
  const random = new Random(settings.seed), pipeline = pipelineFor(data);
  const objective = trainingObjective(
    encoderFromSettings(settings.encoder, random.child("encoder")),
    settings.loss,
    { crossEntropy: settings.crossEntropy, classes: data.classes.length },
    random.child("objective"),
  );
  const { encoder } = objective;
  const embed = (set: ImageSet) => embedSet(encoder, set, data.shape, pipeline.evaluate);
  return {
    encoder,
    embed,
    dispose: () => encoder.dispose(),
    async *epochs({ loss = objective.loss, ...others } = {}) {
      const epochs = trainContrastive({
        encoder,
        loss,
        observed: settings.observed?.map((each) => lossFromSettings(each)),
        set: trainingImages(data),
        shape: data.shape,
        augmentation: transformOf(data, settings),
        views: settings.views,
        epochs: settings.epochs,
        batchSize: settings.batchSize,
        chunkSize: settings.chunkSize,
        optimizer: settings.optimizer,
        random: random.child("training"),
        ...others,
      });
      for await (const { epoch, loss, observed, seconds, imagesPerSecond, state } of epochs) {
        const bank = await embed(data.train), queries = await embed(data.test);
        const scores = await evaluateEpoch(settings, data, encoder, bank, queries);
        const temperature = await objective.temperature?.();
        const learned = temperature === undefined ? {} : { temperature };
        const watched = observed === undefined ? {} : { observed };
        yield {
          metrics: { epoch, loss, ...scores, ...learned, ...watched },
          time: { epoch, seconds, imagesPerSecond },
          embeddings: queries.embeddings,
          state,
        };
      }
    },
  };
}

/** Accuracies on the test images, and how embeddings lie. */
async function evaluateEpoch(
  settings: RunSettings,
  { train, test, classes: { length: classes } }: ImageDataset,
  { featureDim, embeddingDim }: Encoder,
  bank: EmbeddedSet,
  queries: EmbeddedSet,
) {
  const { top1, top5 } = await knnClassify(
    { features: bank.features, labels: train.labels },
    { features: queries.features, labels: test.labels },
    { dim: featureDim, classes, ...settings.evaluation },
  );
  const { top1: classMean } = nearestClassMean(
    { features: bank.embeddings, labels: train.labels },
    { features: queries.embeddings, labels: test.labels },
    { dim: embeddingDim, classes },
  );
  const geometry = epochGeometry(queries.embeddings, embeddingDim, test.labels);
  const means = epochClassMeans(
    { embeddings: bank.embeddings, labels: train.labels },
    { embeddings: queries.embeddings, labels: test.labels },
    { dim: embeddingDim, classes },
  );
  return { top1, top5, classMean, ...geometry, ...means };
}

/** Throws unless the backend of the settings is the one that runs. */
export function checkBackend({ backend }: RunSettings): void {
  if (backend === tf.getBackend()) return;
  throw new RangeError(
    `Cannot train as the backend of the settings must be the one that runs, ${tf.getBackend()}: received ${backend}`,
  );
}

/** The numbers of a run are those of its settings, so the images must be, too. */
export function checkFits(data: ImageDataset, settings: RunSettings): void {
  const { encoder } = settings;
  if (data.shape.channels !== encoder.channels) {
    throw new DataError(
      `Cannot train as the encoder of the settings must take images of ${data.shape.channels} channels: ` +
        `received one of ${encoder?.channels}`,
    );
  }
  transformOf(data, settings);
}

/** The transform that makes the views of a run. */
function transformOf(data: ImageDataset, { augmentation }: RunSettings): Transform {
  const wanted = canonicalize(augmentation);
  const kind = augmentationKinds.find((kind) => canonicalize(augmentationSettings(data, kind)) === wanted);
  if (kind !== undefined) return viewTransform(data, kind);
  throw new DataError(
    `Cannot train as the augmentation of the settings must be that of ${data.name}: received ${wanted}`,
  );
}
