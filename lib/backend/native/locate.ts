import { builtinModule, denoFor } from "../../core/platform.ts";

/** TensorFlow's release that `deno task setup:native` takes from PyPI. */
export const TENSORFLOW_VERSION = "2.21.0";

/** Whether TensorFlow computes on processors only or on NVIDIA GPUs too. */
export type NativeVariant = "cpu" | "gpu";

/**
 * Folder of the native libraries, one folder in it per release and variant: `HSCL_NATIVE` from the environment, else
 * `hscl/native` in the user's cache folder. Outside of `node_modules`, which `deno install` may write anew.
 */
export function nativeRoot(): string {
  const { HSCL_NATIVE, XDG_CACHE_HOME } = denoFor("look for TensorFlow's library").env.toObject();
  return HSCL_NATIVE || `${XDG_CACHE_HOME || `${builtinModule("node:os").homedir()}/.cache`}/hscl/native`;
}

/** Folder of one variant; it is there only when complete. */
export function variantFolder(root: string, variant: NativeVariant): string {
  return `${root}/tensorflow-${TENSORFLOW_VERSION}-${variant}`;
}

/** Where a variant keeps TensorFlow's own libraries, as in the wheel. */
export function libraryFolder(root: string, variant: NativeVariant): string {
  return `${variantFolder(root, variant)}/tensorflow`;
}

/** The variant that is installed; the one for GPUs, which computes without one too, before the other. */
export function installedVariant(root: string): NativeVariant | undefined {
  return (["gpu", "cpu"] as const).find((variant) => exists(variantFolder(root, variant)));
}

/** The packages with a native add-on of their own, in the order they are tried. */
export const nodePackages = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"] as const;

// The add-ons are made for versions 3 to 8 of Node's interface; their installer takes the highest there is.
const HIGHEST_NODE_API = 8;

/** Loads and finds modules as Node.js does: from where this library lies or, if that is an address, the working folder. */
export function nodeRequire() {
  const here = import.meta.url;
  const base = here.startsWith("file:") ? here : `${Deno.cwd()}/package.json`;
  return builtinModule("node:module").createRequire(base);
}

/** Folder of a package, if it is installed. */
export function packageFolder(packageName: typeof nodePackages[number]): string | undefined {
  try {
    return nodeRequire().resolve(`${packageName}/package.json`).replace(/[/\\]package\.json$/, "");
  } catch {
    return undefined;
  }
}

/** Where a package's own installer puts its add-on, if the package is installed. */
export function addOnPath(packageName: typeof nodePackages[number]): string | undefined {
  const { process } = globalThis as { process?: { versions: { napi?: string } } };
  const version = Math.min(HIGHEST_NODE_API, Number(process?.versions.napi ?? HIGHEST_NODE_API));
  const folder = packageFolder(packageName);
  return folder && `${folder}/lib/napi-v${version}/tfjs_binding.node`;
}

/** Whether there is a native library to try. */
export function isNativeInstalled(): boolean {
  return installedVariant(nativeRoot()) !== undefined || nodePackages.some(hasAddOn);
}

/** Whether a package's own installer has put its add-on there. */
export function hasAddOn(packageName: typeof nodePackages[number]): boolean {
  const path = addOnPath(packageName);
  return path !== undefined && exists(path);
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
