import { checkInteger, checkObject, checkOneOf, checkOptions, checkText } from "../core/checks.ts";
import { type MeanInterval, meanInterval, type ShareInterval, shareInterval } from "../core/interval.ts";
import { DataError } from "../data/data_error.ts";
import type { ImageDataset, ImageSet } from "../data/dataset.ts";
import { knnClassify } from "../evaluate/knn.ts";
import { adamProbe, type AdamProbeSettings } from "../evaluate/adam_probe.ts";
import { innerClassMean } from "../evaluate/inner_class_mean.ts";
import { linearProbe, type LinearProbeResult } from "../evaluate/linear_probe.ts";
import { nearestClassMean } from "../evaluate/nearest_class_mean.ts";
import { retrieval } from "../evaluate/retrieval.ts";
import { openCheckpoint } from "../train/open_checkpoint.ts";
import { runData } from "./run_data.ts";
import { checkRecord, type RunRecord, type RunSettings } from "./settings.ts";
import { embedImages } from "./trained_encoder.ts";

/** One of what is measured: kNN and linear probe, class means, retrieval. */
export type Measure =
  | "knnTop1"
  | "knnTop5"
  | "linearTop1"
  | "linearTop5"
  | "featureMean"
  | "embeddingMean"
  | "innerTop1"
  | "innerTop5"
  | "recallAt1"
  | "recallAt5"
  | "mapAtR";

/** What a measure is called. */
export interface MeasureLabels {
  /** In a table with room. */
  readonly label: string;
  /** In the head of a column; of what has none, a table of several runs has no room for it. */
  readonly short?: string;
  /** Whether features or embeddings are measured. */
  readonly of: "features" | "embeddings";
}

/** What is measured of a run, and what of: *features* are before the projection head, *embeddings* what the loss compares. */
export const measures: Readonly<Record<Measure, MeasureLabels>> = {
  knnTop1: { label: "kNN top-1", short: "kNN@1", of: "features" },
  knnTop5: { label: "kNN top-5", short: "kNN@5", of: "features" },
  linearTop1: { label: "linear probe top-1", short: "lin@1", of: "features" },
  linearTop5: { label: "linear probe top-5", short: "lin@5", of: "features" },
  featureMean: { label: "nearest class mean", short: "mean h", of: "features" },
  embeddingMean: { label: "nearest class mean", short: "mean z", of: "embeddings" },
  innerTop1: { label: "class mean by inner product", short: "ip@1", of: "embeddings" },
  innerTop5: { label: "class mean by inner product top-5", of: "embeddings" },
  recallAt1: { label: "Recall@1", short: "R@1", of: "embeddings" },
  recallAt5: { label: "Recall@5", short: "R@5", of: "embeddings" },
  mapAtR: { label: "MAP@R", short: "MAP@R", of: "embeddings" },
};

/** The names of the {@linkcode measures}, in their order. */
export const measureNames = Object.keys(measures) as Measure[];

/** Labelled images to evaluate a run on that are none of its own. */
export interface OtherImages {
  /** What they are called. */
  name: string;
  /** Of the shape that the run was trained with. */
  set: ImageSet;
  /** Names of the classes that the labels index into; each must be one that the run was trained with. */
  classes: readonly string[];
}

/** Options of {@linkcode evaluateRun}. */
export interface EvaluateOptions {
  /** The run's images, if they are loaded already; otherwise they are loaded by name. */
  data?: ImageDataset;
  /** Folder of the run's images, for a data set that needs one. */
  dataDir?: string;
  /** Which images: the run's test images (default), those that it learned from, or others. */
  on?: "test" | "train" | OtherImages;
  /** Neighbours of the kNN, at most as many as training images can be; as many as the settings of the run say by default. */
  k?: number;
  /** How the linear probe is fitted: `exact` (default) finds the least loss there is; settings train it with Adam, see {@linkcode adamProbe}. */
  probe?: "exact" | AdamProbeSettings;
  /** Gives up when aborted. */
  signal?: AbortSignal;
}

