import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type NativeVariant, TENSORFLOW_VERSION, variantFolder } from "../../lib/backend/native/locate.ts";
import { downloadInto, findDownloader } from "./downloader.ts";
import { verify } from "./verify.ts";
import { isWanted, wheels } from "./wheels.ts";

/** Where to, what with, and who is told. */
export interface FromWheelsOptions {
  /** Absolute path of the folder that the variants are in. */
  root: string;
  /** What downloads; `auto`: uv, or else pip. */
  tool: "auto" | "uv" | "pip";
  say: (line: string) => void;
  /** Ends the work; nothing is left of it then. */
  signal: AbortSignal;
}

/**
 * Has uv or pip download and unpack the wheels of a variant, takes what computes into a folder of its own, tries it there,
 * and only then moves it to where the library looks. Whatever goes wrong, nothing is left but what was there before.
 *
 * @returns what runs
 * @throws {Error} if the download fails, or what was unpacked does not work
 */
export async function installFromWheels(
  variant: NativeVariant,
  { root, tool, say, signal }: FromWheelsOptions,
): Promise<string> {
  const downloader = await findDownloader(tool);
  await Deno.mkdir(root, { recursive: true });
  using lock = await Deno.open(join(root, "lock"), { create: true, write: true });
  const waited = await waitForLock(lock, say, signal);
  const folder = variantFolder(root, variant), staging = join(root, `staging-${variant}`);
  if (waited && existsSync(folder)) {
    const verdict = await verify(root, signal);
    if (verdict.works) return verdict.detail;
  }
  const unpacked = join(staging, "unpacked"), temporary = join(staging, "temporary");
  const staged = join(staging, basename(folder));
  const { download, disk } = wheels[variant];
  await rm(staging, { recursive: true, force: true });
  try {
    await Deno.mkdir(temporary, { recursive: true });
    say(
      `TensorFlow ${TENSORFLOW_VERSION} comes with ${downloader.tool} ${downloader.version} into ${root}: ` +
        `${download} to download, ${disk}`,
    );
    await downloadInto(unpacked, wheels[variant], downloader, { temporary, signal });
    await moveWanted(unpacked, staged);
    say("trying it: matrices, a step of training, against plain JavaScript");
    const verdict = await verify(staging, signal);
    if (!verdict.works) {
      throw new Error(
        `Cannot use TensorFlow ${TENSORFLOW_VERSION} as it must work here: received ${verdict.reason}`,
      );
    }
    await rm(folder, { recursive: true, force: true }); // one that no longer worked
    await Deno.rename(staged, folder);
    return verdict.detail;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** Takes a file's lock; `true` if another setup had to end first. */
async function waitForLock(
  lock: Deno.FsFile,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<boolean> {
  if (await lock.tryLock(true)) return false;
  say("waiting for another setup to end");
  do await setTimeout(500, undefined, { signal }); while (!await lock.tryLock(true));
  return true;
}

async function moveWanted(from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name), name = relative(from, path);
    if (entry.isDirectory() || !isWanted(name)) continue;
    const target = join(to, name);
    await Deno.mkdir(dirname(target), { recursive: true });
    await Deno.rename(path, target);
  }
}
