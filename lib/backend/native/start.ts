import * as tf from "@tensorflow/tfjs";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import util from "node:util";
import type { NativeBackend } from "./backend.ts";
import { type TensorflowBinding, tensorflowBinding } from "./binding.ts";
import { openCApi } from "./c_api.ts";
import { installNativeKernels } from "./install.ts";
import { installLending } from "./lend.ts";
import {
  addOnPath,
  installedVariant,
  isNativeInstalled,
  libraryFolder,
  nativeRoot,
  nodePackages,
} from "./locate.ts";

const require = createRequire(import.meta.url);

/**
 * Starts TensorFlow: the library that `deno task setup:native` took from PyPI, else the add-on of a tfjs-node package.
 *
 * @returns what runs, for people
 * @throws {Error} if there is none that works; the message says why
 */
export async function startNative(): Promise<string> {
  const { backend, detail } = native ??= load();
  await tf.setBackend("tensorflow");
  await tf.ready();
  if (!hasKernels) {
    installNativeKernels(backend);
    installLending(backend);
  }
  hasKernels = true;
  return detail;
}

let native: Native | undefined, hasKernels = false;

interface Native {
  backend: NativeBackend;
  detail: string;
}

function load(): Native {
  const { binding, source } = findBinding();
  const { NodeJSKernelBackend } = javascriptHalf("@tensorflow/tfjs-node");
  const backend: NativeBackend = new NodeJSKernelBackend(binding, "@tensorflow/tfjs-node");
  tf.registerBackend("tensorflow", () => backend as unknown as tf.KernelBackend, 3);
  const device = backend.isUsingGpuDevice ? "GPU" : "processor";
  return { backend, detail: `TensorFlow ${binding.TF_Version} ${source}, ${device}` };
}

function findBinding(): { binding: TensorflowBinding; source: string } {
  if (!isNativeInstalled()) throw new Error("not installed; deno task setup:native installs it");
  const reasons: string[] = [];
  // TensorFlow's notes for developers, unless the user wants them.
  if (Deno.env.get("TF_CPP_MIN_LOG_LEVEL") === undefined) Deno.env.set("TF_CPP_MIN_LOG_LEVEL", "2");
  const root = nativeRoot(), variant = installedVariant(root);
  if (variant) {
    try {
      return { binding: tensorflowBinding(openCApi(libraryFolder(root, variant))), source: "(PyPI)" };
    } catch (error) {
      reasons.push(`${libraryFolder(root, variant)}: ${firstLine(error)}`);
    }
  }
  for (const name of nodePackages) {
    const path = addOnPath(name);
    if (!existsSync(path)) continue;
    try {
      return { binding: require(path), source: `(${name})` };
    } catch (error) {
      reasons.push(`${name}: ${firstLine(error)}`);
    }
  }
  throw new Error(reasons.join("; "));
}

/** tfjs-node without its entry point, which insists on an add-on inside the package. */
function javascriptHalf(packageName: string) {
  // tfjs-node 4.22 calls these functions, which Node.js 23 and Deno no longer have.
  const legacy = util as unknown as Record<string, unknown>;
  legacy.isNullOrUndefined ??= (x: unknown) => x === null || x === undefined;
  legacy.isArray ??= Array.isArray;
  require(`${packageName}/dist/register_all_kernels`);
  return require(`${packageName}/dist/nodejs_kernel_backend`);
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0];
}