/** How well the features and embeddings of a run tell classes apart. */
export interface RunEvaluation {
  /** The folder of the run. */
  folder: string;
  /** What it was trained with. */
  settings: RunSettings;
  /** Which images: `test`, `train`, or the name of others. */
  on: string;
  /** How many. */
  images: number;
  /** Names of the classes. */
  classes: readonly string[];
  /** Neighbours of the kNN, which predicts only their classes, also in the top-5. */
  k: number;
  /** How the linear probe was fitted. */
  probe: "exact" | AdamProbeSettings;
  /** Whether the loss of the linear probe is proved to be within a millionth of the least; nothing of one that was trained with Adam. */
  converged?: boolean;
  /** Mean log-likelihood of the classes by {@linkcode innerClassMean}, with `T = 1`, and its 95 % interval over the images; at most 0. */
  logLikelihood: MeanInterval;
  /** Each measure with a 95 % interval over the images: of a share Wilson's, of MAP@R Student's. */
  scores: Record<Measure, ShareInterval>;
  /** The true class of each image. */
  labels: Int32Array;
  /** What each image was taken for. */
  predictions: { knn: Int32Array; linear: Int32Array; classMean: Int32Array };
  /** What each image adds to a measure: 1 or 0, or its average precision; `NaN` where it is the only one of its class and asks nothing. */
  values: Record<Measure, Float64Array>;
}

type ProbeResult = Pick<LinearProbeResult, "ranks" | "predictions"> & { converged?: boolean };

const EVALUATE_OPTIONS = { data: true, dataDir: true, on: true, k: true, probe: true, signal: true } as const;

