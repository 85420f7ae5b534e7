import { rm } from "node:fs/promises";
import { join } from "node:path";
import { hasAddOn, type NativeVariant, packageFolder } from "../../lib/backend/native/locate.ts";

/** Google's storage, where tfjs-node's installer gets its files. */
export const GOOGLE_STORAGE = "https://storage.googleapis.com/";

const LIBTENSORFLOW_VERSION = "2.9.1";
const SECONDS_TO_ANSWER = 10;

/** The package whose installer brings a variant. */
export function officialPackage(variant: NativeVariant) {
  return variant === "gpu" ? "@tensorflow/tfjs-node-gpu" : "@tensorflow/tfjs-node";
}

/** Whether the installer of a variant's package has put an add-on there. */
export function isOfficialInstalled(variant: NativeVariant): boolean {
  return hasAddOn(officialPackage(variant));
}

/** Megabytes that the package's installer would download, or why it could not. */
export async function askOfficial(
  variant: NativeVariant,
  storage: string,
): Promise<{ megabytes: number } | { reason: string }> {
  const { os, arch } = Deno.build;
  const system = `${variant}-${os}-${arch}`;
  if (!["cpu-linux-x86_64", "gpu-linux-x86_64", "cpu-darwin-x86_64", "cpu-windows-x86_64"].includes(system)) {
    return { reason: `it has nothing for ${system}` };
  }
  const extension = os === "windows" ? "zip" : "tar.gz";
  const file = `tensorflow/libtensorflow/libtensorflow-${system}-${LIBTENSORFLOW_VERSION}.${extension}`;
  const url = new URL(file, storage);
  try {
    const response = await fetch(url, {
      method: "HEAD",
      signal: AbortSignal.timeout(1000 * SECONDS_TO_ANSWER),
    });
    if (!response.ok) return { reason: `${url} answers ${response.status}` };
    return { megabytes: Math.round(Number(response.headers.get("Content-Length")) / 1e6) };
  } catch {
    return { reason: `${url.host} is out of reach` };
  }
}

/**
 * Has Deno run the package's own installer, which puts its files into the package.
 *
 * @throws {Error} with the installer's last words if it fails
 */
export async function installOfficial(variant: NativeVariant, storage: string): Promise<void> {
  // Deno notes that it has run an installer, also after a failure, and then never does again.
  const store = join(packageFolder(officialPackage(variant))!, "..", "..", "..");
  await rm(join(store, ".scripts-run"), { force: true });
  const elsewhere: Record<string, string> = storage === GOOGLE_STORAGE ? {} : {
    TFJS_NODE_CDN_STORAGE: storage,
    npm_config_tfjs_binding_binary_host_mirror: new URL("tf-builds/pre-built-binary", storage).href,
  };
  const { success, stderr } = await new Deno.Command("deno", {
    args: ["install", "--frozen", `--allow-scripts=npm:${officialPackage(variant)}`],
    env: { NO_COLOR: "1", ...elsewhere },
    stdin: "null",
    stdout: "null",
  }).output();
  if (success && isOfficialInstalled(variant)) return;
  const lines = new TextDecoder().decode(stderr).split("\n").map((line) => line.trim()).filter(Boolean);
  throw new Error(lines.findLast((line) => /error/i.test(line)) ?? "it left no add-on");
}

/** Removes what the package's installer has put there, whole or half. */
export async function removeOfficial(variant: NativeVariant): Promise<void> {
  const folder = packageFolder(officialPackage(variant))!;
  for (const name of ["deps", "lib"]) await rm(join(folder, name), { recursive: true, force: true });
}
