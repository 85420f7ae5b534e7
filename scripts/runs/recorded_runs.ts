import { type Experiment, readRun, type RunSettings } from "../../lib/experiment/mod.ts";
import { closeLeft } from "../../lib/experiment/close_left.ts";
import { ownerState } from "../../lib/experiment/run_owner.ts";
import { readScores } from "../../lib/experiment/run_scores.ts";
import { trainingFolders } from "../../lib/experiment/training_folders.ts";

/** A run would have to be trained, or evaluated. */
export class NotRecorded extends Error {}

/** What an {@linkcode Experiment} may ask for, and the folders of the runs that it was given. */
export interface RecordedRuns extends Pick<Experiment, "ensure" | "scored"> {
  found: ReadonlySet<string>;
}

/**
 * Runs that are there already.
 *
 * @param crashed whether a process that trained has crashed: then every byte is looked at, and what it left of finished runs goes
 * @throws {NotRecorded} from what it gives, if a run or its scores are not there
 */
export function recordedRuns(runsFolder: string, crashed: boolean): RecordedRuns {
  const found = new Set<string>();
  const ensure = (runs: readonly RunSettings[]) =>
    Promise.all(runs.map(async (run) => {
      const record = await readRun(runsFolder, run, { sums: crashed });
      if (!record) throw new NotRecorded();
      if (crashed) await closeLeft(runsFolder, record);
      found.add(record.folder);
      return record;
    }));
  const scored = async (runs: readonly RunSettings[]) => {
    const records = await ensure(runs);
    return await Promise.all(runs.map(async (run, at) => {
      const scores = await readScores(runsFolder, run);
      if (!scores) throw new NotRecorded();
      return { record: records[at], scores };
    }));
  };
  return { found, ensure, scored };
}

/** Whether a process that trained was gone without giving its run up: what is on the disk may not be what was written. */
export async function someCrashed(runsFolder: string): Promise<boolean> {
  for (const { folder } of await trainingFolders(runsFolder)) {
    if ((await ownerState(folder)).crashed) return true;
  }
  return false;
}
