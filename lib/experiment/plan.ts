import { encoderSettings } from "../encoders/encoder_settings.ts";
import type { EmbeddingSpace } from "../encoders/projection_head.ts";
import { type NetworkName, networkOf } from "../encoders/networks.ts";
import { type DatasetName, datasetSource } from "../data/data_sets.ts";
import { checkArray, checkObject } from "../core/checks.ts";
import { SettingsError } from "../core/settings_error.ts";
import { largestChunk } from "../train/chunks.ts";
import { lossFromSettings, type LossSettings, type TemperatureRange } from "../train/loss_settings.ts";
import type { OptimizerSettings } from "../train/optimizer_settings.ts";
import { optimizers } from "../train/optimizers.ts";
import { checkViews, type ViewKind } from "../train/views.ts";
import { type AugmentationKind, augmentationSettings } from "./augmentation.ts";
import type { DatasetFacts } from "./dataset_facts.ts";
import { checkTrainOn } from "./learnt_images.ts";
import { optionWords } from "./option_words.ts";
import type { RunScores } from "./run_scores.ts";
import { RUN_FORMAT, type RunRecord, type RunSettings } from "./settings.ts";

/** What the runs of an experiment share. */
export interface Plan {
  /** The backend that computes. */
  backend: string;
  /** The images. */
  data: DatasetFacts;
  /** The network. */
  network: NetworkName;
  /** Whether it is the smaller one, where there is one; `usual` if left out. */
  size?: "small" | "usual";
  /** So many times the channels of the network's layers; 1 if left out. */
  width?: number;
  /** Length of the embedding; the network's own if left out. */
  headDim?: number;
  /** Where embeddings lie; on the sphere if left out. */
  embedding?: EmbeddingSpace;
  /** Runs per loss, with seeds 0, 1, 2 … */
  seeds: number;
  /** Passes over the training images. */
  epochs: number;
  /** Images per batch. */
  batchSize: number;
  /** Most images that a gradient is computed of at a time, at least 2; all of a batch if left out. */
  chunkSize?: number;
  /** Which views the losses compare; two of each image if left out. */
  views?: ViewKind;
  /** How a view is made of an image; as usual if left out. */
  augmentation?: AugmentationKind;
  /** Temperature of the losses that have none of their own. */
  temperature: number;
  /** What a learned temperature is clipped to; it is fixed if left out. */
  learnedTemperature?: TemperatureRange;
  /** Losses that are recorded of the same batches, and have no part in the training; none if left out. */
  observed?: readonly LossSettings[];
  /** Weight of a cross-entropy of the features; none if left out. */
  crossEntropy?: number;
  /** What changes the weights; Adam as in the paper's code if left out. */
  optimizer?: OptimizerSettings;
  /** Neighbours of the kNN that follows every epoch; {@linkcode usualNeighbours} if left out. */
  k?: number;
}

/** A run and its evaluation. */
export interface ScoredRun {
  /** The run. */
  record: RunRecord;
  /** The evaluation. */
  scores: RunScores;
}

/** What a figure is made of: the plan of its runs, and whoever finds or trains them. */
export interface Experiment {
  /** What all runs share. */
  plan: Plan;
  /** Finds or trains every run, and returns their records in the order given. */
  ensure(runs: readonly RunSettings[]): Promise<RunRecord[]>;
  /** The same, with the evaluation of every run on its test images, which is found or made. */
  scored(runs: readonly RunSettings[]): Promise<ScoredRun[]>;
}

/**
 * How many neighbours a kNN asks where nobody says: 15 % of a class, at least 5 and at most the 200 of the paper's code, which
 * has 5,000 images of a class.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { usualNeighbours } from "@hscl/hscl/experiment";
 * assertEquals(usualNeighbours({ trainImages: 8060, trainClasses: 62 }), 20);
 * ```
 */
export function usualNeighbours(data: Pick<DatasetFacts, "trainImages" | "trainClasses">): number {
  checkObject("data", data);
  const { trainImages, trainClasses } = data;
  return Math.min(trainImages, Math.max(5, Math.min(200, Math.round(0.15 * trainImages / trainClasses))));
}

/**
 * Throws unless a loss can be computed, so that no training is the first to tell.
 *
 * @throws {SettingsError} if it cannot
 */
export function checkLoss(settings: LossSettings, views: ViewKind = "two"): void {
  try {
    checkViews(views, lossFromSettings(settings));
  } catch (error) {
    throw new SettingsError((error as Error).message);
  }
}

