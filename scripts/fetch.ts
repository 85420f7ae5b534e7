/** Downloads a data set: resumable, with its sum checked, and unpacked so that nothing is written outside its folder. */
import { join } from "node:path";
import { command, didYouMean, interruptible, UsageError } from "./cli/mod.ts";
import { download } from "./fetch/download.ts";
import { fileName, type RemoteFile, type Source, sources } from "./fetch/sources.ts";
import { unpack } from "./fetch/unpack.ts";

const names = Object.keys(sources);

const flags = {
  data: { kind: "directory", written: true, default: "data", help: "Folder that the data set's own goes to" },
  sha256: {
    kind: "string",
    valueName: "sum",
    help: "What the file's SHA-256 must be, where none is known here or it has changed; for one file only",
  },
  from: {
    kind: "string",
    valueName: "address",
    help: "Another place that has the files by the same names, such as a mirror",
  },
} as const;

/** What there is, in lines of names. */
const list = names.join(", ");

/** Tells how far downloads are: often on a terminal, seldom elsewhere. */
class Progress {
  readonly #isTerminal = Deno.stderr.isTerminal();
  #last = -Infinity;

  show(name: string, bytes: number, total: number | undefined): void {
    const now = performance.now();
    if (now - this.#last < (this.#isTerminal ? 200 : 10_000) && bytes !== total) return;
    this.#last = now;
    const share = total === undefined ? "" : ` of ${megabytes(total)}, ${Math.floor(100 * bytes / total)} %`;
    const line = `fetch: ${name}: ${megabytes(bytes)}${share}`;
    if (!this.#isTerminal) return console.error(line);
    Deno.stderr.writeSync(new TextEncoder().encode(`\r${line}\x1b[K${bytes === total ? "\n" : ""}`));
  }
}

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

/** The file at another place. */
function moved(file: RemoteFile, from: string | undefined): RemoteFile {
  if (from === undefined) return file;
  try {
    return { ...file, url: new URL(fileName(file), from.endsWith("/") ? from : `${from}/`).href };
  } catch {
    throw new UsageError(`--from must be an address such as https://example.org/data: received ${from}`);
  }
}

/** The files with the sum that was given. */
function filesOf(
  { files, label }: Source,
  sha256: string | undefined,
  from: string | undefined,
): RemoteFile[] {
  const all = files.map((file) => moved(file, from));
  if (sha256 === undefined) return all;
  if (!/^[0-9a-f]{64}$/i.test(sha256)) {
    throw new UsageError(`--sha256 must be 64 hexadecimal digits: received ${sha256}`);
  }
  if (all.length > 1) {
    throw new UsageError(`--sha256 goes with one file: received ${label}, of ${all.length}`);
  }
  // A file with another sum may have another length, too.
  return [{ ...all[0], sha256: sha256.toLowerCase(), bytes: undefined }];
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

async function fetchInto(
  dir: string,
  source: Source,
  files: readonly RemoteFile[],
  signal: AbortSignal,
): Promise<string> {
  const folder = join(dir, source.folder), progress = new Progress();
  const place = source.packed === undefined ? folder : dir;
  if (source.packed !== undefined && await exists(folder)) {
    throw new UsageError(`--data must hold no ${source.folder} yet (remove it first): received ${folder}`);
  }
  for (const file of files) {
    const name = fileName(file);
    const sum = await download(file, join(place, name), {
      signal,
      onProgress: (bytes, total) => progress.show(name, bytes, total),
      onRetry: (reason) => console.error(`fetch: ${name}: ${reason}; tries again`),
    });
    if (file.sha256 === undefined) {
      console.error(`fetch: ${name}: no sum is known here; its SHA-256 is ${sum}`);
    }
  }
  if (source.packed !== undefined) {
    await unpackInto(dir, source, join(dir, fileName(files[0])), signal);
  }
  return folder;
}

/** Unpacks beside, so that a folder of the right name is whole. */
async function unpackInto(
  dir: string,
  { folder, packed, mostUnpacked = 0 }: Source,
  archive: string,
  signal: AbortSignal,
): Promise<void> {
  const beside = join(dir, `.${folder}.unpacking`);
  const clear = () => Deno.remove(beside, { recursive: true }).catch(() => {});
  await clear();
  console.error(`fetch: unpacks ${archive}`);
  try {
    await Deno.mkdir(beside);
    await unpack(archive, packed!, beside, { mostBytes: mostUnpacked, signal });
    await Deno.rename(join(beside, folder), join(dir, folder)).catch(() => {
      throw new Error(`Cannot unpack ${archive} as it must hold the folder ${folder}: received none`);
    });
  } finally {
    await clear();
  }
  await Deno.remove(archive);
}

const script = command({
  name: "fetch",
  summary:
    "Downloads a data set, checks its SHA-256 and unpacks it. What was cut short goes on from where it was; nothing is written outside the " +
    "folder.",
  operands: { form: "NAME", least: 1, help: `One of ${list}` },
  flags,
  examples: [
    "deno task fetch cifar100",
    "deno task fetch fashion-mnist --data ~/data",
    "deno task fetch MUTAG --data data/tu",
  ],
}, async ({ data, sha256, from }, { operands, commandOf }) => {
  const [name, ...others] = operands;
  if (others.length > 0) throw new UsageError(`fetch takes one name: received ${operands.join(" ")}`);
  if (!Object.hasOwn(sources, name)) {
    throw new UsageError(
      `unknown data set ${JSON.stringify(name)}${didYouMean(name, names)} (expected ${list})`,
    );
  }
  const source = sources[name], files = filesOf(source, sha256, from);
  const folder = await interruptible(
    "the same command goes on from there",
    (signal) => fetchInto(data, source, files, signal),
  );
  console.log(folder);
  if (source.use !== undefined) console.error(`\nnext: ${commandOf("train")} ${source.use} ${folder}`);
});

export default script;
if (import.meta.main) await script.run();
