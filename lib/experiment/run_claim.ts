import { denoFor } from "../core/platform.ts";
import { snapshotsIn } from "./run_snapshot.ts";

/** Who trains a run. */
export interface RunOwner {
  /** Name of the machine. */
  host: string;
  /** Its process. */
  pid: number;
}

/** A run that another process is training. */
export class RunTakenError extends Error {
  /** Always `RunTakenError`. */
  override readonly name = "RunTakenError";
  /** Who trains it; unknown in the moment in which it starts. */
  readonly owner: RunOwner | undefined;

  /** Names the run and its owner. */
  constructor(folder: string, owner: RunOwner | undefined) {
    const who = owner ? `process ${owner.pid} on ${owner.host}` : "a process that starts";
    super(`Cannot train ${folder} as no other process may be training it: received ${who}`);
    this.owner = owner;
  }
}

/**
 * A process' right to train a run, and the folder in which it does, `<hash>.training-<n>`. The highest number has it. The folder
 * holds `owner`, which says who that is; its process keeps it locked and writes it again every few seconds.
 *
 * A claim is free once its owner has given it up or is gone: on the same machine the system frees the lock however a process
 * ends; of another machine, whose locks may not be seen, nothing was heard for too long. Whoever wants it then makes the
 * folder of the next number, which only one can, and moves over what it finds in the old one, in which the former owner, should it
 * only have slept, can write no more.
 */
export interface RunClaim {
  /** The folder. */
  folder: string;
  /** Whether a former owner was gone without giving the run up. */
  crashed: boolean;
  /** Throws {@linkcode RunTakenError} if another process has taken it over, and another error if it is gone. */
  check(): Promise<void>;
  /** Gives it up; what is in the folder waits for the next one. */
  release(): Promise<void>;
  /** Gives it up, and removes the folder if there is nothing in it that a training could go on from. */
  giveBack(): Promise<void>;
  /** Gives it up and removes the folder. */
  remove(): Promise<void>;
}

/** What the file of an owner says. */
interface OwnerFile extends RunOwner {
  /** Seconds after which an owner of another machine that was not heard of is gone. */
  silence: number;
  /** Whether it has been given up. */
  released: boolean;
}

const BEAT_SECONDS = 10;
/** A computation that keeps a process from saying that it lives may take so long; longer ones are announced once one was seen. */
const SILENCE_SECONDS = 300;
/** An owner's file comes so soon after its folder. */
const START_SECONDS = 10;
/** Written in one piece of always the same length, so that nobody reads a part of it. */
const OWNER_BYTES = 512;

const nameOf = /^([0-9a-f]{16})\.training-(\d+)$/;

/** The folder in which a run is, or was, trained. */
export interface TrainingFolder {
  /** Of the run. */
  hash: string;
  /** Counts the owners. */
  number: number;
  /** Its path. */
  folder: string;
}

/** All folders of trainings among those of runs, those of one run by their numbers, highest first. */
export async function trainingFolders(runsFolder: string, hash?: string): Promise<TrainingFolder[]> {
  return (await namedAsTraining(runsFolder, hash)).filter(({ isDirectory }) => isDirectory);
}

/** The same with what is no folder, though it has the name of one. */
async function namedAsTraining(
  runsFolder: string,
  hash?: string,
): Promise<(TrainingFolder & { isDirectory: boolean })[]> {
  const { errors, readDir } = denoFor("list runs"), found: (TrainingFolder & { isDirectory: boolean })[] = [];
  try {
    for await (const { name, isDirectory } of readDir(runsFolder)) {
      const [, own, number] = nameOf.exec(name) ?? [];
      if (own === undefined || (hash !== undefined && own !== hash)) continue;
      found.push({ hash: own, number: Number(number), folder: `${runsFolder}/${name}`, isDirectory });
    }
  } catch (error) {
    if (!(error instanceof errors.NotFound)) throw error;
  }
  return found.sort((a, b) => a.hash === b.hash ? b.number - a.number : a.hash < b.hash ? -1 : 1);
}

/**
 * Claims a run.
 *
 * @param runsFolder must be there
 * @throws {RunTakenError} if a process that lives has it
 */
