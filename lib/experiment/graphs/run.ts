import canonicalize from "canonicalize";
import * as tf from "../../core/tfjs.ts";
import { graphViews } from "../../augment/graph_views.ts";
import { checkObject } from "../../core/checks.ts";
import { denoFor } from "../../core/platform.ts";
import { Random } from "../../core/random.ts";
import { writeAtomically } from "../../core/write_atomically.ts";
import { DataError } from "../../data/data_error.ts";
import type { GraphCollection } from "../../data/graphs/collection.ts";
import { gin } from "../../encoders/gin.ts";
import { stratifiedFolds } from "../../evaluate/stratified_folds.ts";
import { svmClassify } from "../../evaluate/svm.ts";
import { embedGraphs, trainGraphs } from "../../train/graphs.ts";
import { lossFromSettings } from "../../train/loss_settings.ts";
import { graphRunHash, type GraphRunRecord, type GraphRunSettings } from "./settings.ts";

/** How {@linkcode trainGraphRun} trains. */
export interface GraphRunOptions {
  /** The graphs of the settings. */
  collection: GraphCollection;
  /** Stops before the next step when aborted, by throwing the signal's reason. */
  signal?: AbortSignal;
}

/**
 * Trains a network of graphs as settings say, on all parts of the graphs but one, and evaluates it on that: a support vector machine
 * learns from the features of the training graphs, and predicts the classes of the others. Neither the network nor the machine sees a
 * graph of that part before, with labels or without.
 *
 * @throws {DataError} if the graphs are not those of the settings
 * @throws {RangeError} if another backend runs, or a setting is out of range
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { initBackend } from "@hscl/hscl";
 * import { madeUpGraphs } from "@hscl/hscl/data";
 * import { graphRunsOf, trainGraphRun } from "@hscl/hscl/experiment";
 * const { backend } = await initBackend({ backend: "wasm" }), collection = madeUpGraphs({ graphs: 30 });
 * const sizes = { seeds: 1, folds: 3, epochs: 1, batchSize: 10, temperature: 0.5 };
 * const optimizer = { learningRate: 1e-3, weightDecay: 0 };
 * const plan = { backend, collection, views: "random", ...sizes, optimizer } as const;
 * const [untrained, scl] = graphRunsOf(plan, [{ name: "scl" }]);
 * const { accuracy, losses } = await trainGraphRun(scl, { collection });
 * assert(accuracy >= 0 && losses.length === 1);
 * assert((await trainGraphRun(untrained, { collection })).losses.length === 0);
 * ```
 */
export async function trainGraphRun(
  settings: GraphRunSettings,
  { collection, signal }: GraphRunOptions,
): Promise<GraphRunRecord> {
  checkObject("settings of a run", settings);
  const { backend, loss, seed, part, epochs, batchSize, optimizer, evaluation } = settings;
  if (backend !== tf.getBackend()) {
    throw new RangeError(
      `Cannot train as the backend of the settings must be the one that runs, ${tf.getBackend()}: received ${backend}`,
    );
  }
  const { graphs, digest, classes, name } = collection;
  if (digest !== settings.collection.digest) {
    throw new DataError(
      `Cannot train as ${name} must be the graphs of the settings, ${
        settings.collection.digest.slice(0, 16)
      }: received ${digest.slice(0, 16)}`,
    );
  }
  const started = performance.now(), random = new Random(seed), losses: number[] = [];
  const foldOf = stratifiedFolds(graphs.labels, part.of, random.child("parts"));
  const all = Int32Array.from(graphs.labels.keys());
  const known = all.filter((graph) => foldOf[graph] !== part.fold),
    asked = all.filter((graph) => foldOf[graph] === part.fold);
  const encoder = gin(settings.encoder, random.child("encoder"));
  try {
    if (loss) {
      const training = trainGraphs({
        encoder,
        loss: lossFromSettings(loss),
        graphs,
        items: known,
        views: graphViews(settings.views.name),
        epochs,
        batchSize,
        optimizer,
        random: random.child("training"),
        signal,
      });
      for await (const epoch of training) losses.push(epoch.loss);
    }
    const labelled = async (items: Int32Array) => ({
      features: (await embedGraphs(encoder, graphs, items)).features,
      labels: items.map((item) => graphs.labels[item]),
    });
    const options = { dim: encoder.featureDim, classes: classes.length, ...evaluation };
    const { accuracy, cost } = svmClassify(await labelled(known), await labelled(asked), options);
    return { settings, accuracy, cost, losses, seconds: (performance.now() - started) / 1000 };
  } finally {
    encoder.dispose();
  }
}

const pathOf = (folder: string, settings: GraphRunSettings) => `${folder}/${graphRunHash(settings)}.json`;

/** A training that was recorded; nothing where there is none, or its file is not whole. */
export async function readGraphRun(
  folder: string,
  settings: GraphRunSettings,
): Promise<GraphRunRecord | undefined> {
  const { errors, readTextFile } = denoFor("read a run");
  let record: Partial<GraphRunRecord> | null;
  try {
    record = JSON.parse(await readTextFile(pathOf(folder, settings)));
  } catch (error) {
    if (error instanceof errors.NotCapable) throw error;
    return undefined;
  }
  const { accuracy, cost, losses, seconds } = record ?? {};
  const isWhole = [accuracy, cost, seconds].every(Number.isFinite) && Array.isArray(losses) &&
    losses.length === settings.epochs && losses.every(Number.isFinite) && accuracy! >= 0 && accuracy! <= 1 &&
    canonicalize(record!.settings) === canonicalize(settings);
  return isWhole ? record as GraphRunRecord : undefined;
}

/** Finds a training among those that were recorded, or does it and records it. */
export async function ensureGraphRun(
  settings: GraphRunSettings,
  folder: string,
  options: GraphRunOptions & { force?: boolean },
): Promise<GraphRunRecord> {
  const { force = false, ...others } = options;
  const found = force ? undefined : await readGraphRun(folder, settings);
  if (found) return found;
  const record = await trainGraphRun(settings, others);
  await denoFor("write a run").mkdir(folder, { recursive: true });
  await writeAtomically(pathOf(folder, settings), JSON.stringify(record) + "\n");
  return record;
}
