import { rm } from "node:fs/promises";
import { join } from "node:path";
import { installedVariant, type NativeVariant } from "../../lib/backend/native/locate.ts";
import { type FromWheelsOptions, installFromWheels } from "./from_wheels.ts";
import {
  installOfficial,
  isOfficialInstalled,
  officialPackage,
  removeOfficial,
  whyNotOfficial,
} from "./official.ts";
import { verify } from "./verify.ts";
import { whyNoWheels } from "./wheels.ts";

/** Ways to get the native library. */
export const sources = ["auto", "official", "pypi"] as const;

/** Settings of {@linkcode setupNative}; `root` is the folder for what comes from wheels. */
export interface SetupOptions extends FromWheelsOptions {
  variant: NativeVariant;
  /** `auto`: the package's own installer, and where that fails the wheels. */
  from: typeof sources[number];
}

/**
 * Installs the native library unless it is there and works.
 *
 * @returns what runs
 * @throws {Error} if no way leads there; what worked before is then as it was
 */
export async function setupNative(options: SetupOptions): Promise<string> {
  const { variant, from, say, signal } = options;
  const there = await checkInstalled(options);
  if (there) return there;
  const ways = waysFor(variant, from, Deno.build);
  if (ways.official) {
    try {
      return await official(options);
    } catch (error) {
      signal.throwIfAborted();
      const reason = `the installer of ${officialPackage(variant)}: ${(error as Error).message}`;
      if (!ways.wheels) {
        throw new Error(`Cannot install the native backend as its installer must work: received ${reason}`);
      }
      say(reason);
    }
  }
  return await installFromWheels(variant, options);
}

/**
 * The ways there are on a system.
 *
 * @throws {Error} if there is none
 */
export function waysFor(
  variant: NativeVariant,
  from: SetupOptions["from"],
  system: Pick<typeof Deno.build, "os" | "arch">,
): { official: boolean; wheels: boolean } {
  const noOfficial = from === "pypi" ? undefined : whyNotOfficial(variant, system);
  const noWheels = from === "official" ? undefined : whyNoWheels(system);
  const official = from !== "pypi" && !noOfficial, wheels = from !== "official" && !noWheels;
  if (official || wheels) return { official, wheels };
  throw new Error(
    "Cannot install the native backend as there must be a library for this system: received " +
      `${[noOfficial, noWheels].filter(Boolean).join("; ")}. The other backends need no installation`,
  );
}

/** What runs if the variant is installed and works. */
async function checkInstalled(
  { variant, from, root, say, signal }: SetupOptions,
): Promise<string | undefined> {
  // The variant for GPUs computes without one, too.
  const found = installedVariant(root), serves = found === variant || (found === "gpu" && variant === "cpu");
  const places = [
    {
      way: "pypi",
      there: serves,
      where: `TensorFlow in ${root}`,
      verify: () => verify(root, signal),
    },
    {
      way: "official",
      there: isOfficialInstalled(variant),
      where: officialPackage(variant),
      verify: () => verifyOfficial(signal),
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

async function official({ variant, say, signal }: SetupOptions): Promise<string> {
  say(`runs the installer of ${officialPackage(variant)} (--from pypi goes on without it)`);
  try {
    await installOfficial(variant, signal);
    say("trying it: matrices, a step of training, against plain JavaScript");
    const verdict = await verifyOfficial(signal);
    if (!verdict.works) throw new Error(verdict.reason);
    return verdict.detail;
  } catch (error) {
    await removeOfficial(variant);
    throw error;
  }
}

/** Tries the package's add-on, with no other library in sight. */
async function verifyOfficial(signal: AbortSignal) {
  const empty = await Deno.makeTempDir();
  try {
    return await verify(join(empty, "nothing"), signal);
  } finally {
    await rm(empty, { recursive: true, force: true });
  }
}
