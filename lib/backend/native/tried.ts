import { builtinModule, denoFor } from "../../core/platform.ts";
import { writeAtomically } from "../../core/write_atomically.ts";

/** What became of a library that was tried in a process of its own; a note says that it was not. */
export type Verdict = { works: true; note?: string } | { works: false; reason: string };

/** A verdict, and what it is of. */
interface Tried {
  verdict: Verdict;
  /** Its host name: another processor may know the instructions that this one does not. */
  machine: string;
  /** By path in the folder. */
  files: Record<string, FileState & { sha256: string }>;
}

interface FileState {
  bytes: number;
  /** Milliseconds since 1970. */
  modified: number;
}

const FILE = "tried.json", SECONDS = 120, CHUNK = 2 ** 22;

// How processes end that run code which is none. After anything else another try may go well: memory was short, or a
// library of the system was missing.
const crashes: readonly (Deno.Signal | null)[] = [
  "SIGBUS",
  "SIGSEGV",
  "SIGILL",
  "SIGABRT",
  "SIGFPE",
  "SIGTRAP",
];

/**
 * Whether the library in a folder works. A broken one ends the process that loads it without a word, so it is tried in
 * another, once: the verdict is kept beside it in `tried.json`, with length, time and SHA-256 of each file. Where this
 * process may start none, and there is no verdict yet, it is not tried.
 *
 * @param folder the library, with all that it loads
 * @param args for Deno, of a process that ends well if the library works
 * @param env variables for it
 */
export async function verdictOf(
  folder: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Verdict> {
  const { hostname } = denoFor("try TensorFlow's library");
  const states = await statesOf(folder), tried = await readTried(folder);
  if (tried && (tried.verdict.works || tried.machine === hostname())) {
    if (isSame(tried.files, states, "modified")) return tried.verdict;
    const files = await withSums(folder, states);
    if (isSame(tried.files, files, "sha256")) return await remember(folder, tried.verdict, files);
    if (tried.verdict.works) return { works: false, reason: `its files are not those that worked${ADVICE}` };
  }
  const { verdict, isFinal } = await tryIt(args, env);
  return isFinal ? await remember(folder, verdict) : verdict;
}

const ADVICE = "; deno task setup:native installs it anew";

async function tryIt(
  args: readonly string[],
  env: Record<string, string>,
): Promise<{ verdict: Verdict; isFinal: boolean }> {
  const { Command, errors } = denoFor("try TensorFlow's library");
  let child: Deno.ChildProcess;
  try {
    child = new Command("deno", {
      args: [...args],
      env: { NO_COLOR: "1", ...env },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    if (!(error instanceof errors.NotFound || error instanceof errors.NotCapable)) throw error;
    const needed = error instanceof errors.NotFound ? "deno on the PATH" : "--allow-run=deno";
    return { verdict: { works: true, note: `not tried beforehand, which needs ${needed}` }, isFinal: false };
  }
  const timer = setTimeout(() => child.kill("SIGKILL"), 1000 * SECONDS);
  const { success, code, signal, stderr } = await child.output().finally(() => clearTimeout(timer));
  if (success) return { verdict: { works: true }, isFinal: true };
  const said = new TextDecoder().decode(stderr).match(/^error: (?:Uncaught )?(?:\(in promise\) )?(.*)$/m)
    ?.[1];
  const end = said ?? `it ended with ${signal ?? `code ${code}`}`;
  const reason = `tried in a process of its own: ${end}${ADVICE}`;
  return { verdict: { works: false, reason }, isFinal: crashes.includes(signal) };
}

/** Keeps a verdict beside the library; where nothing may be written it is tried every time. */
export async function remember(folder: string, verdict: Verdict, files?: Tried["files"]): Promise<Verdict> {
  const { hostname, permissions } = denoFor("try TensorFlow's library");
  if (permissions.querySync({ name: "write", path: folder }).state !== "granted") return verdict;
  files ??= await withSums(folder, await statesOf(folder));
  const tried: Tried = { verdict, machine: hostname(), files };
  await writeAtomically(`${folder}/${FILE}`, JSON.stringify(tried, null, 1) + "\n").catch(() => {});
  return verdict;
}

async function readTried(folder: string): Promise<Tried | undefined> {
  try {
    const text = await denoFor("start TensorFlow").readTextFile(`${folder}/${FILE}`);
    const tried: Tried = JSON.parse(text);
    return typeof tried.verdict.works === "boolean" && typeof tried.files === "object" ? tried : undefined;
  } catch {
    return undefined;
  }
}

function isSame<K extends keyof (FileState & { sha256: string })>(
  a: Record<string, Record<K | "bytes", unknown>>,
  b: Record<string, Record<K | "bytes", unknown>>,
  key: K,
): boolean {
  const names = Object.keys(b);
  return Object.keys(a).length === names.length &&
    names.every((name) => a[name]?.bytes === b[name].bytes && a[name]?.[key] === b[name][key]);
}

async function statesOf(folder: string): Promise<Record<string, FileState>> {
  const { readDir, stat } = denoFor("start TensorFlow"), states: Record<string, FileState> = {};
  const visit = async (start: string) => {
    for await (const { name } of readDir(`${folder}/${start}`)) {
      const path = `${start}${name}`;
      if (path === FILE || path.endsWith(".tmp")) continue;
      const { isDirectory, size, mtime } = await stat(`${folder}/${path}`);
      if (isDirectory) await visit(`${path}/`);
      else states[path] = { bytes: size, modified: Number(mtime) };
    }
  };
  await visit("");
  return states;
}

async function withSums(folder: string, states: Record<string, FileState>): Promise<Tried["files"]> {
  const { createHash } = builtinModule("node:crypto"), files: Tried["files"] = {};
  for (const [path, state] of Object.entries(states)) {
    const file = await denoFor("start TensorFlow").open(`${folder}/${path}`), hash = createHash("sha256");
    try {
      const chunk = new Uint8Array(CHUNK);
      for (let count; (count = await file.read(chunk)) !== null;) hash.update(chunk.subarray(0, count));
    } finally {
      file.close();
    }
    files[path] = { ...state, sha256: hash.digest("hex") };
  }
  return files;
}
