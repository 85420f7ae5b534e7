import { checkText } from "../core/checks.ts";
import { denoFor } from "../core/platform.ts";
import type { TrainingState } from "../train/training_state.ts";
import { openRun } from "./list_runs.ts";
import { DamagedRunError } from "./run_manifest.ts";
import { type OwnerState, ownerState } from "./run_owner.ts";
import { checkRunsFolder, type ReadRunOptions } from "./run_record.ts";
import { type Position, snapshotsIn } from "./run_snapshot.ts";
import { RUN_FORMAT, type RunRecord, type RunSettings } from "./settings.ts";

/** What is in the folder of all runs. */
export interface StoredRun {
  /** Its name in that folder: the hash of its settings, and what follows where it is not whole. */
  name: string;
  /** Its path. */
  folder: string;
  /**
   * `whole`; `old`, of another version of the format; `damaged`; `unfinished`, by a process that trains there; or `left`, by one that is
   * gone, to be continued.
   */
  state: "whole" | "old" | "damaged" | "unfinished" | "left";
  /** The run, if it is whole. */
  record?: RunRecord;
  /** What it is trained with, if it is unfinished or left and that can be read. */
  settings?: RunSettings;
  /** The furthest state of it that is kept, if it is unfinished or left. */
  progress?: Pick<TrainingState, "epoch" | "step">;
  /** Why it is not whole. */
  fault?: string;
  /** Length of all its files. */
  bytes: number;
  /** When it was finished, or last changed. */
  modified: Date;
}

/**
 * Everything in a folder of runs that a training has made, sorted by name; what else is there is none of it, links included.
 * A folder that is not there has nothing.
 *
 * @param options how closely runs are looked at
 * @throws {RangeError} if there is something else in its place
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { storedRuns } from "@hscl/hscl/experiment";
 * const folder = await Deno.makeTempDir();
 * await Deno.mkdir(`${folder}/0123456789abcdef`);
 * await Deno.mkdir(`${folder}/mine`);
 * assertEquals((await storedRuns(folder)).map(({ name, state }) => [name, state]), [["0123456789abcdef", "damaged"]]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function storedRuns(
  runsFolder: string,
  options: ReadRunOptions = {},
): Promise<StoredRun[]> {
  await checkRunsFolder(checkText("folder of the runs", runsFolder));
  const { errors, readDir } = denoFor("list runs"), names: string[] = [];
  try {
    for await (const { name, isDirectory } of readDir(runsFolder)) {
      if (isDirectory && /^[0-9a-f]{16}($|\.(training|partial|damaged|removed)-)/.test(name)) {
        names.push(name);
      }
    }
  } catch (error) {
    if (!(error instanceof errors.NotFound)) throw error;
  }
  const runs: StoredRun[] = [];
  for (const name of names.sort()) {
    try {
      runs.push(await stored(runsFolder, name, options));
    } catch (error) {
      // Another process was faster.
      if (!(error instanceof errors.NotFound)) throw error;
    }
  }
  return runs;
}

async function stored(runsFolder: string, name: string, options: ReadRunOptions): Promise<StoredRun> {
  const folder = `${runsFolder}/${name}`;
  const common = { name, folder, ...await sizeOf(folder) };
  if (/\.training-/.test(name)) {
    const owner = await ownerState(folder), settings = await settingsOf(folder);
    const [last] = await snapshotsIn(folder), progress = last && { epoch: last.epoch, step: last.step };
    const fault = unfinished(owner, progressWords(progress, settings));
    return { ...common, state: owner.alive ? "unfinished" : "left", fault, settings, progress };
  }
  if (/\.partial-/.test(name)) return { ...common, state: "old", fault: "left by an older version" };
  if (/\.removed-/.test(name)) return { ...common, state: "left", fault: "half removed" };
  if (/\.damaged-/.test(name)) {
    return { ...common, state: "damaged", fault: "set aside" };
  }
  const format = await formatOf(folder);
  if (format !== undefined && format !== RUN_FORMAT) {
    return { ...common, state: "old", fault: `of format ${format}, where this version has ${RUN_FORMAT}` };
  }
  try {
    return { ...common, state: "whole", record: await openRun(folder, options) };
  } catch (error) {
    if (!(error instanceof DamagedRunError)) throw error;
    return { ...common, state: "damaged", fault: error.message.replace(/^.*? as /, "") };
  }
}

/** How a training stands, in words. */
function unfinished({ alive, owner }: OwnerState, progress: string): string {
  const who = owner ? ` process ${owner.pid} on ${owner.host}` : "";
  return alive
    ? `being trained${who && ` by${who}`}, ${progress}`
    : `left${who && ` by${who}`} ${progress}; whoever wants it goes on from there`;
}

function progressWords(last: Position | undefined, settings: RunSettings | undefined): string {
  const of = settings ? ` of ${settings.epochs}` : "";
  if (!last) return "before the first state was kept";
  return last.step === 0
    ? `after epoch ${last.epoch - 1}${of}`
    : `in epoch ${last.epoch}${of}, after step ${last.step}`;
}

/** The format that a run says it has; nothing if it says none. */
async function formatOf(folder: string): Promise<number | undefined> {
  const format: unknown = (await settingsOf(folder))?.format;
  return typeof format === "number" ? format : undefined;
}

/** The settings in the folder of a run, unchecked. */
async function settingsOf(folder: string): Promise<RunSettings | undefined> {
  const { lstat, readTextFile } = denoFor("list runs"), path = `${folder}/config.json`;
  try {
    if (!(await lstat(path)).isFile) return undefined;
    return JSON.parse(await readTextFile(path)) ?? undefined;
  } catch {
    return undefined;
  }
}

/** The length of all files below a folder, and when it was last changed; no link is followed. */
async function sizeOf(folder: string): Promise<{ bytes: number; modified: Date }> {
  const { lstat, readDir } = denoFor("list runs");
  let bytes = 0, modified = (await lstat(folder)).mtime ?? new Date(0);
  for await (const { name, isDirectory, isFile } of readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) bytes += (await sizeOf(path)).bytes;
    if (!isFile) continue;
    const { size, mtime } = await lstat(path);
    bytes += size;
    if (name === "manifest.json" && mtime) modified = mtime;
  }
  return { bytes, modified };
}
