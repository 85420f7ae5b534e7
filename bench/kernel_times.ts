import * as tf from "@tensorflow/tfjs";

/** What one kernel took in one step. */
export interface KernelTime {
  /** TensorFlow.js' name, or this library's for its own. */
  name: string;
  calls: number;
  /** Of all calls together, without the kernels they called. */
  milliseconds: number;
}

/** Where the time of one step went. */
export interface StepProfile {
  /** From start to end of the step, with its result read. */
  milliseconds: number;
  /** Longest first. */
  kernels: KernelTime[];
  /** Not in any kernel: JavaScript, gradients' bookkeeping, reading the result. */
  outsideMilliseconds: number;
  /** How the kernels were timed. */
  method: string;
}

/**
 * Times every kernel of a step: once to warm up, then several times, of which the one of median length is reported.
 *
 * Where a kernel has computed when its call returns (`wasm`, `cpu`, `tensorflow` on the processor), every kernel of the
 * running backend is registered anew with a clock around it, and put back afterwards; nothing waits or copies that
 * otherwise would not, and the clock costs about a microsecond a call. On `webgpu`, calls return before the GPU has
 * computed, so `tf.profile` asks the GPU's own clock; that slows the step down, whose length is taken without it.
 *
 * @param step the step; must be repeatable and leave no tensors behind
 * @param repeats measured steps, at least 1
 */
export async function profileStep(step: () => Promise<unknown>, repeats: number): Promise<StepProfile> {
  await step();
  const profiles: StepProfile[] = [];
  const one = tf.getBackend() === "webgpu" ? timeOnGpu : timeCalls;
  for (let i = 0; i < repeats; i++) profiles.push(await one(step));
  profiles.sort((a, b) => a.milliseconds - b.milliseconds);
  return profiles[repeats >> 1];
}

async function timeCalls(step: () => Promise<unknown>): Promise<StepProfile> {
  const backendName = tf.getBackend(), times = new Map<string, KernelTime>();
  // Time that the running kernel has spent in kernels it called.
  let inner = 0;
  const timed = ({ kernelName, kernelFunc }: tf.KernelConfig): tf.KernelFunc => (params) => {
    const before = inner, start = performance.now();
    inner = 0;
    try {
      return kernelFunc(params);
    } finally {
      const elapsed = performance.now() - start;
      addTime(times, kernelName, elapsed - inner);
      inner = before + elapsed;
    }
  };
  const kernels = tf.getKernelsForBackend(backendName);
  const replace = (config: tf.KernelConfig) => {
    tf.unregisterKernel(config.kernelName, backendName);
    tf.registerKernel(config);
  };
  for (const config of kernels) replace({ ...config, kernelFunc: timed(config) });
  try {
    const start = performance.now();
    await step();
    const method = backendName === "tensorflow"
      ? "a clock around every call; on a GPU, calls return before it has computed"
      : "a clock around every call";
    return profileOf(performance.now() - start, times, method);
  } finally {
    kernels.forEach(replace);
  }
}

async function timeOnGpu(step: () => Promise<unknown>): Promise<StepProfile> {
  if (!tf.backend().timerAvailable()) {
    throw new Error(
      "Cannot time kernels as the GPU must have timestamp queries: received an adapter without them",
    );
  }
  const start = performance.now();
  await step();
  const milliseconds = performance.now() - start;
  const times = new Map<string, KernelTime>();
  const { kernels } = await tf.profile(async () => {
    await step();
    return [];
  });
  for (const { name, kernelTimeMs } of kernels) {
    // tf.profile lists operations with a gradient of their own as well, whose kernels it has listed already.
    if (tf.getKernel(name, "webgpu")) addTime(times, name, kernelTimeMs as number);
  }
  return profileOf(milliseconds, times, "the GPU's clock");
}

function addTime(times: Map<string, KernelTime>, name: string, milliseconds: number): void {
  const time = times.get(name) ?? { name, calls: 0, milliseconds: 0 };
  time.calls++;
  time.milliseconds += milliseconds;
  times.set(name, time);
}

function profileOf(milliseconds: number, times: Map<string, KernelTime>, method: string): StepProfile {
  const kernels = [...times.values()].sort((a, b) => b.milliseconds - a.milliseconds);
  const inside = kernels.reduce((sum, kernel) => sum + kernel.milliseconds, 0);
  return { milliseconds, kernels, outsideMilliseconds: milliseconds - inside, method };
}
