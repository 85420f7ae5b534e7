import { loadDataset } from "../../mod.ts";
import { backendNames } from "../../lib/backend/mod.ts";
import { datasetNames } from "../../lib/data/mod.ts";
import type { RunRecord, RunSettings } from "../../lib/train/mod.ts";
import { join } from "node:path";
import { type FlagTable, type FlagValues, UsageError } from "../cli/mod.ts";
import type { TrainingPlan } from "./plan.ts";
import { ensureRuns } from "./ensure_runs.ts";
import { nativeFault } from "./native_fault.ts";
import { stopWithTask } from "../cli/orphans.ts";
import { Interrupted, WorkerPool } from "./pool.ts";
import { costWarnings, encoderNames, presetNames, presetOf } from "./presets.ts";

const defaultTemperature = 0.5;

/** The flags of every script that trains. */
export const trainingFlags = {
  preset: {
    kind: "choice",
    allowed: presetNames,
    default: "default",
    help: "How much to train: network, seeds, epochs, batch size, images",
  },
  dataset: { kind: "choice", allowed: datasetNames, default: "mnist", help: "Images to learn from" },
  data: { kind: "directory", help: "Folder of the CIFAR-10 binary files" },
  backend: {
    kind: "choice",
    allowed: backendNames,
    default: "auto",
    help: "TensorFlow.js backend that computes",
  },
  encoder: { kind: "choice", allowed: encoderNames, help: "Network to train (preset)" },
  seeds: { kind: "integer", min: 1, max: 1000, help: "Runs per loss (preset)", placeholder: "n" },
  epochs: { kind: "integer", min: 1, help: "Passes over the training images (preset)", placeholder: "n" },
  batchSize: {
    kind: "integer",
    min: 2,
    help: "Images per batch, each in two views (preset)",
    placeholder: "n",
  },
  temperature: { kind: "number", above: 0, default: defaultTemperature, help: "Temperature T of the losses" },
  jobs: { kind: "integer", min: 1, help: "Worker processes (cores; 1 on a GPU)", placeholder: "n" },
  out: {
    kind: "directory",
    written: true,
    default: "results",
    help: "Folder for runs and figures; those of the preset smoke go to smoke/ in it",
  },
  force: { kind: "boolean", help: "Train again what has been trained" },
} as const satisfies FlagTable;

/** {@linkcode trainingFlags} where the theory is computed, which takes temperatures from 0.01 on. */
export const theoryFlags = {
  ...trainingFlags,
  temperature: {
    kind: "number",
    min: 0.01,
    default: defaultTemperature,
    help: trainingFlags.temperature.help,
  },
} as const satisfies FlagTable;

/** Values of {@linkcode trainingFlags}. */
export type TrainingFlags = FlagValues<typeof trainingFlags>;

/** What a script that trains works with. */
export interface Training {
  /** What all its runs share. */
  plan: TrainingPlan;
  /** Finds or trains every run, and returns their records in the order given. */
  ensure(runs: readonly RunSettings[]): Promise<RunRecord[]>;
}

/**
 * Loads the data and starts the worker processes that the flags ask for, for as long as `work` lasts. `name` starts the
 * lines it prints.
 */
export async function withTraining<T>(
  name: string,
  flags: TrainingFlags,
  work: (training: Training) => Promise<T>,
): Promise<T> {
  const say = (line: string) => console.error(`${name}: ${line}`);
  const preset = presetOf(flags.preset);
  const dataset = {
    name: flags.dataset,
    options: { dataDir: flags.data, trainImages: preset.trainImages, testImages: preset.testImages },
  };
  if (flags.data !== undefined && flags.dataset !== "cifar10") {
    throw new UsageError(`--data goes with --dataset cifar10: received --dataset ${flags.dataset}`);
  }
  if (flags.preset === "paper" && flags.dataset === "mnist") {
    throw new UsageError(
      "--preset paper trains a ResNet-50 on colour images: add --dataset cifar10 --data DIR; received --dataset mnist",
    );
  }
  const data = await loadDataset(dataset.name, dataset.options);
  const batchSize = flags.batchSize ?? preset.batchSize;
  if (batchSize > data.train.count) {
    throw new UsageError(
      `--batch-size must be at most the ${data.train.count} training images: received ${batchSize}`,
    );
  }
  if (new Set(data.train.labels).size === 1) {
    say(
      `all ${data.train.count} training images are of one class: SCL and H-SCL have no negatives there, and kNN ` +
        "cannot be wrong",
    );
  }
  await checkWritable(flags.out);

  const runsFolder = join(flags.out, "runs");
  const pool = new WorkerPool({ backend: flags.backend, dataset, runsFolder });
  const stopped = stopOnSignal(pool), task = stopWithTask(() => void pool.stop());
  try {
    const report = await pool.probe().catch((error: Error) => {
      throw flags.backend === "auto" || error instanceof Interrupted
        ? error
        : new UsageError(`--backend ${flags.backend}: ${error.message}`);
    });
    const fault = nativeFault(report);
    if (fault) say(fault);
    say(`backend ${report.backend}: ${report.detail}`);
    const plan: TrainingPlan = {
      preset: flags.preset,
      encoder: flags.encoder ?? preset.encoder,
      backend: report.backend,
      data,
      seeds: flags.seeds ?? preset.seeds,
      epochs: flags.epochs ?? preset.epochs,
      batchSize,
      temperature: flags.temperature,
    };
    // TensorFlow's native library says whether it found one.
    const isGpu = report.backend === "webgpu" || /\bGPU\b/.test(report.detail);
    const jobs = flags.jobs ?? (isGpu ? 1 : navigator.hardwareConcurrency);
    return await work({
      plan,
      ensure: (runs) => {
        costWarnings({ ...plan, runs: runs.length }).forEach(say);
        return ensureRuns(runs, { runsFolder, pool, jobs, force: flags.force, say });
      },
    });
  } finally {
    stopped.forget();
    task.forget();
    await pool.stop();
  }
}

/** Finds or trains the runs that `runsOf` makes of the flags' settings. */
export function trainRuns(
  name: string,
  flags: TrainingFlags,
  runsOf: (plan: TrainingPlan) => readonly RunSettings[],
): Promise<{ records: RunRecord[]; plan: TrainingPlan }> {
  return withTraining(
    name,
    flags,
    async ({ plan, ensure }) => ({ records: await ensure(runsOf(plan)), plan }),
  );
}

/** On Ctrl-C or a termination request: ends the workers and removes unfinished runs; whoever waits for them fails. */
function stopOnSignal(pool: WorkerPool): { forget(): void } {
  const signals: Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT", "SIGBREAK"]
    : ["SIGINT", "SIGTERM", "SIGHUP"];
  const stop = () => void pool.stop();
  for (const signal of signals) Deno.addSignalListener(signal, stop);
  return { forget: () => signals.forEach((signal) => Deno.removeSignalListener(signal, stop)) };
}

/** Fails before any training if nothing can be written. */
async function checkWritable(folder: string): Promise<void> {
  try {
    await Deno.mkdir(folder, { recursive: true });
    await Deno.remove(await Deno.makeTempFile({ dir: folder, prefix: ".writable-" }));
  } catch (error) {
    throw new UsageError(
      `--out must be a folder that can be written to: received ${folder} (${(error as Error).message})`,
    );
  }
}
