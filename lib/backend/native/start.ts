import * as tf from "@tensorflow/tfjs";
import { builtinModule } from "../../core/platform.ts";
import type { NativeBackend } from "./backend.ts";
import { type TensorflowBinding, tensorflowBinding } from "./binding.ts";
import { openCApi } from "./c_api.ts";
import { installNativeKernels } from "./install.ts";
import { installLending } from "./lend.ts";
import {
  addOnPath,
  hasAddOn,
  installedVariant,
  isNativeInstalled,
  libraryFolder,
  nativeRoot,
  nodePackages,
  nodeRequire,
} from "./locate.ts";

/**
 * Starts TensorFlow: the library that `deno task setup:native` took from PyPI, else the add-on of a tfjs-node package.
 *
 * @returns what runs, for people
 * @throws {Error} if there is none that works; the message says why
 */
export async function startNative(): Promise<string> {
  const { backend, detail } = await (native ??= load().catch((error) => {
    native = undefined; // what is missing may be installed before the next try
    throw error;
  }));
  await tf.setBackend("tensorflow");
  await tf.ready();
  if (!hasKernels) {
    installNativeKernels(backend);
    installLending(backend);
  }
  hasKernels = true;
  return detail;
}

let native: Promise<Native> | undefined, hasKernels = false;

interface Native {
  backend: NativeBackend;
  detail: string;
}

async function load(): Promise<Native> {
  const { binding, source } = findBinding();
  const NodeJSKernelBackend = await javascriptHalf();
  const backend: NativeBackend = new NodeJSKernelBackend(binding, "@tensorflow/tfjs-node");
  tf.registerBackend("tensorflow", () => backend as unknown as tf.KernelBackend, 3);
  const device = backend.isUsingGpuDevice ? "GPU" : "processor";
  return { backend, detail: `TensorFlow ${binding.TF_Version} ${source}, ${device}` };
}

function findBinding(): { binding: TensorflowBinding; source: string } {
  if (!isNativeInstalled()) {
    throw new Error("not installed; deno task setup:native, in a clone of the repository, installs it");
  }
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
    if (!hasAddOn(name)) continue;
    try {
      return { binding: nodeRequire()(addOnPath(name)!), source: `(${name})` };
    } catch (error) {
      reasons.push(`${name}: ${firstLine(error)}`);
    }
  }
  throw new Error(reasons.join("; "));
}

/** The backend's class in tfjs-node, without the package's entry point, which insists on an add-on inside it. */
async function javascriptHalf(): Promise<new (binding: TensorflowBinding, name: string) => NativeBackend> {
  // tfjs-node 4.22 calls these functions, which Node.js 23 and Deno no longer have.
  const legacy = builtinModule("node:util") as unknown as Record<string, unknown>;
  legacy.isNullOrUndefined ??= (x: unknown) => x === null || x === undefined;
  legacy.isArray ??= Array.isArray;
  // A name in parts keeps the package out of what every user of the library installs.
  const load = (name: string) => import(`npm:@tensorflow/tfjs-node@4.22.0/dist/${name}.js`);
  await load("register_all_kernels");
  const { NodeJSKernelBackend } = await load("nodejs_kernel_backend");
  return NodeJSKernelBackend;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0];
}
