import { checkNumber, checkOptions, describe } from "../core/checks.ts";
import { denoFor } from "../core/platform.ts";
import type { ImageDataset } from "../data/dataset.ts";
import type { StepProgress } from "../train/loop.ts";
import { NonFiniteLossError } from "../train/non_finite_loss.ts";
import type { TrainingState } from "../train/training_state.ts";
import { closeLeft } from "./close_left.ts";
import { collapseMessage } from "./epoch_geometry.ts";
import { checkRunSettings } from "./check_run_settings.ts";
import { runData } from "./run_data.ts";
import { claimRun, type RunClaim, RunTakenError } from "./run_claim.ts";
import type { RunOwner } from "./run_owner.ts";
import { DamagedRunError } from "./run_manifest.ts";
import { checkRunsFolder, readRun, readRunAt } from "./run_record.ts";
import { putInPlace, RunWriter } from "./run_writer.ts";
import { checkBackend, checkFits, trainingOf } from "./training_of.ts";
import { type EpochTime, runHash, type RunMetrics, type RunRecord, type RunSettings } from "./settings.ts";

/** Where a run goes, and who is told about it. */
export interface RunOptions {
  /** The folder of runs; the run gets a folder of its own in it, named by the hash of its settings. */
  folder: string;
  /** The images, if they are loaded already; otherwise they are loaded by name. */
  data?: ImageDataset;
  /** Folder of the images, for a data set that needs one. */
  dataDir?: string;
  /** Train also what has been trained, from the start. */
  force?: boolean;
  /** Compare every byte of a run that is there with its manifest, and not only the lengths. */
  sums?: boolean;
  /** A state is kept after every epoch, and at least so often while it trains. Default 5. */
  snapshotMinutes?: number;
  /** Whether to wait for another process that trains the run. Default `true`. */
  wait?: boolean;
  /** Called after every step. */
  onStep?: (progress: StepProgress) => void;
  /** Called after every epoch. */
  onEpoch?: (metrics: RunMetrics, time: EpochTime) => void;
  /** Told, when a training goes on that was cut short or is to be longer, how many epochs and steps of the next are done. */
  onResume?: (epochs: number, steps: number) => void;
  /** Told who trains the run, when it has to be waited for. */
  onWait?: (owner: RunOwner | undefined) => void;
  /** Told of what is not as it was written, and made good. */
  onDamage?: (message: string) => void;
  /** Told what makes a training pointless though it runs: images of one class only, or embeddings that have collapsed. */
  onWarning?: (message: string) => void;
  /** Stops before the next step when aborted; the state then is kept. */
  signal?: AbortSignal;
}

const RUN_OPTIONS = {
  folder: true,
  data: true,
  dataDir: true,
  force: true,
  sums: true,
  snapshotMinutes: true,
  wait: true,
  onStep: true,
  onEpoch: true,
  onDamage: true,
  onResume: true,
  onWait: true,
  onWarning: true,
  signal: true,
} as const;

function checkFunction(name: string, value: unknown): void {
  if (value === undefined || typeof value === "function") return;
  throw new TypeError(`Cannot use ${name} as it must be a function: received ${describe(value)}`);
}

// How often is looked whether another process is done with a run.
const WAIT_MILLISECONDS = 2000;