/**
 * One run per loss and seed. All losses share the seeds, so the same seed means the same initial weights, batches and
 * views.
 *
 * @throws {SettingsError} if a loss cannot be computed, or needs labels that the images to learn from have not
 * @throws {RangeError} if the size of a chunk is below 2
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadDataset } from "@hscl/hscl";
 * import { factsOf, runsOf } from "@hscl/hscl/experiment";
 * const data = factsOf(await loadDataset("synthetic", { trainImages: 20, testImages: 10 }));
 * const sizes = { seeds: 2, epochs: 1, batchSize: 10, temperature: 0.5 };
 * const runs = runsOf({ backend: "cpu", data, network: "convnet", ...sizes }, [{ name: "ucl" }, { name: "scl" }]);
 * assertEquals(runs.map(({ loss, seed }) => `${loss.name} ${seed}`), ["ucl 0", "scl 0", "ucl 1", "scl 1"]);
 * ```
 */
export function runsOf(plan: Plan, losses: readonly LossSettings[]): RunSettings[] {
  checkObject("plan", plan);
  checkObject("data of the plan", plan.data);
  checkArray("losses", losses, "settings of losses");
  const { data, width, headDim, embedding, views, learnedTemperature, crossEntropy } = plan;
  const settings = losses.map((loss) => {
    const learned = learnedTemperature === undefined ? {} : { learnedTemperature };
    return { temperature: plan.temperature, ...loss, ...learned } as LossSettings;
  });
  const observed = plan.observed?.map((loss) => ({ temperature: plan.temperature, ...loss }));
  const all = [...settings, ...observed ?? []];
  all.forEach((loss) => checkLoss(loss, views));
  checkTrainOn(data.options?.trainOn, all.map(({ name }) => name));
  const { name, digest, trainImages, testImages, options, shape } = data;
  // The same for all sizes that come to the same chunks, none if that is the batch: equal numbers have equal settings.
  const chunkSize = plan.chunkSize === undefined ? undefined : largestChunk(plan.batchSize, plan.chunkSize);
  const seeds = Array.from({ length: plan.seeds }, (_, seed) => seed);
  return seeds.flatMap((seed) =>
    settings.map((loss): RunSettings => ({
      format: RUN_FORMAT,
      backend: plan.backend,
      dataset: { name, digest, trainImages, testImages, ...(options ? { options } : {}) },
      augmentation: augmentationSettings(plan.data, plan.augmentation),
      ...(views === undefined || views === "two" ? {} : { views }),
      encoder: encoderSettings(plan.network, shape, plan.size, { width, headDim, embedding }),
      loss,
      ...(observed === undefined ? {} : { observed }),
      ...(crossEntropy === undefined ? {} : { crossEntropy }),
      optimizer: plan.optimizer ?? { learningRate: 1e-3, weightDecay: 1e-6 },
      epochs: plan.epochs,
      batchSize: plan.batchSize,
      ...(chunkSize === undefined ? {} : { chunkSize }),
      seed,
      evaluation: { k: plan.k ?? usualNeighbours(plan.data), temperature: 0.5 },
    }))
  );
}

/** How a data set is called in figures, with what it was loaded with; by its own name if it is none of ours. */
export function datasetLabel(data: Pick<DatasetFacts, "name" | "options">): string {
  checkObject("data", data);
  const { name, options } = data;
  return (datasetSource(name as DatasetName)?.label ?? name) + optionWords(options);
}

/** The settings that all runs of a plan share, as figures show them. */
export interface PlanContext {
  /** The data set, and how many images. */
  dataset: string;
  /** Temperature of the losses. */
  temperature: number;
  /** Passes over the training images. */
  epochs: number;
  /** Images per batch. */
  batchSize: number;
  /** The network, and how it is trained where that is not as usual. */
  encoder: string;
  /** The TensorFlow.js backend. */
  backend: string;
}

/** What a figure says of the plan of its runs. */
export function contextOf(plan: Plan): PlanContext {
  checkObject("plan", plan);
  const { data, temperature, epochs, batchSize, network, backend } = plan;
  return {
    dataset: `${datasetLabel(data)}, ${data.trainImages} training images`,
    temperature,
    epochs,
    batchSize,
    encoder: [networkOf(network).label, ...unusual(plan)].join(", "),
    backend,
  };
}

/** What of a plan is not as usual, in a few words each. */
function unusual(plan: Plan): string[] {
  const { width = 1, headDim, embedding, views, augmentation, optimizer, learnedTemperature, crossEntropy } =
    plan;
  return [
    width === 1 ? [] : `${width} × as wide`,
    headDim === undefined ? [] : `${headDim} dimensions`,
    embedding === "ball" ? "unit ball" : [],
    views === "single" ? "single views" : views === "same-class" ? "views of two images of a class" : [],
    augmentation === "none" ? "no augmentation" : [],
    optimizer?.name === undefined ? [] : optimizers[optimizer.name].label,
    learnedTemperature === undefined ? [] : "learned temperature",
    crossEntropy === undefined ? [] : `cross-entropy of weight ${crossEntropy}`,
  ].flat();
}
