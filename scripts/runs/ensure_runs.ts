import { readRun, runHash, type RunRecord, type RunSettings } from "../../lib/train/mod.ts";
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
  const missing: RunSettings[] = [];
  // The same run may be asked for twice.
  for (const run of new Map(runs.map((run) => [runHash(run), run])).values()) {
    if (options.force || !await readRun(options.runsFolder, run)) missing.push(run);
  }
  const jobs = Math.min(options.jobs, missing.length);
  options.say(
    missing.length === 0
      ? `all ${runs.length} run${
        runs.length === 1 ? "" : "s"
      } exist in ${options.runsFolder}; nothing to train`
      : `${runs.length} run${runs.length === 1 ? "" : "s"}: ${
        runs.length - missing.length
      } exist, ${missing.length} to train on ` +
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
  return await Promise.all(runs.map(async (run) => (await readRun(options.runsFolder, run))!));
}
