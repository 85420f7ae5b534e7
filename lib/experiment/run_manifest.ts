import { bytesToHex } from "@noble/hashes/utils.js";
import { denoFor } from "../core/platform.ts";
import { DataError } from "../data/data_error.ts";

/** What each file of a run must be, by its path in the run's folder. */
export type RunManifest = ReadonlyMap<string, FileSum>;

/** Length and SHA-256 of a file. */
interface FileSum {
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
  "embeddings.npy",
  "labels.npy",
  "checkpoint/weights.bin",
  "checkpoint/weights.json",
  "checkpoint/description.json",
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
  const { readFile, writeTextFile } = denoFor("write a run");
  const files: Record<string, FileSum> = {};
  for (const name of (await namesIn(folder)).sort()) {
    if (name === MANIFEST) continue;
    files[name] = await sumOf(await readFile(`${folder}/${name}`));
  }
  const manifest = { files, sha256: await sumOfFiles(files) };
  await writeTextFile(`${folder}/${MANIFEST}`, JSON.stringify(manifest, null, 1) + "\n");
}

/**
 * Reads what the files of a run must be.
 *
 * @throws {DamagedRunError} if there is no manifest, or it is none
 */
export async function readManifest(folder: string): Promise<RunManifest> {
  const damaged = (fault: string) => new DamagedRunError(folder, MANIFEST, fault);
  const bytes = await readWhole(folder, MANIFEST, (length) => {
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
  const bytes = await readWhole(folder, name, (length) => {
    if (length !== wanted.bytes) throw damaged(`must have ${wanted.bytes} bytes: received ${length}`);
  });
  if ((await sumOf(bytes)).sha256 !== wanted.sha256) {
    throw damaged("must be as it was written: received other bytes");
  }
  return bytes;
}

/**
 * Reads every file of a finished run and compares it with the manifest.
 *
 * @returns the manifest
 * @throws {DamagedRunError} if a file is missing or was changed
 */
export async function checkRunFiles(folder: string): Promise<RunManifest> {
  const manifest = await readManifest(folder);
  for (const name of new Set([...required, ...manifest.keys()])) await readRunFile(folder, name, manifest);
  return manifest;
}

/** Reads a file after its length was looked at; what is no file, such as a pipe, which may never end, is never opened. */
async function readWhole(
  folder: string,
  name: string,
  checkLength: (length: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const { errors, readFile, stat } = denoFor("read a run");
  const path = `${folder}/${name}`;
  try {
    const { isFile, isDirectory, size } = await stat(path);
    if (!isFile) {
      throw new DamagedRunError(
        folder,
        name,
        `must be a file: received ${isDirectory ? "a folder" : "something else"}`,
      );
    }
    checkLength(size);
    return await readFile(path);
  } catch (error) {
    if (error instanceof DamagedRunError || error instanceof errors.NotCapable) throw error;
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

/** A sum over the sums: an entry that is changed, or gone, is noticed too. */
async function sumOfFiles(files: Record<string, FileSum>): Promise<string> {
  return (await sumOf(new TextEncoder().encode(JSON.stringify(files)))).sha256;
}

async function sumOf(bytes: Uint8Array<ArrayBuffer>): Promise<FileSum> {
  const sum = await crypto.subtle.digest("SHA-256", bytes);
  return { bytes: bytes.length, sha256: bytesToHex(new Uint8Array(sum)) };
}
