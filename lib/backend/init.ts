import * as tf from "../core/tfjs.ts";
import { checkOneOf, checkOptions, describe } from "../core/checks.ts";
import { denoFor, platformName } from "../core/platform.ts";
import { installConvBiasGradient } from "./operations/conv_bias.ts";
import { installConvReluGradient } from "./operations/conv_relu.ts";
import { installReluGradient } from "./operations/relu_gradient.ts";
import type { WasmBackend } from "./wasm/heap.ts";
import { installWasmKernels } from "./wasm/install.ts";
import { guardMemory } from "./wasm/memory.ts";
import { installWebgpuKernels } from "./webgpu/install.ts";

/** Names `initBackend` takes. */
export const backendNames = ["auto", "tensorflow", "webgpu", "wasm", "cpu"] as const;

/** A name `initBackend` takes. */
export type BackendName = typeof backendNames[number];

/** Options of {@linkcode initBackend}. */
export interface BackendOptions {
  /** Default `auto`. */
  backend?: BackendName;
  /**
   * On `wasm`, multiply matrices with fused multiply-add where the engine has it. Its rounding depends on the processor;
   * `false` gives the same numbers on every machine, more slowly. Default `true`.
   */
  relaxedSimd?: boolean;
  /**
   * On `wasm`, use this library's kernels. `false` leaves tfjs' own, which are slower, wrong in the cases that the tests
   * name, and cannot train convolutions. Default `true`.
   */
  fastKernels?: boolean;
  /**
   * On `wasm` in a browser, the address of the folder with the `.wasm` files of `@tensorflow/tfjs-backend-wasm`. Default:
   * the folder of the script. Deno and Node.js find them in the package.
   */
  wasmPath?: string;
}

/** One backend that was considered. */
export interface BackendCandidate {
  /** Its name. */
  name: Exclude<BackendName, "auto">;
  /** What became of it. */
  status: "running" | "not available" | "not tried";
  /** What runs, or why this one does not. */
  detail: string;
}

/** Which backend runs, and why not the others. */
export interface BackendReport {
  /** The one that runs. */
  backend: Exclude<BackendName, "auto">;
  /** What exactly runs, e.g. the package and version. */
  detail: string;
  /** TensorFlow.js' version. */
  version: string;
  /** All backends in the order `auto` tries them. */
  candidates: BackendCandidate[];
}

/** A backend that cannot run here, with the reason. */
class Unavailable extends Error {}

const order = ["tensorflow", "webgpu", "wasm", "cpu"] as const;

/**
 * Starts a TensorFlow.js backend and reports which one runs and why not the others.
 *
 * `auto` tries, in this order: `tensorflow` (the native library, if it is installed and loads), `webgpu` (a hardware
 * adapter only), `wasm`, `cpu`. Naming one starts that one or throws; `webgpu` by name also takes a software adapter. On
 * all but `cpu` this library's kernels are installed: fused ones, faster ones, and those that give convolutions a gradient.
 *
 * @param options see {@linkcode BackendOptions}
 * @throws {RangeError} if the name is not one of {@linkcode backendNames}
 * @throws {TypeError} if `wasmPath` is not a text, or empty
 * @throws {Error} if the named backend cannot run here; the message says why
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { initBackend } from "@hscl/hscl";
 * const report = await initBackend({ backend: "cpu" });
 * assertEquals(report.backend, "cpu");
 * ```
 */
export async function initBackend(options: BackendOptions = {}): Promise<BackendReport> {
  checkOptions(options, { backend: true, relaxedSimd: true, fastKernels: true, wasmPath: true });
  const wanted = checkOneOf("backend", options.backend ?? "auto", backendNames);
  const { wasmPath } = options;
  if (wasmPath !== undefined && (typeof wasmPath !== "string" || wasmPath === "")) {
    throw new TypeError(`Cannot use wasmPath as it must be an address: received ${describe(wasmPath)}`);
  }
  tf.enableProdMode(); // silences tfjs' advice to install its Node.js backend, which does not apply here
  installReluGradient();
  installConvBiasGradient();
  installConvReluGradient();
  const candidates: BackendCandidate[] = [];
  let running: BackendCandidate | undefined;
  for (const name of order) {
    if (running || (wanted !== "auto" && wanted !== name)) {
      candidates.push({
        name,
        status: "not tried",
        detail: running ? `${running.name} runs` : `${wanted} was asked for`,
      });
      continue;
    }
    try {
      const detail = await starters[name](wanted === name, options);
      running = { name, status: "running", detail };
      candidates.push(running);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      candidates.push({ name, status: "not available", detail: error.message });
    }
  }
  if (!running) {
    const { detail } = candidates.find((candidate) => candidate.name === wanted)!;
    throw new Error(`Cannot start backend ${wanted} as it must be available here: received ${detail}`);
  }
  return { backend: running.name, detail: running.detail, version: tf.version_core, candidates };
}