export async function claimRun(runsFolder: string, hash: string): Promise<RunClaim> {
  const { errors, mkdir, remove } = denoFor("train a run");
  for (;;) {
    const named = await namedAsTraining(runsFolder, hash), before = named.filter((each) => each.isDirectory);
    let crashed = false;
    if (before.length > 0) {
      const state = await ownerState(before[0].folder);
      if (state.alive) throw new RunTakenError(`${runsFolder}/${hash}`, state.owner);
      crashed = state.crashed;
    }
    const number = (named[0]?.number ?? 0) + 1, folder = `${runsFolder}/${hash}.training-${number}`;
    try {
      await mkdir(folder);
    } catch (error) {
      if (error instanceof errors.AlreadyExists) continue; // another process was faster
      throw error;
    }
    const claim = await own(runsFolder, hash, folder, crashed);
    // Between looking and making the folder, others may have come and gone.
    const after = await trainingFolders(runsFolder, hash);
    if (!claim || after[0].number !== number) {
      if (claim) await claim.remove();
      else await remove(folder, { recursive: true }).catch(() => {});
      continue;
    }
    for (const { folder: old } of after.slice(1)) await adopt(old, folder);
    return claim;
  }
}

/** What is known of the owner of a training's folder. */
export interface OwnerState {
  /** Whether somebody trains there. */
  alive: boolean;
  /** Whether the last one is gone without giving it up. */
  crashed: boolean;
  /** Who that is, if it has said so. */
  owner?: RunOwner;
}

/** Whether somebody trains in a folder. */
export async function ownerState(folder: string): Promise<OwnerState> {
  const { hostname, stat } = denoFor("read the owner of a run"), file = await openOwner(`${folder}/owner`);
  if (!file) {
    const made = await stat(folder).catch(() => undefined);
    if (!made) return { alive: false, crashed: false };
    const isNew = await isWithin(START_SECONDS, made, folder);
    return { alive: isNew, crashed: !isNew };
  }
  try {
    // Shared, so that two who look do not take each other for the owner.
    const lock = await lockOf(file, "shared"), said = await readOwner(file);
    const owner = said && { host: said.host, pid: said.pid };
    if (lock === "another's") return { alive: true, crashed: false, owner };
    if (said?.released) return { alive: false, crashed: false, owner };
    if (lock === "ours" && (!said || said.host === hostname())) {
      return { alive: false, crashed: true, owner };
    }
    const alive = await isWithin(said?.silence ?? SILENCE_SECONDS, await file.stat(), folder);
    return { alive, crashed: !alive, owner };
  } finally {
    file.close();
  }
}

/** Opens what an owner says to who only looks, perhaps on a disk that cannot be written; nothing if it is no file. */
async function openOwner(path: string): Promise<Deno.FsFile | undefined> {
  const { errors, open, stat } = denoFor("read the owner of a run");
  try {
    return (await stat(path)).isFile ? await open(path, { read: true }) : undefined;
  } catch (error) {
    if (error instanceof errors.NotFound) return undefined;
    throw error;
  }
}

async function readOwner(file: Deno.FsFile): Promise<OwnerFile | undefined> {
  const bytes = new Uint8Array(OWNER_BYTES);
  try {
    const length = await file.read(bytes);
    return JSON.parse(new TextDecoder().decode(bytes.subarray(0, length ?? 0)));
  } catch {
    return undefined; // it was killed before it said so, or Windows lets nobody else read what it has locked
  }
}

