import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { initBackend } from "@hscl/hscl";
import { profileStep } from "../../bench/kernel_times.ts";
import { testOnBackends } from "../backends.ts";
import { task } from "../process.ts";

testOnBackends("every kernel is counted, times add up, and the kernels are put back", async (backend) => {
  const before = new Map(
    tf.getKernelsForBackend(backend).map(({ kernelName, kernelFunc }) => [kernelName, kernelFunc]),
  );
  const a = tf.ones([64, 64]), tensors = tf.memory().numTensors;
  let steps = 0;
  const profile = await profileStep(async () => {
    steps++;
    const sum = tf.tidy(() => tf.sum(tf.mul(tf.matMul(a, a), tf.matMul(a, a))));
    await sum.data();
    sum.dispose();
  }, 3);
  assertEquals(steps, backend === "webgpu" ? 7 : 4); // one to warm up; a GPU takes two for each measured one
  assertEquals(tf.memory().numTensors, tensors);
  a.dispose();
  const calls = new Map(profile.kernels.map(({ name, calls }) => [name, calls]));
  assertEquals([calls.get("BatchMatMul"), calls.get("Multiply"), calls.get("Sum")], [2, 1, 1]);
  const inside = profile.kernels.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  assertAlmostEquals(inside + profile.outsideMilliseconds, profile.milliseconds, 1e-6);
  // A GPU's clock is read in another step than the one that is timed as a whole.
  if (backend !== "webgpu") {
    assert(profile.outsideMilliseconds >= 0, `${profile.outsideMilliseconds} ms outside`);
  }
  const after = tf.getKernelsForBackend(backend);
  assertEquals(after.length, before.size);
  for (const { kernelName, kernelFunc } of after) {
    assert(kernelFunc === before.get(kernelName), `${kernelName} is another one now`);
  }
});

Deno.test("a kernel's time does not hold that of the kernels it calls", async () => {
  const { backend } = await initBackend({ backend: "cpu" });
  const wait = (milliseconds: number) => {
    for (const start = performance.now(); performance.now() - start < milliseconds;);
  };
  const register = (kernelName: string, work: () => void) =>
    tf.registerKernel({
      kernelName,
      backendName: backend,
      kernelFunc: ({ inputs }) => {
        work();
        return tf.engine().runKernel("Identity", { x: inputs.x as tf.Tensor }) as tf.Tensor;
      },
    });
  const run = (name: string, x: tf.Tensor) => tf.engine().runKernel(name, { x }) as tf.Tensor;
  const x = tf.ones([2]);
  register("TestInner", () => wait(50));
  register("TestOuter", () => {
    run("TestInner", x).dispose();
    wait(5);
  });
  try {
    const { kernels } = await profileStep(() => Promise.resolve(run("TestOuter", x).dispose()), 1);
    const time = (name: string) => kernels.find((kernel) => kernel.name === name)!.milliseconds;
    assert(time("TestInner") >= 50, `inner ${time("TestInner")} ms`);
    assert(time("TestOuter") >= 5 && time("TestOuter") < 50, `outer ${time("TestOuter")} ms`);
  } finally {
    x.dispose();
    for (const name of ["TestInner", "TestOuter"]) tf.unregisterKernel(name, backend);
  }
});

Deno.test("the task prints a table and writes the numbers", async () => {
  const file = await Deno.makeTempFile({ suffix: ".json" });
  const flags = "--backend wasm --batch 2 --size 8 --steps 1 --json";
  const { code, out, error } = await task("profile", [...flags.split(" "), file]);
  assertEquals(code, 0, error);
  // One for each of the three convolutions, through which both views pass at once.
  assertMatch(out, /^\| ConvReluGrad +\| 3 +\| [\d.]+ +\| [\d.]+ % +\|$/m);
  assertMatch(out, /^\| outside kernels/m);
  const { settings, kernels, milliseconds } = JSON.parse(await Deno.readTextFile(file));
  assertEquals([settings.backend, settings.batch], ["wasm", 2]);
  assert(kernels.length > 10 && milliseconds > 0);
  await Deno.remove(file);
});