const starters: Record<typeof order[number], (byName: boolean, options: BackendOptions) => Promise<string>> =
  {
    tensorflow: startTensorflow,
    webgpu: startWebgpu,
    wasm: startWasm,
    cpu: startCpu,
  };

async function startTensorflow(byName: boolean): Promise<string> {
  try {
    const { permissions } = denoFor("start TensorFlow");
    // Who lets the library choose is not asked for permissions that other backends do without.
    const lacking = (["env", "sys", "ffi"] as const).filter((name) =>
      permissions.querySync({ name }).state !== "granted"
    );
    if (!byName && lacking.length > 0) {
      throw new Error(`needs ${lacking.map((name) => `--allow-${name}`).join(", ")}`);
    }
    const { startNative } = await import("./native/start.ts");
    return await startNative();
  } catch (error) {
    throw new Unavailable(firstLine(error));
  }
}

async function startWebgpu(byName: boolean): Promise<string> {
  let adapter: GPUAdapter | null | undefined;
  try {
    adapter = await globalThis.navigator?.gpu?.requestAdapter({ powerPreference: "high-performance" });
  } catch (error) {
    throw new Unavailable(firstLine(error));
  }
  if (!adapter) throw new Unavailable("no WebGPU adapter");
  // Some browsers do not tell.
  const { description = "", isFallbackAdapter = false }: Partial<GPUAdapterInfo> = adapter.info ?? {};
  const isSoftware = isFallbackAdapter ||
    /llvmpipe|lavapipe|swiftshader|software|basic render/i.test(description);
  if (isSoftware && !byName) throw new Unavailable(`only a software adapter (${description})`);
  try {
    await import("@tensorflow/tfjs-backend-webgpu");
    await activate("webgpu");
    installWebgpuKernels();
  } catch (error) {
    throw new Unavailable(firstLine(error));
  }
  return `${description || "WebGPU adapter"}${isSoftware ? " (software)" : ""}`;
}

async function startWasm(
  _byName: boolean,
  { relaxedSimd = true, fastKernels = true, wasmPath }: BackendOptions,
): Promise<string> {
  const inBrowser = platformName() === "a browser";
  try {
    const { setWasmPaths, version_wasm } = await import("@tensorflow/tfjs-backend-wasm");
    // This library's kernels compute on one thread; browsers would share the memory between several.
    tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
    // findBackend would start it.
    if (wasmPath !== undefined && !("wasm" in tf.engine().registry)) {
      const folder = wasmPath.replace(/\/?$/, "/");
      // After a failed start TensorFlow.js takes no other folder.
      if (inBrowser) await checkServed(`${folder}tfjs-backend-wasm-simd.wasm`);
      setWasmPaths(folder);
    }
    await activate("wasm");
    const backend = tf.backend() as unknown as WasmBackend, { memory } = backend.wasm.asm;
    if (Object.prototype.toString.call(memory.buffer) === "[object SharedArrayBuffer]") {
      throw new Error("it was started on several threads before: call initBackend first");
    }
    guardMemory(backend);
    installWasmKernels({ relaxedSimd, fastKernels });
    return `@tensorflow/tfjs-backend-wasm ${version_wasm}, one thread`;
  } catch (error) {
    const help = inBrowser
      ? " (wasmPath must be where @tensorflow/tfjs-backend-wasm's .wasm files are served)"
      : "";
    throw new Unavailable(firstLine(error) + help);
  }
}

async function checkServed(address: string): Promise<void> {
  const answer = await fetch(address, { method: "HEAD" });
  if (answer.status === 405 || answer.status === 501) return; // a server that knows no HEAD
  const type = answer.headers.get("content-type") ?? "";
  // Many servers answer with a page instead of saying that there is no such file.
  if (!answer.ok || type.includes("html")) {
    throw new Error(`${address} answers ${answer.status} ${type}`.trimEnd());
  }
}

async function startCpu(): Promise<string> {
  await activate("cpu");
  return "plain JavaScript, one thread";
}

async function activate(name: string): Promise<void> {
  if (!(await tf.setBackend(name))) throw new Error(`TensorFlow.js could not initialise ${name}`);
  await tf.ready();
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0];
}
