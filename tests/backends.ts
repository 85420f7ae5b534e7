import * as tf from "@tensorflow/tfjs";
import { type BackendName, type BackendOptions, initBackend } from "@hscl/hscl";
import { captured } from "../lib/backend/captured.ts";
import { isNativeInstalled } from "../lib/backend/native/locate.ts";
import { testsEverything } from "./grids.ts";

/** Whether this machine has a WebGPU adapter; a software one will do. Not looked for unless everything is tested. */
export const hasWebgpu = testsEverything && await navigator.gpu?.requestAdapter() != null;

/** Backends every contract test runs on, with the reason why one cannot here. */
const contractBackends:
  (BackendOptions & { backend: BackendName; missing?: string; isCaptured?: boolean })[] = [
    { backend: "cpu" },
    { backend: "wasm" },
    { backend: "wasm", relaxedSimd: false },
  ];
if (testsEverything) {
  const missing = isNativeInstalled() ? undefined : "native backend not installed: deno task setup:native";
  contractBackends.push(
    { backend: "tensorflow", missing },
    { backend: "tensorflow", missing, isCaptured: true },
    {
      backend: "webgpu",
      missing: hasWebgpu ? undefined : "no WebGPU adapter: install Mesa's software Vulkan",
    },
  );
}

/** Runs a test with everything that is computed within `tf.tidy`, as gradients are, captured. */
async function runCaptured(body: () => void | Promise<void>): Promise<void> {
  const engine = tf.engine(), { tidy } = engine;
  let isWithin = false;
  const compute = captured((once: () => tf.TensorContainer) => once());
  engine.tidy = function <T extends tf.TensorContainer>(...given: unknown[]): T {
    const once = () => tidy.apply(engine, given as Parameters<typeof tidy>) as T;
    if (isWithin) return once();
    isWithin = true;
    try {
      return compute(once) as T;
    } finally {
      isWithin = false;
    }
  };
  try {
    await body();
  } finally {
    engine.tidy = tidy;
  }
}

/**
 * Registers a test once per backend: on cpu and wasm, and where everything is tested on those that have to be installed; where
 * one is missing then, the test is ignored, and its name says why.
 *
 * @param body is told whether each case has programs of its own to be compiled, shaders or functions, which takes a second: there
 * a grid need not be met in every combination
 */
export function testOnBackends(
  name: string,
  body: (backend: BackendName, about: { compiles: boolean }) => void | Promise<void>,
): void {
  for (const { missing, isCaptured, ...options } of contractBackends) {
    const { backend, relaxedSimd } = options;
    const which = relaxedSimd === false
      ? `${backend} without relaxed SIMD`
      : isCaptured
      ? `${backend}, captured`
      : backend;
    Deno.test({
      name: `${name} [${which}${missing ? `, ${missing}` : ""}]`,
      ignore: missing !== undefined,
      fn: async () => {
        await initBackend(options);
        const about = { compiles: isCaptured === true || backend === "webgpu" };
        if (isCaptured) await runCaptured(() => body(backend, about));
        else await body(backend, about);
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
