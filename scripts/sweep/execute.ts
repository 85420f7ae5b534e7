import { join } from "node:path";
import { runLabel, type RunRecord, type RunSettings } from "../../lib/experiment/mod.ts";
import type { BackendName } from "../../mod.ts";
import { count } from "../../lib/figures/words.ts";
import { nativeFault } from "../runs/native_fault.ts";
import { type FailedRun, usualJobs, WorkerPool } from "../runs/pool.ts";
import { progressDisplay } from "../runs/progress.ts";
import { noteFailure, type Sweep } from "./folder.ts";
import { runStates } from "./run_states.ts";
import { StoppedBeforeLimit } from "./stoppable.ts";

/** What became of runs. */
export interface Outcome {
  /** Those that are finished, whoever trained them, in the order given. */
  records: RunRecord[];
  /** Those that failed here. */
  failed: FailedRun[];
  /** How many somebody else is training. */
  elsewhere: number;
}

/** How runs are executed. */
export interface ExecuteOptions {
  /** Folder of results. */
  out: string;
  /** Worker processes; as many as there are cores if absent. */
  jobs?: number;
  /** How often what it takes to go on is kept. */
  snapshotMinutes: number;
  /** Gives up; the states of unfinished runs are kept. */
  signal: AbortSignal;
}

// Before a time limit there is more time to end a step than after Ctrl-C.
const STOP_MILLISECONDS = 60_000;

/**
 * Trains runs of a sweep that nobody has trained or is training. One that fails is written down in the folder of the sweep; the
 * others go on.
 *
 * @throws {Interrupted} if it is given up
 */
export async function executeRuns(
  { plan: { dataset, others = [] }, folder }: Required<Sweep>,
  runs: readonly RunSettings[],
  { out, jobs, snapshotMinutes, signal }: ExecuteOptions,
): Promise<Outcome> {
  signal.throwIfAborted();
  const runsFolder = join(out, "runs"), say = (line: string) => console.error(`sweep: ${line}`);
  await Deno.mkdir(runsFolder, { recursive: true });
  const states = await runStates(runsFolder, runs), failed: FailedRun[] = [];
  const missing = states.filter(({ state }) => state !== "finished").map(({ settings }) => settings);
  say(`${count(runs.length, "run")}: ${runs.length - missing.length} finished`);
  if (missing.length > 0) {
    const backend = missing[0].backend as BackendName;
    const pool = new WorkerPool({ backend, datasets: [dataset, ...others], runsFolder, snapshotMinutes });
    const stop = () =>
      void pool.stop(signal.reason instanceof StoppedBeforeLimit ? STOP_MILLISECONDS : undefined);
    signal.addEventListener("abort", stop);
    try {
      const report = await pool.probe().catch((error) => {
        throw signal.aborted ? error : new Error(`${backend}, the backend of the plan: ${error.message}`);
      });
      const fault = nativeFault(report), workers = Math.min(jobs ?? usualJobs(report), missing.length);
      if (fault) say(fault);
      say(`backend ${report.backend}: ${report.detail}`);
      say(
        `${count(missing.length, "run")} to train on ${workers} worker process${workers === 1 ? "" : "es"}`,
      );
      failed.push(...await train(pool, missing, workers));
    } finally {
      signal.removeEventListener("abort", stop);
      await pool.stop();
    }
  }
  const after = await runStates(runsFolder, runs);
  return {
    records: after.flatMap(({ record }) => record ?? []),
    failed,
    elsewhere: after.filter(({ state }) => state === "training").length,
  };

  async function train(
    pool: WorkerPool,
    missing: readonly RunSettings[],
    workers: number,
  ): Promise<FailedRun[]> {
    const display = progressDisplay(missing, workers, new Set()), writing: Promise<void>[] = [];
    const onEnd = display.onEnd.bind(display);
    display.onEnd = (worker, run, failure) => {
      writing.push(noteFailure(folder, run, failure));
      onEnd(worker, run, failure);
    };
    display.onTaken = (_worker, run, owner) => {
      const who = owner ? `process ${owner.pid} on ${owner.host}` : "another process";
      display.onTold(`${runLabel(run)}: left to ${who}, which trains it`);
    };
    try {
      return await pool.execute(missing, workers, display, { force: false, sums: false }, false);
    } finally {
      display.close();
      await Promise.all(writing);
    }
  }
}
