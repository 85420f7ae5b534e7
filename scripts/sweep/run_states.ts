import { join } from "node:path";
import {
  DamagedRunError,
  openRun,
  readRun,
  runHash,
  type RunRecord,
  type RunSettings,
} from "../../lib/experiment/mod.ts";
import { ownerState } from "../../lib/experiment/run_owner.ts";
import { type TrainingFolder, trainingFolders } from "../../lib/experiment/training_folders.ts";
import { type Position, snapshotsIn } from "../../lib/experiment/run_snapshot.ts";
import { failureOf } from "./folder.ts";

/** How far a run of a plan is. */
export interface RunState {
  settings: RunSettings;
  state: "finished" | "training" | "unfinished" | "failed" | "missing";
  /** How many epochs are trained. */
  epochs: number;
  /** How many steps of the next one. */
  steps: number;
  /** On which machine it is trained, or failed. */
  where?: string;
  /** Why it is not finished. */
  reason?: string;
  /** The run, if it is finished. */
  record?: RunRecord;
}

/** How far the runs are, in the order given; `sweepFolder` says which have failed. */
export async function runStates(
  runsFolder: string,
  runs: readonly RunSettings[],
  sweepFolder?: string,
): Promise<RunState[]> {
  const begun = new Map<string, TrainingFolder>();
  // The highest number of each comes first.
  for (const each of await trainingFolders(runsFolder)) if (!begun.has(each.hash)) begun.set(each.hash, each);
  return await Promise.all(runs.map(async (settings): Promise<RunState> => {
    const { record, fault } = await finishedRun(runsFolder, settings);
    if (record) return { settings, state: "finished", epochs: settings.epochs, steps: 0, record };
    const work = begun.get(runHash(settings))?.folder,
      { epoch, step } = await furthest(runsFolder, settings, work);
    const far = { settings, epochs: epoch - 1, steps: step };
    const { alive, owner } = work === undefined ? { alive: false } : await ownerState(work);
    if (alive) return { ...far, state: "training", where: owner?.host };
    const failure = sweepFolder === undefined ? undefined : await failureOf(sweepFolder, settings);
    if (failure) return { ...far, state: "failed", where: failure.host, reason: failure.reason };
    return {
      ...far,
      state: epoch > 1 || step > 0 ? "unfinished" : "missing",
      ...(fault && { reason: fault }),
    };
  }));
}

async function finishedRun(
  runsFolder: string,
  settings: RunSettings,
): Promise<{ record?: RunRecord; fault?: string }> {
  try {
    return { record: await readRun(runsFolder, settings) };
  } catch (error) {
    if (!(error instanceof DamagedRunError)) throw error;
    return { fault: error.message };
  }
}

/** Where the training of a run that is not finished would go on: from its last state, or from a run of fewer epochs. */
async function furthest(
  runsFolder: string,
  settings: RunSettings,
  work: string | undefined,
): Promise<Position> {
  const start = { epoch: 1, step: 0 }, [last] = work === undefined ? [] : await snapshotsIn(work);
  if (last) return last;
  const shorter = await openRun(join(runsFolder, runHash(settings))).catch(() => undefined);
  return shorter ? { epoch: shorter.trained + 1, step: 0 } : start;
}
