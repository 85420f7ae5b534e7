import { DamagedRunError, readRun, runHash, type RunRecord, type RunSettings } from "../../lib/train/mod.ts";
import { count } from "../../lib/figures/words.ts";
import { removeAbandonedRuns } from "../../lib/train/partial_run.ts";
import type { FailedRun, WorkerPool } from "./pool.ts";
import { progressDisplay } from "./progress.ts";

/** Settings of {@linkcode ensureRuns}. */
export interface EnsureOptions {
  runsFolder: string;
  pool: WorkerPool;
  /** Most worker processes at a time. */
  jobs: number;
  /** Train also the runs that exist. */
  force: boolean;
  /** Says in one line what is about to happen. */
  say: (line: string) => void;
}

/** Some runs could not be finished. */
export class RunsFailed extends Error {
  constructor(failed: readonly FailedRun[], total: number) {
    const [{ run, reason }] = failed;
    super(
      `${failed.length} of ${total} runs failed and nothing was drawn; the finished ones are kept and will be reused. ` +
        `First: ${run.loss.name} seed ${run.seed}: ${reason}`,
    );
  }
}

/** Finds or trains every run, and returns their records in the order given. */
export async function ensureRuns(runs: readonly RunSettings[], options: EnsureOptions): Promise<RunRecord[]> {
  const missing: RunSettings[] = [], records = new Map<string, RunRecord>();
  await removeAbandonedRuns(options.runsFolder);
  // The same run may be asked for twice.
  for (const [hash, run] of new Map(runs.map((run) => [runHash(run), run]))) {
    const record = options.force ? undefined : await readWhole(run, options);
    if (record) records.set(hash, record);
    else missing.push(run);
  }
  const jobs = Math.min(options.jobs, missing.length);
  options.say(
    missing.length === 0
      ? `${there(runs.length)} in ${options.runsFolder}; nothing to train`
      : `${count(runs.length, "run")}: ${
        there(runs.length - missing.length)
      }, ${missing.length} to train on ` +
        `${jobs} worker process${jobs === 1 ? "" : "es"}`,
  );
  if (missing.length > 0) {
    const display = progressDisplay(missing, jobs);
    try {
      const failed = await options.pool.execute(missing, jobs, display);
      if (failed.length > 0) throw new RunsFailed(failed, missing.length);
    } finally {
      display.close();
    }
  }
  for (const run of missing) {
    const record = await readRun(options.runsFolder, run);
    if (!record) throw new Error(`Cannot draw as run ${runHash(run)} must stay where it is: received none`);
    records.set(runHash(run), record);
  }
  return runs.map((run) => records.get(runHash(run))!);
}

/** `1 run exists`, `0 runs exist`. */
function there(runs: number): string {
  return `${count(runs, "run")} exist${runs === 1 ? "s" : ""}`;
}

/** A run that is there and as it was written. */
async function readWhole(
  run: RunSettings,
  { runsFolder, say }: EnsureOptions,
): Promise<RunRecord | undefined> {
  try {
    return await readRun(runsFolder, run);
  } catch (error) {
    if (!(error instanceof DamagedRunError)) throw error;
    say(`${error.message}; it is trained again, and what is there is kept as ${error.folder}.damaged-<n>`);
  }
}