/** Makes this process the owner of a folder; nothing if another one took it for one that was left, in the moment before. */
async function own(
  runsFolder: string,
  hash: string,
  folder: string,
  crashed: boolean,
): Promise<RunClaim | undefined> {
  const { build, errors, hostname, open, pid, remove, stat } = denoFor("train a run");
  const path = `${folder}/owner`;
  let file: Deno.FsFile;
  try {
    file = await open(path, { createNew: true, read: true, write: true });
  } catch (error) {
    if (error instanceof errors.NotFound) return undefined;
    throw error;
  }
  const said: OwnerFile = { host: hostname(), pid, silence: SILENCE_SECONDS, released: false };
  const write = async () => {
    await file.seek(0, 0);
    await file.write(new TextEncoder().encode(JSON.stringify(said).padEnd(OWNER_BYTES - 1) + "\n"));
  };
  if (await lockOf(file) === "another's") {
    file.close();
    return undefined;
  }
  await write();
  let last = performance.now(), writing = Promise.resolve();
  const timer = setInterval(() => {
    const gap = (performance.now() - last) / 1000;
    last = performance.now();
    said.silence = Math.max(said.silence, Math.ceil(3 * gap));
    // A disk that is gone is noticed by whoever writes the run.
    writing = write().catch(() => {});
  }, 1000 * BEAT_SECONDS);
  denoFor("train a run").unrefTimer(timer);
  let isOpen = true;
  const close = async () => {
    clearInterval(timer);
    await writing;
    if (isOpen) file.close();
    isOpen = false;
  };
  const isMine = async () => {
    try {
      const [mine, there] = await Promise.all([file.stat(), stat(path)]);
      return mine.ino === there.ino;
    } catch {
      return false;
    }
  };
  const claim: RunClaim = {
    folder,
    crashed,
    async check() {
      if (isOpen && await isMine()) return;
      const [other] = await trainingFolders(runsFolder, hash);
      if (other === undefined || other.folder === folder) {
        throw new Error(`Cannot write ${folder} as it must stay where it is: received none`);
      }
      throw new RunTakenError(`${runsFolder}/${hash}`, (await ownerState(other.folder)).owner);
    },
    async release() {
      if (!isOpen) return;
      clearInterval(timer);
      await writing;
      said.released = true;
      await write().catch(() => {});
      await close();
    },
    async giveBack() {
      if (!isOpen) return;
      const isOver = await isMine() && await isOfNoUse(folder).catch(() => false);
      await (isOver ? claim.remove() : claim.release());
    },
    async remove() {
      if (!isOpen) return;
      if (build.os === "windows") await close(); // which removes no file that is open
      try {
        await removeFolder(folder);
      } finally {
        await close();
      }
    },
  };
  return claim;

  /** The owner's file last, so that what a process leaves that is killed meanwhile is known to be left. */
  async function removeFolder(folder: string): Promise<void> {
    try {
      for (const name of await namesIn(folder)) {
        if (name !== "owner") await remove(`${folder}/${name}`, { recursive: true });
      }
      await remove(folder, { recursive: true });
    } catch (error) {
      if (!(error instanceof errors.NotFound)) throw error;
    }
  }
}

/** Whether a folder has no state of a training, no finished run, and nothing else of which nothing is known. */
async function isOfNoUse(folder: string): Promise<boolean> {
  const names = await namesIn(folder);
  return names.every((name) => ["owner", "config.json", "history", "snapshots"].includes(name)) &&
    (await snapshotsIn(folder)).length === 0;
}

/** Moves what a former owner has left; what is there already is newer. */
async function adopt(old: string, folder: string): Promise<void> {
  const { errors, lstat, remove, rename } = denoFor("train a run");
  try {
    // First of all the former owner's right.
    await remove(`${old}/owner`).catch(() => {});
    for (const name of await namesIn(old)) {
      const isThere = await lstat(`${folder}/${name}`).then(() => true, () => false);
      if (!isThere) await rename(`${old}/${name}`, `${folder}/${name}`);
    }
    await remove(old, { recursive: true });
  } catch (error) {
    if (!(error instanceof errors.NotFound)) throw error;
  }
}

async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of denoFor("train a run").readDir(folder)) names.push(name);
  return names;
}

/** Tries to lock a file; some disks have no locks. */
async function lockOf(
  file: Deno.FsFile,
  kind: "exclusive" | "shared" = "exclusive",
): Promise<"ours" | "another's" | "unknown"> {
  try {
    return await file.tryLock(kind === "exclusive") ? "ours" : "another's";
  } catch {
    return "unknown";
  }
}

/** Whether something in a folder, or that, changed not longer ago; nor in a time to come, before a clock was set back. */
async function isWithin(seconds: number, { mtime }: Deno.FileInfo, folder: string): Promise<boolean> {
  return Math.abs(await timeAt(folder) - mtime!.getTime()) < 1000 * seconds;
}

/** The time by the clock of the disk, which may be another machine's; by that of this one where nothing can be written. */
async function timeAt(folder: string): Promise<number> {
  const { makeTempFile, remove, stat } = denoFor("read the owner of a run");
  const [, parent] = /^(.*)[\\/][^\\/]+$/.exec(folder)!;
  const probe = await makeTempFile({ dir: parent, prefix: ".time-" }).catch(() => undefined);
  if (probe === undefined) return Date.now();
  try {
    return (await stat(probe)).mtime!.getTime();
  } finally {
    await remove(probe);
  }
}
