import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { type NativeVariant, TENSORFLOW_VERSION, variantFolder } from "../../lib/backend/native/locate.ts";
import { download } from "./download.ts";
import { downloadProgress, megabytes } from "./progress.ts";
import { addressOf } from "./pypi.ts";
import { unzip } from "./unzip.ts";
import { verify } from "./verify.ts";
import { isWanted, type Wheel, wheelsOf } from "./wheels.ts";

/** Where from, where to, and who is told. */
export interface FromPypiOptions {
  /** Folder that the variants are in. */
  root: string;
  /** Base address of the package index. */
  pypi: string;
  /** What the variant is made of. Default the pinned wheels. */
  wheels?: readonly Wheel[];
  say: (line: string) => void;
}

/** Why a variant cannot come from PyPI here, if it cannot. */
export function whyNotFromPypi(): string | undefined {
  const { os, arch } = Deno.build;
  return os === "linux" && arch === "x86_64"
    ? undefined
    : `tried on Linux x86-64 only, and this is ${os} ${arch}`;
}

/**
 * Downloads the wheels of a variant, unpacks what computes into a folder of its own, tries it there, and only then moves
 * it to where the library looks. Interrupted, it leaves downloads that the next time takes up, and nothing else in use.
 *
 * @returns what runs
 * @throws {Error} if a download fails, or what was unpacked does not work
 */
export async function installFromPypi(
  variant: NativeVariant,
  { root, pypi, say, wheels = wheelsOf(variant) }: FromPypiOptions,
): Promise<string> {
  const downloads = join(root, "downloads"), staging = join(root, `staging-${variant}`);
  await Deno.mkdir(downloads, { recursive: true });
  using lock = await Deno.open(join(root, "lock"), { create: true, write: true });
  if (!await lock.tryLock(true)) {
    say("waiting for another setup to end");
    await lock.lock(true);
  }
  await rm(staging, { recursive: true, force: true });

  const total = wheels.reduce((sum, { bytes }) => sum + bytes, 0);
  say(
    `downloads TensorFlow ${TENSORFLOW_VERSION} from ${pypi}: ${wheels.length} ` +
      `file${wheels.length === 1 ? "" : "s"}, ${megabytes(total)} MB`,
  );
  let before = 0;
  const progress = downloadProgress("downloaded", total, say);
  try {
    for (const wheel of wheels) {
      const path = join(downloads, wheel.file);
      if (!existsSync(path)) {
        const url = await addressOf(wheel, pypi);
        await download(
          { url, path, bytes: wheel.bytes, sha256: wheel.sha256 },
          (count) => progress.to(before + count),
        );
      }
      before += wheel.bytes;
      progress.to(before);
    }
  } finally {
    progress.stop();
  }

  const folder = variantFolder(root, variant), staged = join(staging, basename(folder));
  let unpacked = 0;
  for (const wheel of wheels) {
    unpacked += (await unzip(join(downloads, wheel.file), staged, isWanted)).bytes;
  }
  say(
    `unpacked ${megabytes(unpacked)} MB; trying it: matrices, a step of training, against plain JavaScript`,
  );
  const verdict = await verify(staging);
  if (!verdict.works) {
    await rm(staging, { recursive: true, force: true });
    throw new Error(
      `Cannot use TensorFlow ${TENSORFLOW_VERSION} from PyPI as it must work here: received ${verdict.reason}`,
    );
  }
  await rm(folder, { recursive: true, force: true }); // one that no longer worked
  await Deno.rename(staged, folder);
  await rm(staging, { recursive: true, force: true });
  for (const { file } of wheels) await rm(join(downloads, file), { force: true });
  return verdict.detail;
}
