import { type BackendName, type BackendOptions, initBackend } from "@hscl/hscl";
import { isNativeInstalled } from "../lib/backend/native/locate.ts";
import { testsEverything } from "./grids.ts";

/** Whether this machine has a WebGPU adapter; a software one will do. Not looked for unless everything is tested. */
export const hasWebgpu = testsEverything && await navigator.gpu?.requestAdapter() != null;

/** Backends every contract test runs on, with the reason why one cannot here. */
const contractBackends: (BackendOptions & { backend: BackendName; missing?: string })[] = [
  { backend: "cpu" },
  { backend: "wasm" },
  { backend: "wasm", relaxedSimd: false },
];
if (testsEverything) {
  contractBackends.push(
    {
      backend: "tensorflow",
      missing: isNativeInstalled() ? undefined : "native backend not installed: deno task setup:native",
    },
    {
      backend: "webgpu",
      missing: hasWebgpu ? undefined : "no WebGPU adapter: install Mesa's software Vulkan",
    },
  );
}

/**
 * Registers a test once per backend: on cpu and wasm, and where everything is tested on those that have to be installed; where
 * one is missing then, the test is ignored, and its name says why.
 */
export function testOnBackends(name: string, body: (backend: BackendName) => void | Promise<void>): void {
  for (const { missing, ...options } of contractBackends) {
    const { backend, relaxedSimd } = options;
    const which = relaxedSimd === false ? `${backend} without relaxed SIMD` : backend;
    Deno.test({
      name: `${name} [${which}${missing ? `, ${missing}` : ""}]`,
      ignore: missing !== undefined,
      fn: async () => {
        await initBackend(options);
        await body(backend);
      },
    });
  }
}

/** Largest absolute difference; NaN anywhere counts as infinite. */
export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) {
    throw new RangeError(`Cannot compare as lengths must agree: received ${a.length} and ${b.length}`);
  }
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i] - b[i]);
    if (!(difference <= most)) most = Number.isNaN(difference) ? Infinity : difference;
  }
  return most;
}
