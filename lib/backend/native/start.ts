import * as tf from "../../core/tfjs.ts";
import { builtinModule } from "../../core/platform.ts";
import type { NativeBackend } from "./backend.ts";
import { tensorflowBinding } from "./binding/binding.ts";
import { openCApi } from "./binding/c_api.ts";
import type { TensorflowBinding } from "./binding/types.ts";
import { installCapturing } from "./functions/install.ts";
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
  packageFolder,
  variantFolder,
} from "./locate.ts";
import { askForSameNumbers, multiplyInFull } from "./on_gpu.ts";
import { askForOwnOperations } from "./on_processor.ts";
import { type Verdict, verdictOf } from "./tried.ts";

/**
 * Starts TensorFlow: the library that `deno task setup:native` took from PyPI, else the add-on of a tfjs-node package.
 * Before this process loads one, another has tried it.
 *
 * @param only the one place to load it from, by the library's folder or the package's name, untried
 * @returns what runs, for people
 * @throws {Error} if there is none that works; the message says why
 */
export async function startNative(only?: string): Promise<string> {
  const { backend, detail } = await (native ??= load(only).catch((error) => {
    native = undefined; // what is missing may be installed before the next try
    throw error;
  }));
  await tf.setBackend("tensorflow");
  await tf.ready();
  if (!hasKernels) {
    installLending(backend);
    installCapturing(backend);
    installNativeKernels(backend);
  }
  hasKernels = true;
  return detail;
}

let native: Promise<Native> | undefined, hasKernels = false;

interface Native {
  backend: NativeBackend;
  detail: string;
}

async function load(only?: string): Promise<Native> {
  const { binding, source, note } = await findBinding(only);
  const NodeJSKernelBackend = await javascriptHalf();
  const backend: NativeBackend = new NodeJSKernelBackend(binding, "@tensorflow/tfjs-node");
  tf.registerBackend("tensorflow", () => backend as unknown as tf.KernelBackend, 3);
  const device = backend.isUsingGpuDevice ? "GPU" : "processor";
  const detail = `TensorFlow ${binding.TF_Version} ${source}, ${device}`;
  return { backend, detail: note ? `${detail}; ${note}` : detail };
}

/** A library that is installed. */
interface Place {
  /** As errors name it. */
  name: string;
  /** All that belongs to it. */
  folder: string;
  source: string;
  open(): TensorflowBinding;
}

function places(): Place[] {
  const root = nativeRoot(), variant = installedVariant(root), found: Place[] = [];
  if (variant) {
    const name = libraryFolder(root, variant);
    const open = () => {
      askForOwnOperations();
      if (variant === "gpu") askForSameNumbers();
      const api = openCApi(name);
      multiplyInFull(name);
      return tensorflowBinding(api);
    };
    found.push({ name, folder: variantFolder(root, variant), source: "(PyPI)", open });
  }
  for (const name of nodePackages.filter(hasAddOn)) {
    const open = () => nodeRequire()(addOnPath(name)!);
    found.push({ name, folder: packageFolder(name)!, source: `(${name})`, open });
  }
  return found;
}

interface Found {
  binding: TensorflowBinding;
  source: string;
  note?: string;
}

async function findBinding(only?: string): Promise<Found> {
  if (!isNativeInstalled()) {
    throw new Error("not installed; deno task setup:native, in a clone of the repository, installs it");
  }
  const reasons: string[] = [];
  // TensorFlow's notes for developers, unless the user wants them.
  if (Deno.env.get("TF_CPP_MIN_LOG_LEVEL") === undefined) Deno.env.set("TF_CPP_MIN_LOG_LEVEL", "2");
  for (const { name, folder, source, open } of places()) {
    if (only !== undefined && name !== only) continue;
    try {
      const verdict: Verdict = only === undefined
        ? await verdictOf(folder, trying, { HSCL_NATIVE_PLACE: name })
        : { works: true };
      if (verdict.works) return { binding: open(), source, note: verdict.note };
      reasons.push(`${name}: ${verdict.reason}`);
    } catch (error) {
      reasons.push(`${name}: ${firstLine(error)}`);
    }
  }
  throw new Error(reasons.join("; "));
}

const trying = [
  ..."run -q --no-prompt --allow-read --allow-env --allow-sys --allow-ffi".split(" "),
  import.meta.url.replace(/start(?=\.\w+$)/, "try"), // .ts or, from npm, .js
];

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
