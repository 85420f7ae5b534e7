import canonicalize from "canonicalize";
import { checkText } from "../core/checks.ts";
import { denoFor } from "../core/platform.ts";
import { DamagedRunError, readManifest, readRunFile } from "./run_manifest.ts";
import { checkRunsFolder, readRun } from "./run_record.ts";
import { runHash, type RunRecord, type RunSettings } from "./settings.ts";

/** The runs of a folder. */
export interface RunList {
  /** Those that are whole, by folder. */
  runs: RunRecord[];
  /** Why others are not. */
  damaged: DamagedRunError[];
}

/**
 * Reads a finished run by its folder.
 *
 * @throws {DamagedRunError} if the run is not as it was written, or of an older version
 */
export async function openRun(folder: string): Promise<RunRecord> {
  checkText("folder of a run", folder);
  const [, runsFolder = ".", hash] = /^(?:(.*)\/)?([^/]+)\/*$/.exec(folder) ?? [];
  const bytes = await readRunFile(folder, "config.json", await readManifest(folder));
  let settings: RunSettings;
  try {
    settings = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw new DamagedRunError(folder, "config.json", "must be JSON: received something else");
  }
  if (canonicalize(settings) === undefined || runHash(settings) !== hash) {
    throw new DamagedRunError(
      folder,
      "config.json",
      "must hold the settings that the folder is named by: received others",
    );
  }
  const record = await readRun(runsFolder, settings);
  if (record) return record;
  throw new DamagedRunError(folder, "config.json", "must stay where it is: received none");
}

/**
 * Lists the finished runs of a folder; those of older versions and those that are not as they were written are named apart.
 * A folder that is not there has none.
 *
 * @throws {RangeError} if there is something else in its place
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { listRuns } from "@hscl/hscl/experiment";
 * assertEquals(await listRuns("no/such/folder"), { runs: [], damaged: [] });
 * ```
 */
export async function listRuns(runsFolder: string): Promise<RunList> {
  await checkRunsFolder(runsFolder);
  const { errors, readDir } = denoFor("list runs"), list: RunList = { runs: [], damaged: [] };
  const folders: string[] = [];
  try {
    for await (const { name, isDirectory } of readDir(runsFolder)) {
      if (isDirectory && /^[0-9a-f]{16}$/.test(name)) folders.push(`${runsFolder}/${name}`);
    }
  } catch (error) {
    if (!(error instanceof errors.NotFound)) throw error;
  }
  for (const folder of folders.sort()) {
    try {
      list.runs.push(await openRun(folder));
    } catch (error) {
      if (!(error instanceof DamagedRunError)) throw error;
      list.damaged.push(error);
    }
  }
  return list;
}
