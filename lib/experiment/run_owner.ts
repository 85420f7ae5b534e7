import { denoFor } from "../core/platform.ts";

/** Who trains a run. */
export interface RunOwner {
  /** Name of the machine. */
  host: string;
  /** Its process. */
  pid: number;
}

/** What the file of an owner says. */
export interface OwnerFile extends RunOwner {
  /** Seconds after which an owner of another machine that was not heard of is gone. */
  silence: number;
  /** Whether it has been given up. */
  released: boolean;
}

/** A computation that keeps a process from saying that it lives may take so long; longer ones are announced once one was seen. */
export const SILENCE_SECONDS = 300;
/** An owner's file comes so soon after its folder. */
const START_SECONDS = 10;
/** Written in one piece of always the same length, so that nobody reads a part of it. */
export const OWNER_BYTES = 512;

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

/** Tries to lock a file; some disks have no locks. */
export async function lockOf(
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
