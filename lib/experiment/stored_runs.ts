import { checkText } from "../core/checks.ts";
import { denoFor } from "../core/platform.ts";
import { DataError } from "../data/data_error.ts";
import { openRun } from "./list_runs.ts";
import { freeName } from "./run_writer.ts";
import { claimRun, type OwnerState, ownerState, RunTakenError } from "./run_claim.ts";
import { DamagedRunError } from "./run_manifest.ts";
import type { TrainingState } from "../train/training_state.ts";
import { checkRunsFolder, isWhole, type ReadRunOptions } from "./run_record.ts";
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

/**
 * Removes something from a folder of runs. A run has another name first, so that nobody finds half of it.
 *
 * @throws {DataError} if it is none of what {@linkcode storedRuns} lists, a link is in the way, or a process writes there
 *
 * @example
 * ```ts
 * import { assertEquals, assertRejects } from "@std/assert";
 * import { removeStoredRun, storedRuns } from "@hscl/hscl/experiment";
 * const folder = await Deno.makeTempDir();
 * await Deno.mkdir(`${folder}/0123456789abcdef`);
 * await removeStoredRun(folder, "0123456789abcdef");
 * assertEquals(await storedRuns(folder), []);
 * await assertRejects(() => removeStoredRun(folder, "../mine"), Error, "received ../mine");
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function removeStoredRun(runsFolder: string, name: string): Promise<void> {
  const { lstat, remove, rename } = denoFor("remove a run");
  const refuse = (requirement: string, received: string) =>
    new DataError(`Cannot remove a run as ${requirement}: received ${received}`);
  if (
    !/^[0-9a-f]{16}(\.(training|partial|damaged|removed)-[\w-]+)?$/.test(checkText("name of a run", name))
  ) {
    throw refuse("its name must be one of those in the folder of runs", name);
  }
  const folder = `${runsFolder}/${name}`;
  for (const path of [runsFolder, folder]) {
    const info = await lstat(path).catch((error) => {
      throw refuse(`${path} must be there`, (error as Error).message);
    });
    if (info.isSymlink) throw refuse(`${path} must be a folder`, "a link");
    if (!info.isDirectory) throw refuse(`${path} must be a folder`, "something else");
  }
  if (/\.training-/.test(name)) {
    try {
      return await (await claimRun(runsFolder, name.split(".")[0])).remove();
    } catch (error) {
      if (!(error instanceof RunTakenError)) throw error;
      throw refuse(`${folder} must be left by who trained it`, "one that is being trained");
    }
  }
  let gone = folder;
  if (!name.includes(".")) {
    gone = `${folder}.removed-${crypto.randomUUID()}`;
    await rename(folder, gone);
  }
  await remove(gone, { recursive: true });
}

/**
 * Gives a run that is damaged another name, `<hash>.damaged-<n>`, so that whoever wants it trains it again, or goes on from a state
 * of it that was left.
 *
 * @returns the new path; nothing if the run is whole, or gone
 * @throws {RunTakenError} if it is being trained
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { setAside, storedRuns } from "@hscl/hscl/experiment";
 * const folder = await Deno.makeTempDir();
 * await Deno.mkdir(`${folder}/0123456789abcdef`);
 * assertEquals(await setAside(folder, "0123456789abcdef"), `${folder}/0123456789abcdef.damaged-1`);
 * assertEquals((await storedRuns(folder)).map(({ name }) => name), ["0123456789abcdef.damaged-1"]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function setAside(runsFolder: string, name: string): Promise<string | undefined> {
  if (!/^[0-9a-f]{16}$/.test(checkText("name of a run", name))) {
    throw new DataError(
      `Cannot set a run aside as its name must be that of a finished one: received ${name}`,
    );
  }
  const claim = await claimRun(runsFolder, name), folder = `${runsFolder}/${name}`;
  const { errors, rename } = denoFor("set a run aside");
  try {
    // Another program may have made it good since it was looked at.
    if (await isWhole(folder, name)) return undefined;
    const path = await freeName(folder);
    await rename(folder, path);
    return path;
  } catch (error) {
    if (error instanceof errors.NotFound) return undefined;
    throw error;
  } finally {
    await claim.giveBack();
  }
}
