import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import canonicalize from "canonicalize";
import { checkArray, checkInteger, checkNumber, checkObject } from "../../core/checks.ts";
import { type GraphViewName, graphViews } from "../../augment/graph_views.ts";
import { type GraphCollection, nodeFeatureDim } from "../../data/graphs/collection.ts";
import type { GinOptions } from "../../encoders/gin.ts";
import type { LossSettings } from "../../train/loss_settings.ts";
import type { OptimizerSettings } from "../../train/optimizer_settings.ts";
import { checkLoss } from "../plan.ts";

/**
 * Everything that determines the numbers of one training of a network of graphs: it learns from all parts but one of a stratified
 * cross-validation, and is evaluated on that one. Equal settings, equal numbers.
 */
export interface GraphRunSettings {
  /** Raised when the code changes what the same settings compute. */
  format: 1;
  /** The backend that computes. */
  backend: string;
  /** Which graphs, by content. */
  collection: { name: string; digest: string; graphs: number };
  /** How views are made of them: by name, and with every parameter. */
  views: { name: GraphViewName; transform: string };
  /** The network. */
  encoder: GinOptions;
  /** The training loss; none for a network that stays as it was made. */
  loss?: LossSettings;
  /** Of Adam. */
  optimizer: OptimizerSettings;
  /** Passes over the training graphs; 0 without a loss. */
  epochs: number;
  /** Graphs per batch. */
  batchSize: number;
  /** Of every random choice: initial weights, order, views, and the parts. */
  seed: number;
  /** How many parts there are, and which of them is evaluated on, from 0. */
  part: { of: number; fold: number };
  /** What `C` of the support vector machine is chosen from, by so many inner parts. */
  evaluation: { costs: readonly number[]; innerFolds: number };
}

/** A finished training of a network of graphs. */
export interface GraphRunRecord {
  /** What it was trained with. */
  settings: GraphRunSettings;
  /** Share of the graphs of the part whose class a support vector machine predicts, 0 … 1. */
  accuracy: number;
  /** The `C` that it chose. */
  cost: number;
  /** Mean training loss of each epoch. */
  losses: number[];
  /** Seconds of training and evaluation. */
  seconds: number;
}

/** What the trainings of an experiment with one graph collection share. */
export interface GraphPlan {
  /** The backend that computes. */
  backend: string;
  /** The graphs. */
  collection: GraphCollection;
  /** How views are made of them. */
  views: GraphViewName;
  /** Trainings per loss and part, with seeds 0, 1, 2 … */
  seeds: number;
  /** Parts of the cross-validation. */
  folds: number;
  /** Passes over the training graphs. */
  epochs: number;
  /** Graphs per batch; fewer where the training graphs are. */
  batchSize: number;
  /** Temperature of the losses that have none of their own. */
  temperature: number;
  /** Of Adam. */
  optimizer: OptimizerSettings;
}

/** The name of a training: the first 16 hexadecimal digits of the SHA-256 of its settings' canonical JSON. */
export function graphRunHash(settings: GraphRunSettings): string {
  checkObject("settings of a run", settings);
  return bytesToHex(sha256(utf8ToBytes(canonicalize(settings)!))).slice(0, 16);
}

/**
 * One training per loss, seed and part, and of each seed and part the network that nothing has trained. All losses share seeds and
 * parts: the same seed means the same parts, initial weights, batches and views.
 *
 * @throws {SettingsError} if a loss cannot be computed
 * @throws {RangeError} if there are more parts than graphs, or a number is out of range
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { madeUpGraphs } from "@hscl/hscl/data";
 * import { graphRunsOf } from "@hscl/hscl/experiment";
 * const sizes = { seeds: 2, folds: 5, epochs: 1, batchSize: 32, temperature: 0.5 };
 * const optimizer = { learningRate: 1e-3, weightDecay: 0 };
 * const plan = { backend: "cpu", collection: madeUpGraphs(), views: "random", ...sizes, optimizer } as const;
 * const runs = graphRunsOf(plan, [{ name: "ucl" }, { name: "scl" }]);
 * assertEquals(runs.length, 2 * 5 * 3);
 * ```
 */
export function graphRunsOf(plan: GraphPlan, losses: readonly LossSettings[]): GraphRunSettings[] {
  checkObject("plan", plan);
  checkArray("losses", losses, "settings of losses");
  losses.forEach((loss) => checkLoss(loss));
  const { collection: { name, digest, graphs }, folds, seeds, temperature, optimizer } = plan;
  checkInteger("folds", folds, { min: 2, max: graphs.count });
  checkInteger("seeds", seeds, { min: 1 });
  checkInteger("epochs", plan.epochs, { min: 1 });
  checkInteger("batch size", plan.batchSize, { min: 2 });
  checkNumber("temperature", temperature, { above: 0 });
  // The part that is left out has at most so many.
  const batchSize = Math.min(plan.batchSize, graphs.count - Math.ceil(graphs.count / folds));
  const shared = {
    format: 1,
    backend: plan.backend,
    collection: { name, digest, graphs: graphs.count },
    views: { name: plan.views, transform: graphViews(plan.views).name },
    encoder: { nodeFeatures: nodeFeatureDim(graphs.features), layers: 3, width: 32 },
    optimizer,
    batchSize,
    evaluation: { costs: [0.001, 0.01, 0.1, 1, 10, 100, 1000], innerFolds: 5 },
  } as const;
  const each = [undefined, ...losses];
  return Array.from({ length: seeds }, (_, seed) => seed).flatMap((seed) =>
    Array.from({ length: folds }, (_, fold) => fold).flatMap((fold) =>
      each.map((loss): GraphRunSettings => ({
        ...shared,
        ...(loss ? { loss: { temperature, ...loss } as LossSettings } : {}),
        epochs: loss ? plan.epochs : 0,
        seed,
        part: { of: folds, fold },
      }))
    )
  );
}
