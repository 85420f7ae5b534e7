import { rm } from "node:fs/promises";
import { join } from "node:path";
import { hasAddOn, type NativeVariant, packageFolder } from "../../lib/backend/native/locate.ts";
import { linesOf } from "./child.ts";

/** The package whose installer brings a variant. */
export function officialPackage(variant: NativeVariant) {
  return variant === "gpu" ? "@tensorflow/tfjs-node-gpu" : "@tensorflow/tfjs-node";
}

/** Whether the installer of a variant's package has put an add-on there. */
export function isOfficialInstalled(variant: NativeVariant): boolean {
  return hasAddOn(officialPackage(variant));
}

const systems = ["cpu-linux-x86_64", "gpu-linux-x86_64", "cpu-darwin-x86_64", "cpu-windows-x86_64"];

/** Why the package's installer is of no use on a system, if it is not. */
export function whyNotOfficial(
  variant: NativeVariant,
  { os, arch }: Pick<typeof Deno.build, "os" | "arch">,
): string | undefined {
  return systems.includes(`${variant}-${os}-${arch}`)
    ? undefined
    : `${officialPackage(variant)} has nothing for ${os} ${arch}`;
}

/**
 * Has Deno run the package's own installer, which puts its files into the package.
 *
 * @throws {Error} with the installer's last words if it fails
 */
export async function installOfficial(variant: NativeVariant, signal: AbortSignal): Promise<void> {
  // Deno notes that it has run an installer, also after a failure, and then never does again.
  const store = join(packageFolder(officialPackage(variant))!, "..", "..", "..");
  await rm(join(store, ".scripts-run"), { force: true });
  const { success, stderr } = await new Deno.Command("deno", {
    args: ["install", "--frozen", `--allow-scripts=npm:${officialPackage(variant)}`],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    signal,
  }).output();
  signal.throwIfAborted();
  if (success && isOfficialInstalled(variant)) return;
  const errors = linesOf(stderr).filter((line) => /error/i.test(line));
  throw new Error(errors.find((line) => /Uncaught/.test(line)) ?? errors.at(-1) ?? "it left no add-on");
}

/** Removes what the package's installer has put there, whole or half. */
export async function removeOfficial(variant: NativeVariant): Promise<void> {
  const folder = packageFolder(officialPackage(variant))!;
  for (const name of ["deps", "lib"]) await rm(join(folder, name), { recursive: true, force: true });
}