/**
 * Evaluates a finished run: the weighted kNN, a linear probe and class means, fitted on what the run learned from; and how well
 * embeddings find others of their class among the evaluated images (Recall@K, MAP@R). The backend must have been started,
 * see {@linkcode initBackend}.
 *
 * On the images that the run learned from, each is left out in turn where neighbours are asked, but class means and probe have
 * seen it. None of it makes a random choice, but for a linear probe that is trained with Adam. The intervals are over the images, as independent ones: they say how far the
 * numbers would move with other images, and not with another seed of the training.
 *
 * @param run a finished run, see {@linkcode openRun}
 * @param options see {@linkcode EvaluateOptions}
 * @throws {DataError} if the images are not those of the run, other images have a class that it does not know, there is no image,
 * or the checkpoint is broken
 * @throws {TypeError} if an option is unknown or of the wrong type
 * @throws {RangeError} if one is out of range
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { initBackend, loadDataset } from "@hscl/hscl";
 * import { evaluateRun, factsOf, runExperiment, runsOf } from "@hscl/hscl/experiment";
 * const { backend } = await initBackend({ backend: "cpu" });
 * const data = await loadDataset("synthetic", { trainImages: 20, testImages: 10, height: 8, width: 8 });
 * const sizes = { seeds: 1, epochs: 1, batchSize: 10, temperature: 0.5 };
 * const [settings] = runsOf({ backend, data: factsOf(data), network: "convnet", ...sizes }, [{ name: "scl" }]);
 * const folder = await Deno.makeTempDir();
 * const run = await runExperiment(settings, { folder, data });
 * const { scores, images } = await evaluateRun(run, { data });
 * assertEquals(images, 10);
 * assertEquals(scores.knnTop1.value, run.metrics[0].top1);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function evaluateRun(run: RunRecord, options: EvaluateOptions = {}): Promise<RunEvaluation> {
  checkRecord(run);
  const { data: loaded, dataDir, on = "test", probe = "exact", signal, ...others } = checkOptions(
    options,
    EVALUATE_OPTIONS,
  );
  const leaveOneOut = on === "train";
  // A run of fewer images than its settings ask for is evaluated by all, as it was while it trained.
  const most = run.settings.dataset.trainImages - (leaveOneOut ? 1 : 0);
  const k = others.k === undefined
    ? run.settings.evaluation.k
    : checkInteger("k", others.k, { min: 1, max: most });
  if (typeof on === "string") checkOneOf("on", on, ["test", "train"]);
  if (typeof probe === "string") checkOneOf("probe", probe, ["exact"]);
  else checkObject("settings of the probe", probe);
  const known = loaded ?? await openCheckpoint(`${run.folder}/checkpoint`);
  const source = { data: loaded, dataDir, shape: known.shape };
  const data = await runData(run.settings, source, `evaluate ${run.folder}`);
  const { train, shape, classes } = data;
  const asked = typeof on === "string" ? data[on] : knownImages(on, classes, run);

  signal?.throwIfAborted();
  const learned = await embedImages(run, train, shape);
  signal?.throwIfAborted();
  const found = leaveOneOut ? learned : await embedImages(run, asked, shape);
  signal?.throwIfAborted();
  const sides = (of: "features" | "embeddings") => {
    const training = { features: learned[of], labels: train.labels };
    const queries = { features: found[of], labels: asked.labels };
    return { training, queries, known: { dim: learned[of].length / train.count, classes: classes.length } };
  };
  const features = sides("features"), embeddings = sides("embeddings");
  const { temperature } = run.settings.evaluation;
  const knn = await knnClassify(features.training, features.queries, {
    ...features.known,
    k,
    temperature,
    leaveOneOut,
  });
  signal?.throwIfAborted();
  const linear: ProbeResult = probe === "exact"
    ? await linearProbe(features.training, features.queries, features.known)
    : await adamProbe(features.training, features.queries, { ...features.known, ...probe });
  signal?.throwIfAborted();
  const means = [features, embeddings].map(({ training, queries, known }) =>
    nearestClassMean(training, queries, known).predictions
  );
  const inner = innerClassMean(embeddings.training, embeddings.queries, embeddings.known);
  const near = await retrieval(embeddings.queries, { dim: embeddings.known.dim });
  signal?.throwIfAborted();

  const hits = (predictions: Int32Array) =>
    Float64Array.from(predictions, (each, i) => Number(each === asked.labels[i]));
  const within = (ranks: Int32Array, places: number) =>
    Float64Array.from(ranks, (rank) => Number(rank > 0 && rank <= places));
  // The only image of its class asks nothing.
  const recalls = (places: number) =>
    Float64Array.from(near.firstRanks, (rank) => rank === 0 ? NaN : Number(rank <= places));
  const values: Record<Measure, Float64Array> = {
    knnTop1: within(knn.ranks, 1),
    knnTop5: within(knn.ranks, 5),
    linearTop1: within(linear.ranks, 1),
    linearTop5: within(linear.ranks, 5),
    featureMean: hits(means[0]),
    embeddingMean: hits(means[1]),
    innerTop1: within(inner.ranks, 1),
    innerTop5: within(inner.ranks, 5),
    recallAt1: recalls(1),
    recallAt5: recalls(5),
    mapAtR: near.precisions,
  };
  return {
    folder: run.folder,
    settings: run.settings,
    on: typeof on === "string" ? on : on.name,
    images: asked.count,
    classes,
    k,
    probe,
    ...(linear.converged === undefined ? {} : { converged: linear.converged }),
    logLikelihood: meanInterval(inner.logProbabilities),
    scores: Object.fromEntries(
      measureNames.map((name) => [name, scoreOf(name, values[name])]),
    ) as Record<Measure, ShareInterval>,
    labels: Int32Array.from(asked.labels),
    predictions: { knn: knn.predictions, linear: linear.predictions, classMean: means[1] },
    values,
  };
}

function scoreOf(name: Measure, values: Float64Array): ShareInterval {
  const asked = values.filter((value) => !Number.isNaN(value));
  if (name !== "mapAtR") return shareInterval(asked.reduce((sum, hit) => sum + hit, 0), asked.length);
  const { mean, halfWidth, count } = meanInterval(asked);
  return { value: mean, low: Math.max(0, mean - halfWidth), high: Math.min(1, mean + halfWidth), count };
}

/** Images of others with the labels that the run's classes have. */
function knownImages(
  { name, set, classes }: OtherImages,
  known: readonly string[],
  { folder }: RunRecord,
): ImageSet {
  checkText("name of the images", name);
  checkObject("images", set);
  const places = classes.map((each) => known.indexOf(each));
  const strange = classes.filter((_, label) => places[label] < 0 && set.labels.includes(label));
  if (strange.length > 0) {
    const names = known.length > 10
      ? `${known.slice(0, 10).join(", ")}, … (${known.length})`
      : known.join(", ");
    throw new DataError(
      `Cannot evaluate ${folder} on ${name} as its classes must be among those of the run, ${names}: received ${
        strange.slice(0, 10).join(", ")
      }${strange.length > 10 ? `, … (${strange.length})` : ""}`,
    );
  }
  if (set.count === 0) {
    throw new DataError(`Cannot evaluate ${folder} on ${name} as there must be images: received none`);
  }
  return { ...set, labels: Int32Array.from(set.labels, (label) => places[label]) };
}
