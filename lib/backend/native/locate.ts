import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";

/** TensorFlow's release that `deno task setup:native` takes from PyPI. */
export const TENSORFLOW_VERSION = "2.21.0";

/** Whether TensorFlow computes on processors only or on NVIDIA GPUs too. */
export type NativeVariant = "cpu" | "gpu";

/**
 * Folder of the native libraries, one folder in it per release and variant: `HSCL_NATIVE` from the environment, else
 * `hscl/native` in the user's cache folder. Outside of `node_modules`, which `deno install` may write anew.
 */
export function nativeRoot(): string {
  const { HSCL_NATIVE, XDG_CACHE_HOME } = Deno.env.toObject();
  return HSCL_NATIVE || join(XDG_CACHE_HOME || join(homedir(), ".cache"), "hscl", "native");
}

/** Folder of one variant; it is there only when complete. */
export function variantFolder(root: string, variant: NativeVariant): string {
  return join(root, `tensorflow-${TENSORFLOW_VERSION}-${variant}`);
}

/** Where a variant keeps TensorFlow's own libraries, as in the wheel. */
export function libraryFolder(root: string, variant: NativeVariant): string {
  return join(variantFolder(root, variant), "tensorflow");
}

/** The variant that is installed; the one for GPUs, which computes without one too, before the other. */
export function installedVariant(root: string): NativeVariant | undefined {
  return (["gpu", "cpu"] as const).find((variant) => existsSync(variantFolder(root, variant)));
}

/** The packages with a native add-on of their own, in the order they are tried. */
export const nodePackages = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"] as const;

// The add-ons are made for versions 3 to 8 of Node's interface; their installer takes the highest there is.
const HIGHEST_NODE_API = 8;

const require = createRequire(import.meta.url);

/** Folder of a package. */
export function packageFolder(packageName: typeof nodePackages[number]): string {
  return dirname(require.resolve(`${packageName}/package.json`));
}

/** Where a package's own installer puts its add-on. */
export function addOnPath(packageName: typeof nodePackages[number]): string {
  const version = Math.min(HIGHEST_NODE_API, Number(process.versions.napi ?? HIGHEST_NODE_API));
  return join(packageFolder(packageName), "lib", `napi-v${version}`, "tfjs_binding.node");
}

/** Whether there is a native library to try. */
export function isNativeInstalled(): boolean {
  return installedVariant(nativeRoot()) !== undefined ||
    nodePackages.some((name) => existsSync(addOnPath(name)));
}
