import { checkText } from "../core/checks.ts";
import { denoFor } from "../core/platform.ts";
import {
  checkRunFiles,
  DamagedRunError,
  readManifest,
  readRunFile,
  type RunManifest,
} from "./run_manifest.ts";
import { parseLines, readTime } from "./run_snapshot.ts";
import {
  type EpochTime,
  runHash,
  runIdentity,
  type RunMetrics,
  type RunRecord,
  type RunSettings,
} from "./settings.ts";

/** How closely a run is looked at. */
export interface ReadRunOptions {
  /** Whether every byte of every file is compared with the manifest, and not only its length. */
  sums?: boolean;
}

/**
 * Reads a finished run, or `undefined` if there is none with these settings under `runsFolder`. One that was trained for more
 * epochs than the settings say is read as it was then; one of fewer is none. The length of every file of the run is compared
 * with the manifest that was written last, and the bytes of those that are read.
 *
 * @throws {DamagedRunError} if the run is not as it was written; the message names the run and the file
 */
export async function readRun(
  runsFolder: string,
  settings: RunSettings,
  options: ReadRunOptions = {},
): Promise<RunRecord | undefined> {
  return await readRunAt(`${runsFolder}/${runHash(settings)}`, settings, options);
}

/** The same of the folder of the run, whatever it is called. */
export async function readRunAt(
  folder: string,
  settings: RunSettings,
  options: ReadRunOptions = {},
): Promise<RunRecord | undefined> {
  while (await isThere(folder)) {
    const before = await manifestOf(folder);
    try {
      return await readWhole(folder, settings, options);
    } catch (error) {
      const isSame = before === await manifestOf(folder) && await isThere(folder);
      if (isSame || !(error instanceof DamagedRunError)) throw error;
      // Another process has put its own in place meanwhile.
    }
  }
  return undefined;
}

async function readWhole(
  folder: string,
  wanted: RunSettings,
  { sums = false }: ReadRunOptions,
): Promise<RunRecord | undefined> {
  const manifest = await checkRunFiles(folder, { sums });
  const trained = await readSettings(folder, manifest);
  if (runIdentity(trained) !== runIdentity(wanted)) {
    const fault = "must hold the settings that the folder is named by: received others";
    throw new DamagedRunError(folder, "config.json", fault);
  }
  const lines = async <T extends { epoch: number }>(name: string): Promise<T[]> => {
    const text = new TextDecoder().decode(await readRunFile(folder, name, manifest));
    const values = parseLines<T>(folder, name, text);
    if (values.length === trained.epochs && values.every(({ epoch }, i) => epoch === i + 1)) return values;
    throw new DamagedRunError(
      folder,
      name,
      `must have a line for each of ${trained.epochs} epochs: received others`,
    );
  };
  const metrics = await lines<RunMetrics>("metrics.jsonl"), times = await lines<EpochTime>("timing.jsonl");
  if (trained.epochs < wanted.epochs) return undefined;
  return {
    folder,
    settings: wanted,
    metrics: metrics.slice(0, wanted.epochs),
    times: times.slice(0, wanted.epochs).map(readTime),
    trained: trained.epochs,
  };
}

/** The settings that a run says it was trained with. */
export async function readSettings(folder: string, manifest: RunManifest): Promise<RunSettings> {
  const text = new TextDecoder().decode(await readRunFile(folder, "config.json", manifest));
  const [settings] = parseLines<RunSettings>(folder, "config.json", text, (text) => [text]);
  if (typeof settings === "object" && settings !== null) return settings;
  throw new DamagedRunError(folder, "config.json", "must hold settings: received something else");
}

/** How many epochs a run has been trained for by now: while somebody has its record, another program may train it further. */
export async function trainedEpochs(folder: string, manifest: RunManifest): Promise<number> {
  return (await readSettings(folder, manifest)).epochs;
}

/** Whether a folder is that of the finished run of a hash, every byte as it was written. */
export async function isWhole(folder: string, hash: string): Promise<boolean> {
  try {
    const settings = await readSettings(folder, await readManifest(folder));
    return runHash(settings) === hash && await readWhole(folder, settings, { sums: true }) !== undefined;
  } catch (error) {
    if (error instanceof DamagedRunError) return false;
    throw error;
  }
}

/** Whether there is something of that name, also a link that leads nowhere. */
async function isThere(path: string): Promise<boolean> {
  const { errors, lstat } = denoFor("read a run");
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (error instanceof errors.NotFound) return false;
    throw error;
  }
}

/** What tells a run from another training of the same settings, which took another time; `undefined` without a run. */
async function manifestOf(folder: string): Promise<string | undefined> {
  try {
    return JSON.stringify([...await readManifest(folder)]);
  } catch (error) {
    if (error instanceof DamagedRunError) return undefined;
    throw error;
  }
}

/** Throws unless a path is that of a folder, or of nothing yet. */
export async function checkRunsFolder(path: string): Promise<void> {
  const { errors, stat } = denoFor("read a run");
  const received = await stat(checkText("folder of the runs", path)).then(
    ({ isDirectory }) => isDirectory ? undefined : `what is no folder at ${path}`,
    (error) => error instanceof errors.NotFound ? undefined : (error as Error).message,
  );
  if (received === undefined) return;
  throw new RangeError(`Cannot use folder of the runs as it must be one or not there: received ${received}`);
}
