import { rm } from "node:fs/promises";
import { join } from "node:path";
import { installedVariant, type NativeVariant } from "../../lib/backend/native/locate.ts";
import { type FromPypiOptions, installFromPypi, whyNotFromPypi } from "./from_pypi.ts";
import {
  askOfficial,
  installOfficial,
  isOfficialInstalled,
  officialPackage,
  removeOfficial,
} from "./official.ts";
import { verify } from "./verify.ts";

/** Ways to get the native library. */
export const sources = ["auto", "official", "pypi"] as const;

/** Settings of {@linkcode setupNative}; `root` is the folder for what comes from PyPI. */
export interface SetupOptions extends FromPypiOptions {
  variant: NativeVariant;
  /** `auto`: the package's own installer, and where that fails PyPI. */
  from: typeof sources[number];
  /** Base address of Google's storage, which the package's installer uses. */
  storage: string;
}

/**
 * Installs the native library unless it is there and works.
 *
 * @returns what runs
 * @throws {Error} if no way leads there; what worked before is then as it was
 */
export async function setupNative(options: SetupOptions): Promise<string> {
  const { variant, from, say } = options;
  const there = await checkInstalled(options);
  if (there) return there;
  const reasons: string[] = [];
  if (from !== "pypi") {
    try {
      return await tryOfficial(options);
    } catch (error) {
      reasons.push(`${officialPackage(variant)}: ${(error as Error).message}`);
      say(`the installer of ${reasons.at(-1)}`);
    }
  }
  if (from !== "official") {
    const why = whyNotFromPypi();
    if (!why) return await installFromPypi(variant, options);
    reasons.push(`PyPI: ${why}`);
  }
  throw new Error(
    `Cannot install the native backend as a source must be at hand: received ${reasons.join("; ")}`,
  );
}

/** What runs if the variant is installed and works. */
async function checkInstalled({ variant, from, root, say }: SetupOptions): Promise<string | undefined> {
  // The variant for GPUs computes without one, too.
  const found = installedVariant(root), serves = found === variant || (found === "gpu" && variant === "cpu");
  const places = [
    { way: "pypi", there: serves, where: `TensorFlow in ${root}`, verify: () => verify(root) },
    {
      way: "official",
      there: isOfficialInstalled(variant),
      where: officialPackage(variant),
      verify: verifyOfficial,
    },
  ];
  for (const { way, there, where, verify } of places) {
    if (!there || (from !== "auto" && from !== way)) continue;
    say(`${where} is there; trying it`);
    const verdict = await verify();
    if (verdict.works) return verdict.detail;
    say(`it does not work: ${verdict.reason}; installing it anew`);
  }
}

async function tryOfficial({ variant, storage, say }: SetupOptions): Promise<string> {
  const answer = await askOfficial(variant, storage);
  if ("reason" in answer) throw new Error(answer.reason);
  say(`runs the installer of ${officialPackage(variant)}, which downloads ${answer.megabytes} MB`);
  try {
    await installOfficial(variant, storage);
    say("trying it: matrices, a step of training, against plain JavaScript");
    const verdict = await verifyOfficial();
    if (!verdict.works) throw new Error(verdict.reason);
    return verdict.detail;
  } catch (error) {
    await removeOfficial(variant);
    throw error;
  }
}

/** Tries the package's add-on, with nothing from PyPI in sight. */
async function verifyOfficial() {
  const empty = await Deno.makeTempDir();
  try {
    return await verify(join(empty, "nothing"));
  } finally {
    await rm(empty, { recursive: true, force: true });
  }
}
