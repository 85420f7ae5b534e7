import { bytesToHex } from "@noble/hashes/utils.js";
import { denoFor } from "../core/platform.ts";
import { writeAtomically } from "../core/write_atomically.ts";
import { DataError } from "../data/data_error.ts";

/** What each file of a run must be, by its path in the run's folder. */
export type RunManifest = ReadonlyMap<string, FileSum>;

/** Length and SHA-256 of a file. */
export interface FileSum {
  bytes: number;
  sha256: string;
}

const MANIFEST = "manifest.json";

/** A manifest has some hundred bytes per epoch; what is larger is none. */
const MOST_MANIFEST_BYTES = 2 ** 26;

/** Files that every run has. */
const required = [
  "config.json",
  "metrics.jsonl",
  "timing.jsonl",
  "embeddings.npy",
  "labels.npy",
  "checkpoint/weights.bin",
  "checkpoint/weights.json",
  "checkpoint/description.json",
  "snapshot/moments.bin",
  "snapshot/moments.json",
  "snapshot/state.json",
  "snapshot/files.json",
];

/** A run on disk that is not as it was written. The message names the run's folder and the file. */
export class DamagedRunError extends DataError {
  /** The run. */
  readonly folder: string;
  /** The file, as a path in the run's folder. */
  readonly file: string;

  /**
   * Makes the message of its parts.
   *
   * @param fault ends "as *file*", as in "must be there: received none"
   */
  constructor(folder: string, file: string, fault: string) {
    super(`Cannot read run ${folder} as ${file} ${fault}`);
    this.folder = folder;
    this.file = file;
  }
}

/**
 * Writes `manifest.json`: length and SHA-256 of every other file in the folder of a run, and of this list. It comes last, so a folder that
 * has one was finished.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeManifest } from "@hscl/hscl/experiment";
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/metrics.jsonl`, "{}\n");
 * await writeManifest(folder);
 * const { files } = JSON.parse(await Deno.readTextFile(`${folder}/manifest.json`));
 * assertEquals([Object.keys(files), files["metrics.jsonl"].bytes], [["metrics.jsonl"], 3]);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function writeManifest(folder: string): Promise<void> {
  const names = (await namesIn(folder)).filter((name) => name !== MANIFEST).sort();
  await writeAtomically(`${folder}/${MANIFEST}`, await manifestText(await sumsOf(folder, names)));
}

/** Length and SHA-256 of files in a folder. */
export async function sumsOf(folder: string, names: readonly string[]): Promise<Record<string, FileSum>> {
  const { readFile } = denoFor("write a run"), files: Record<string, FileSum> = {};
  for (const name of names) files[name] = await sumOf(await readFile(`${folder}/${name}`));
  return files;
}

/** What a manifest says of files, with a sum over the sums: an entry that is changed, or gone, is noticed too. */
export async function manifestText(files: Record<string, FileSum>): Promise<string> {
  return JSON.stringify({ files, sha256: await sumOfFiles(files) }, null, 1) + "\n";
}

/**
 * Reads what the files of a run must be.
 *
 * @throws {DamagedRunError} if there is no manifest, or it is none
 */
export async function readManifest(folder: string, name = MANIFEST): Promise<RunManifest> {
  const damaged = (fault: string) => new DamagedRunError(folder, name, fault);
  const bytes = await readWhole(folder, name, (length) => {
    if (length > MOST_MANIFEST_BYTES) throw damaged(`must be a manifest: received ${length} bytes`);
  });
  let manifest: { files?: Record<string, FileSum>; sha256?: string } | null;
  try {
    manifest = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw damaged("must be JSON: received something else");
  }
  const files = manifest?.files, isObject = typeof files === "object" && files !== null;
  if (!isObject || manifest?.sha256 !== await sumOfFiles(files)) {
    throw damaged("must be as it was written: received something else");
  }
  return new Map(Object.entries(files));
}

/**
 * Reads a file of a run.
 *
 * @throws {DamagedRunError} if it is not the one of the manifest
 */
export async function readRunFile(
  folder: string,
  name: string,
  manifest: RunManifest,
): Promise<Uint8Array<ArrayBuffer>> {
  const damaged = (fault: string) => new DamagedRunError(folder, name, fault);
  const wanted = manifest.get(name);
  if (!wanted) throw damaged(`must be in ${MANIFEST}: received a file that is not`);
  const bytes = await readWhole(folder, name, lengthOf(folder, name, wanted));
  if ((await sumOf(bytes)).sha256 !== wanted.sha256) {
    throw damaged("must be as it was written: received other bytes");
  }
  return bytes;
}

/**
 * Compares every file of a finished run with the manifest: its length, and where `sums` says so, every byte.
 *
 * @returns the manifest
 * @throws {DamagedRunError} if a file is missing or was changed
 */
export async function checkRunFiles(folder: string, { sums }: { sums: boolean }): Promise<RunManifest> {
  const manifest = await readManifest(folder);
  for (const name of new Set([...required, ...manifest.keys()])) {
    if (sums || !manifest.has(name)) await readRunFile(folder, name, manifest);
    else await checkFile(folder, name, lengthOf(folder, name, manifest.get(name)!));
  }
  return manifest;
}

const lengthOf = (folder: string, name: string, wanted: FileSum) => (length: number) => {
  if (length === wanted.bytes) return;
  throw new DamagedRunError(folder, name, `must have ${wanted.bytes} bytes: received ${length}`);
};

/** Reads a file after its length was looked at; what is no file, such as a pipe, which may never end, is never opened. */
async function readWhole(
  folder: string,
  name: string,
  checkLength: (length: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  await checkFile(folder, name, checkLength);
  return await reading(folder, name, () => denoFor("read a run").readFile(`${folder}/${name}`));
}

/** Throws unless there is a file of a length that fits. */
async function checkFile(folder: string, name: string, checkLength: (length: number) => void): Promise<void> {
  const info = await reading(folder, name, () => denoFor("read a run").stat(`${folder}/${name}`));
  if (info.isFile) return checkLength(info.size);
  const received = info.isDirectory ? "a folder" : "something else";
  throw new DamagedRunError(folder, name, `must be a file: received ${received}`);
}

/** Says of a file that cannot be read which one it is. */
async function reading<T>(folder: string, name: string, read: () => Promise<T>): Promise<T> {
  const { errors } = denoFor("read a run");
  try {
    return await read();
  } catch (error) {
    if (error instanceof errors.NotCapable) throw error;
    const none = name === MANIFEST ? "none (unfinished, or of an older version)" : "none";
    const received = error instanceof errors.NotFound ? none : (error as Error).message;
    throw new DamagedRunError(folder, name, `must be a file that can be read: received ${received}`);
  }
}

/** Paths of all files under a folder. */
async function namesIn(folder: string, start = ""): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isDirectory } of denoFor("read a run").readDir(`${folder}/${start}`)) {
    const path = `${start}${name}`;
    names.push(...isDirectory ? await namesIn(folder, `${path}/`) : [path]);
  }
  return names;
}

async function sumOfFiles(files: Record<string, FileSum>): Promise<string> {
  return (await sumOf(new TextEncoder().encode(JSON.stringify(files)))).sha256;
}

/** Length and SHA-256 of the bytes of a file. */
export async function sumOf(bytes: Uint8Array<ArrayBuffer>): Promise<FileSum> {
  const sum = await crypto.subtle.digest("SHA-256", bytes);
  return { bytes: bytes.length, sha256: bytesToHex(new Uint8Array(sum)) };
}
