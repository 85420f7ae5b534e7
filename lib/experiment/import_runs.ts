import { checkOptions, checkText } from "../core/checks.ts";
import { denoFor } from "../core/platform.ts";
import { DataError } from "../data/data_error.ts";
import { openRun } from "./list_runs.ts";
import { claimRun, RunTakenError } from "./run_claim.ts";
import { readManifest } from "./run_manifest.ts";
import { checkRunsFolder, isWhole } from "./run_record.ts";
import { putInPlace } from "./run_writer.ts";
import type { RunRecord } from "./settings.ts";

/** How runs are imported. */
export interface ImportOptions {
  /** Says what would be imported, and writes nothing. */
  dryRun?: boolean;
}

/** What became of the runs of another folder; each by its name, that of its folder. */
export interface ImportedRuns {
  /** Those that are copied. */
  imported: string[];
  /** Those that are there already, with the same numbers, and at least as many epochs. */
  there: string[];
  /** Those that are not copied, and why. */
  refused: { name: string; reason: string }[];
}

/**
 * Brings the finished runs of another folder, such as one copied from another machine, into a folder of runs. Each is compared with its
 * manifest before and after it is copied, and has its name only when it is whole. A run of fewer epochs gives way to the same one
 * with more; nothing else that is there is changed.
 *
 * @param from a folder of results, of runs, or of one run
 * @param runsFolder where the runs go; need not be there
 * @throws {DataError} if there is no run in `from`
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { initBackend, loadDataset } from "@hscl/hscl";
 * import { factsOf, importRuns, runExperiment, runHash, runsOf } from "@hscl/hscl/experiment";
 * const { backend } = await initBackend({ backend: "cpu" });
 * const data = await loadDataset("synthetic", { trainImages: 20, testImages: 10, height: 8, width: 8 });
 * const sizes = { seeds: 1, epochs: 1, batchSize: 10, temperature: 0.5 };
 * const [settings] = runsOf({ backend, data: factsOf(data), network: "convnet", ...sizes }, [{ name: "scl" }]);
 * const folder = await Deno.makeTempDir();
 * await runExperiment(settings, { folder: `${folder}/theirs/runs`, data });
 * const { imported } = await importRuns(`${folder}/theirs`, `${folder}/ours/runs`);
 * assertEquals(imported, [runHash(settings)]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function importRuns(
  from: string,
  runsFolder: string,
  options: ImportOptions = {},
): Promise<ImportedRuns> {
  checkText("folder to import from", from);
  await checkRunsFolder(runsFolder);
  const { dryRun = false } = checkOptions(options, { dryRun: true });
  const result: ImportedRuns = { imported: [], there: [], refused: [] };
  for (const { name, folder } of await runFoldersIn(from)) {
    try {
      const isNew = await importRun(await openRun(folder, { sums: true }), name, runsFolder, dryRun);
      result[isNew ? "imported" : "there"].push(name);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      result.refused.push({ name, reason: error.message });
    }
  }
  return result;
}

/** The folders of finished runs in a folder, by name. */
async function runFoldersIn(from: string): Promise<{ name: string; folder: string }[]> {
  const { readDir, realPath, stat } = denoFor("import runs"), isRun = /^[0-9a-f]{16}$/;
  const refuse = (received: string) =>
    new DataError(`Cannot import runs as ${from} must be a folder that has some: received ${received}`);
  const isFolder = (path: string) => stat(path).then(({ isDirectory }) => isDirectory, () => false);
  const exists = (path: string) => stat(path).then(() => true, () => false);
  if (!await isFolder(from)) throw refuse("none");
  const own = (await realPath(from)).split(/[\\/]/).at(-1)!;
  const isOne = await exists(`${from}/config.json`) || await exists(`${from}/manifest.json`);
  if (isRun.test(own) && isOne) return [{ name: own, folder: from }];
  const runs = await isFolder(`${from}/runs`) ? `${from}/runs` : from, names: string[] = [];
  for await (const { name, isDirectory } of readDir(runs)) {
    if (isDirectory && isRun.test(name)) names.push(name);
  }
  if (names.length === 0) throw refuse("one without");
  return names.sort().map((name) => ({ name, folder: `${runs}/${name}` }));
}

/**
 * Copies a run, unless it is there.
 *
 * @returns whether it was copied
 * @throws {DataError} if another is there, or a damaged one, or it is being trained there, or the copy is not whole
 */
async function importRun(
  run: RunRecord,
  name: string,
  runsFolder: string,
  dryRun: boolean,
): Promise<boolean> {
  if (await isThere(run, name, runsFolder)) return false;
  if (dryRun) return true;
  await denoFor("import runs").mkdir(runsFolder, { recursive: true });
  const claim = await claimRun(runsFolder, name).catch((error) => {
    if (!(error instanceof RunTakenError)) throw error;
    throw new DataError(error.message.replace("train", `import run ${run.folder} to`));
  });
  const { remove } = denoFor("import runs"), copy = `${claim.folder}/finished`;
  try {
    // Of a process that was killed before it gave it its name.
    await putInPlace(claim.folder, `${runsFolder}/${name}`);
    if (await isThere(run, name, runsFolder)) return false;
    await remove(copy, { recursive: true }).catch(() => {});
    try {
      await copyRun(run.folder, copy);
      if (!await isWhole(copy, name)) {
        throw new DataError(
          `Cannot import run ${run.folder} as its copy must have the same bytes: received others`,
        );
      }
    } catch (error) {
      await remove(copy, { recursive: true }).catch(() => {});
      throw error;
    }
    await putInPlace(claim.folder, `${runsFolder}/${name}`);
    await claim.close(run.trained);
    return true;
  } finally {
    await claim.giveBack();
  }
}

/** Whether a run is there, with the same numbers as far as both go, and at least as far. */
async function isThere(run: RunRecord, name: string, runsFolder: string): Promise<boolean> {
  const { errors, lstat } = denoFor("import runs"), path = `${runsFolder}/${name}`;
  try {
    await lstat(path);
  } catch (error) {
    if (error instanceof errors.NotFound) return false;
    throw error;
  }
  const there = await openRun(path);
  if (!await haveSameNumbers(run, there)) {
    throw new DataError(
      `Cannot import run ${run.folder} as what is there, ${path}, must have the same numbers: received others (another ` +
        "processor or version may round differently; remove one)",
    );
  }
  return there.trained >= run.trained;
}

/** Whether two runs are the same as far as both go, but for the time that they took. */
async function haveSameNumbers(first: RunRecord, second: RunRecord): Promise<boolean> {
  const both = Math.min(first.trained, second.trained);
  const parts = await Promise.all([first, second].map(async ({ folder, metrics, trained }) => {
    const files = [...await readManifest(folder)].sort(([a], [b]) => a < b ? -1 : 1);
    const isShared = (file: string) => file.startsWith("history/") && Number.parseInt(file.slice(8)) <= both;
    const sums = files.filter(([file]) =>
      first.trained === second.trained ? file !== "timing.jsonl" : isShared(file)
    );
    return JSON.stringify([sums, metrics.slice(0, Math.min(both, trained))]);
  }));
  return parts[0] === parts[1];
}

/** Copies the files of a run's manifest, and that. */
async function copyRun(from: string, to: string): Promise<void> {
  const { copyFile, mkdir } = denoFor("import runs");
  for (const file of [...(await readManifest(from)).keys(), "manifest.json"]) {
    const folder = file.split("/").slice(0, -1).join("/");
    await mkdir(`${to}/${folder}`, { recursive: true });
    await copyFile(`${from}/${file}`, `${to}/${file}`);
  }
}
