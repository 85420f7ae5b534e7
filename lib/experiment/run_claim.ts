import { denoFor } from "../core/platform.ts";
import {
  lockOf,
  OWNER_BYTES,
  type OwnerFile,
  ownerState,
  type RunOwner,
  SILENCE_SECONDS,
} from "./run_owner.ts";
import { comparePositions, snapshotsIn } from "./run_snapshot.ts";
import { namedAsTraining, trainingFolders } from "./training_folders.ts";

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
  /** The same once a run of so many epochs is finished, of which states that go no further are of no use. */
  close(epochs: number): Promise<void>;
  /** Gives it up and removes the folder. */
  remove(): Promise<void>;
}

const BEAT_SECONDS = 10;
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

/** Makes this process the owner of a folder; nothing if another one took it for one that was left, in the moment before. */
async function own(
  runsFolder: string,
  hash: string,
  folder: string,
  crashed: boolean,
): Promise<RunClaim | undefined> {
  const { build, errors, hostname, open, pid, stat } = denoFor("train a run");
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
  const end = async () => {
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
      await end();
    },
    async giveBack() {
      if (!isOpen) return;
      const isOver = await isMine() && await isOfNoUse(folder).catch(() => false);
      await (isOver ? claim.remove() : claim.release());
    },
    async close(epochs) {
      const last = { epoch: epochs + 1, step: 0 }, states = await snapshotsIn(folder);
      await (states.some((each) => comparePositions(each, last) > 0) ? claim.release() : claim.remove());
    },
    async remove() {
      if (!isOpen) return;
      if (build.os === "windows") await end(); // which removes no file that is open
      try {
        await removeFolder(folder);
      } finally {
        await end();
      }
    },
  };
  return claim;

  /** The owner's file last, so that what a process leaves that is killed meanwhile is known to be left. */
  async function removeFolder(folder: string): Promise<void> {
    for (const name of await namesIn(folder)) if (name !== "owner") await removeIfThere(`${folder}/${name}`);
    await removeIfThere(folder);
  }
}

/** Removes what may be gone by now, as a file that is written under another name first. */
async function removeIfThere(path: string): Promise<void> {
  const { errors, remove } = denoFor("train a run");
  await remove(path, { recursive: true }).catch((error) => {
    if (!(error instanceof errors.NotFound)) throw error;
  });
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
  // First of all the former owner's right.
  await remove(`${old}/owner`).catch(() => {});
  for (const name of await namesIn(old)) {
    const isThere = await lstat(`${folder}/${name}`).then(() => true, () => false);
    if (isThere) continue;
    // A file that the former owner was just writing may have its own name by now; it is not needed.
    await rename(`${old}/${name}`, `${folder}/${name}`).catch((error) => {
      if (!(error instanceof errors.NotFound)) throw error;
    });
  }
  await removeIfThere(old);
}

/** None where there is no folder. */
async function namesIn(folder: string): Promise<string[]> {
  const { errors, readDir } = denoFor("train a run"), names: string[] = [];
  try {
    for await (const { name } of readDir(folder)) names.push(name);
  } catch (error) {
    if (!(error instanceof errors.NotFound)) throw error;
  }
  return names;
}
