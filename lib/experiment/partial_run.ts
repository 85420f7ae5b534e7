import { denoFor } from "../core/platform.ts";

/**
 * The folder of a run that is being written, `<hash>.partial-<random>`. It holds `owner`, which its process keeps locked for
 * as long as it lives, and `run`, which becomes the run. The system frees the lock however the process ends, so whoever
 * gets it knows that nobody writes here any more.
 */
export interface PartialRun {
  /** The folder. */
  folder: string;
  /** The folder in it for the run's files. */
  run: string;
  /** Gives it up and removes it; also when it is gone. */
  remove(): Promise<void>;
}

/** Those of this process. */
const mine = new Map<string, PartialRun>();

/** Starts the folder of a run. */
export async function startPartialRun(runsFolder: string, hash: string): Promise<PartialRun> {
  const { errors, hostname, makeTempDir, mkdir, open } = denoFor("write a run");
  await mkdir(runsFolder, { recursive: true });
  for (;;) {
    const folder = await makeTempDir({ dir: runsFolder, prefix: `${hash}.partial-` }), run = `${folder}/run`;
    let owner: Deno.FsFile | undefined;
    try {
      owner = await open(`${folder}/owner`, { create: true, read: true, write: true });
      if (await lockOf(owner) !== "another's") {
        await owner.write(new TextEncoder().encode(hostname()));
        await mkdir(run);
        const lock = owner;
        const remove = async () => {
          if (mine.delete(folder)) await removeOwned(folder, lock);
        };
        mine.set(folder, { folder, run, remove });
        return { folder, run, remove };
      }
    } catch (error) {
      if (!(error instanceof errors.NotFound)) {
        owner?.close();
        throw error;
      }
    }
    // Another process took it for one that was left, in the moment before it was locked.
    owner?.close();
  }
}

/** Removes the unfinished runs of this process. */
export async function removeOpenRuns(): Promise<void> {
  for (const partial of mine.values()) await partial.remove();
}

/** Removes what processes of this machine that are gone have left of unfinished runs. */
export async function removeAbandonedRuns(runsFolder: string): Promise<void> {
  const { errors, readDir } = denoFor("remove unfinished runs");
  const folders: string[] = [];
  try {
    for await (const { name, isDirectory } of readDir(runsFolder)) {
      if (isDirectory && /^[0-9a-f]{16}\.partial-/.test(name)) folders.push(`${runsFolder}/${name}`);
    }
  } catch (error) {
    if (error instanceof errors.NotFound) return;
    throw error;
  }
  for (const folder of folders) {
    try {
      await removeAbandoned(folder);
    } catch {
      // Finished meanwhile, or another user's: nothing that a training would depend on.
    }
  }
}

/** Removes the folder of an unfinished run, unless somebody still writes there; says whether it is gone. */
export async function removeAbandoned(folder: string): Promise<boolean> {
  const owner = await claim(folder);
  if (owner === undefined) return false;
  // Killed when all there was was the folder.
  if (owner === "nobody") await denoFor("remove unfinished runs").remove(folder);
  else await removeOwned(folder, owner);
  return true;
}

/** Whether the folder of an unfinished run was left by a process of this machine that is gone. */
export async function isAbandoned(folder: string): Promise<boolean> {
  const owner = await claim(folder);
  if (owner !== undefined && owner !== "nobody") owner.close();
  return owner !== undefined;
}

/** The locked file of an unfinished run that was left, `nobody` if it has none, and nothing if it is somebody's. */
async function claim(folder: string): Promise<Deno.FsFile | "nobody" | undefined> {
  const { errors, hostname, open, readTextFile } = denoFor("remove unfinished runs");
  let owner: Deno.FsFile;
  try {
    owner = await open(`${folder}/owner`, { read: true, write: true });
  } catch (error) {
    if (!(error instanceof errors.NotFound)) throw error;
    return "nobody";
  }
  // A disk that several machines share may keep the locks of each to itself.
  const isLeft = await lockOf(owner) === "ours" &&
    ["", hostname()].includes(await readTextFile(`${folder}/owner`));
  if (isLeft) return owner;
  owner.close();
}

/** Tries to lock a file; some disks have no locks. */
async function lockOf(file: Deno.FsFile): Promise<"ours" | "another's" | "unknown"> {
  try {
    return await file.tryLock(true) ? "ours" : "another's";
  } catch {
    return "unknown";
  }
}

/**
 * Removes a folder while its lock is held, so that nobody else touches it; the lock's file last, so that what a process
 * leaves that is killed meanwhile is known to be left.
 */
async function removeOwned(folder: string, owner: Deno.FsFile): Promise<void> {
  const { build, errors, remove } = denoFor("remove an unfinished run");
  const isWindows = build.os === "windows"; // which removes no file that is open
  const removeAll = async (path: string) => {
    try {
      await remove(path, { recursive: true });
    } catch (error) {
      if (!(error instanceof errors.NotFound)) throw error;
    }
  };
  if (isWindows) owner.close();
  try {
    await removeAll(`${folder}/run`);
    await removeAll(folder);
  } finally {
    if (!isWindows) owner.close();
  }
}