/**
 * Trains, evaluates after every epoch and records one run. The backend must have been started, see {@linkcode initBackend}.
 *
 * A run that is there is returned as it is, and one that was trained longer as it was after the epochs of the settings. A training
 * that was cut short, however, goes on from the last state that it kept, and one of fewer epochs from its end; the numbers are
 * the same as in one go. A run is trained by one process at a time, wherever it runs: another one waits. One that is not as
 * it was written is told of, put together again from what is good of it, and kept as `<hash>.damaged-<n>`.
 *
 * @param settings everything that determines the numbers, see {@linkcode runsOf}
 * @param options see {@linkcode RunOptions}
 * @returns the finished run: settings, metrics and the folder with embeddings, history and checkpoint
 * @throws {TypeError} if a setting or option is missing, unknown or of the wrong type
 * @throws {RangeError} if one is out of range, or the backend is not the one that runs
 * @throws {DataError} if the images are not those of the settings
 * @throws {RunTakenError} if another process trains the run, or has taken it over, and it is not to be waited for
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
 * // Two epochs more.
 * const longer = await runExperiment({ ...settings, epochs: 3 }, { folder, data });
 * assertEquals(longer.metrics.slice(0, 1), metrics);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function runExperiment(settings: RunSettings, options: RunOptions): Promise<RunRecord> {
  checkOptions(options, RUN_OPTIONS);
  const { folder, force = false, sums = false, wait = true, snapshotMinutes = 5, signal } = options;
  await checkRunsFolder(folder);
  const { onStep, onEpoch, onDamage, onResume, onWait, onWarning } = options;
  for (const [name, call] of Object.entries({ onStep, onEpoch, onDamage, onResume, onWait, onWarning })) {
    checkFunction(name, call);
  }
  checkNumber("snapshotMinutes", snapshotMinutes, { above: 0 });
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError(`Cannot use signal as it must be an AbortSignal: received ${describe(signal)}`);
  }
  checkRunSettings(settings);
  const find = async (isFirst: boolean, sums: boolean) => {
    if (force) return undefined;
    try {
      return await readRun(folder, settings, { sums });
    } catch (error) {
      if (!(error instanceof DamagedRunError)) throw error;
      if (isFirst) onDamage?.(error.message);
    }
  };
  const found = await find(true, sums);
  if (found) {
    await closeLeft(folder, found);
    return found;
  }
  checkBackend(settings);
  signal?.throwIfAborted();
  const data = await runData(settings, { data: options.data, dataDir: options.dataDir }, "train");
  checkFits(data, settings);
  await denoFor("write a run").mkdir(folder, { recursive: true });
  for (let isTold = false;;) {
    signal?.throwIfAborted();
    let claim: RunClaim;
    try {
      claim = await claimRun(folder, runHash(settings));
    } catch (error) {
      if (!(error instanceof RunTakenError && wait)) throw error;
      if (!isTold) onWait?.(error.owner);
      isTold = true;
      await new Promise((resolve) => setTimeout(resolve, WAIT_MILLISECONDS));
      continue;
    }
    try {
      await putInPlace(claim.folder, `${folder}/${runHash(settings)}`);
      // Another process may have finished it meanwhile; what one that is gone has left is looked at closely.
      const record = await find(false, sums || claim.crashed);
      if (!record) return await train(settings, options, data, claim);
      await claim.close(record.trained);
      return record;
    } catch (error) {
      // What is good for nothing again need not be kept.
      if (error instanceof NonFiniteLossError) await claim.remove();
      else await claim.giveBack();
      if (!(error instanceof RunTakenError && wait)) throw error;
    }
  }
}

async function train(
  settings: RunSettings,
  options: RunOptions,
  data: ImageDataset,
  claim: RunClaim,
): Promise<RunRecord> {
  const { force, snapshotMinutes = 5, onStep, onEpoch, onDamage, onResume, onWarning, signal } = options;
  const training = await trainingOf(settings, data), { encoder, embed } = training;
  try {
    const writer = await RunWriter.start(claim, settings, data);
    if (force) await writer.forget();
    const from = force ? undefined : await writer.resume(encoder, (message) => onDamage?.(message));
    if (from) onResume?.(from.epoch - 1, from.step);
    const keep = (epoch: number, embeddings: Float32Array) =>
      writer.keep({ epoch, embeddings, dim: encoder.embeddingDim, labels: data.test.labels });
    let kept = performance.now();
    const snapshot = async (state: TrainingState) => {
      await writer.snapshot(encoder, state);
      kept = performance.now();
    };
    const keeper = { due: () => performance.now() - kept > 60_000 * snapshotMinutes, keep: snapshot };
    let embeddings: Float32Array | undefined;
    if (!from) await keep(0, (await embed(data.test)).embeddings);
    for await (const trained of training.epochs({ onStep, onWarning, from, keeper, signal })) {
      const { metrics, time, state } = trained;
      embeddings = trained.embeddings;
      await keep(metrics.epoch, embeddings);
      writer.append(metrics, time);
      await snapshot(await state());
      onEpoch?.(metrics, time);
      const collapse = collapseMessage(writer.metrics, data.classes.length);
      if (collapse !== undefined) onWarning?.(collapse);
    }
    embeddings ??= (await embed(data.test)).embeddings;
    const path = await writer.finish(embeddings, data.test.labels);
    await writer.close();
    const record = await readRunAt(path, settings);
    if (record) return record;
    throw new Error(`Cannot read ${path} as it must stay where it is: received none`);
  } finally {
    training.dispose();
  }
}
