// WebGPU against plain JavaScript, on any adapter: Mesa's software Vulkan will do.
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import {
  Adam,
  convnet,
  exponential,
  hsclLoss,
  huclLoss,
  initBackend,
  lossFromSettings,
  Random,
  trainStep,
} from "@hscl/hscl";
import { batchNormTraining } from "../../lib/backend/operations/batch_norm.ts";
import { hasWebgpu, maxDifference } from "../backends.ts";
import { testsEverything } from "../grids.ts";
import { deno, task } from "../process.ts";

/** Registers a test that needs an adapter, where everything is tested; without one it is ignored, and its name says why. */
function webgpuTest(name: string, fn: () => Promise<void>): void {
  if (!testsEverything) return;
  Deno.test({ name: hasWebgpu ? name : `${name} (no WebGPU adapter)`, ignore: !hasWebgpu, fn });
}

const random = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, "float32", seed);

/** What training differentiates: shapes of the inputs, and the operation. */
const operations: Record<string, [number[][], (...inputs: tf.Tensor[]) => tf.Tensor]> = {
  "conv2d 3×3": [
    [[2, 8, 7, 3], [3, 3, 3, 5]],
    (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same"),
  ],
  "conv2d 3×3, stride 2": [
    [[2, 9, 8, 4], [3, 3, 4, 6]],
    (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, "same"),
  ],
  "conv2d 1×1, stride 2": [
    [[2, 8, 8, 3], [1, 1, 3, 8]],
    (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, "same"),
  ],
  // More pixels than one workgroup sums, more rows and columns than one has, and a part of a tile of each.
  "conv2d 3×3 of many pixels": [
    [[5, 13, 11, 5], [3, 3, 5, 34]],
    (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same"),
  ],
  "conv2d 5×2, strides 2 and 3, valid": [
    [[3, 17, 19, 4], [5, 2, 4, 3]],
    (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, [2, 3], "valid"),
  ],
  "matMul, long sums": [[[12, 2100], [2100, 16]], (a, b) => tf.matMul(a, b)],
  "matMul": [[[5, 7], [7, 4]], (a, b) => tf.matMul(a, b)],
  "matMul, first transposed": [[[7, 5], [7, 4]], (a, b) => tf.matMul(a, b, true)],
  "matMul, second transposed": [[[5, 7], [4, 7]], (a, b) => tf.matMul(a, b, false, true)],
  "matMul, both transposed": [[[7, 5], [4, 7]], (a, b) => tf.matMul(a, b, true, true)],
  "matMul in batches": [[[3, 5, 7], [3, 4, 7]], (a, b) => tf.matMul(a, b, false, true)],
  "sum of seven": [Array(7).fill([3, 5]), (...parts) => tf.addN(parts)],
  "sum of eight": [Array(8).fill([3, 5]), (...parts) => tf.addN(parts)],
  "sum of twenty": [Array(20).fill([3, 5]), (...parts) => tf.addN(parts)],
  "relu": [[[3, 4, 5]], (x) => tf.relu(x)],
  "softplus": [[[3, 20]], (x) => tf.softplus(tf.mul(x, 20))],
  "global mean": [[[2, 4, 5, 3]], (x) => tf.mean(x, [1, 2])],
  "softmax": [[[6, 9]], (x) => tf.softmax(x)],
  "batch norm": [
    [[3, 5, 4, 6], [6], [6]],
    (x, gain, shift) => batchNormTraining(x, gain as tf.Tensor1D, shift as tf.Tensor1D, 1e-5),
  ],
  "H-UCL, debiased": [
    [[6, 5], [6, 5]],
    (a, b) => huclLoss(a as tf.Tensor2D, b as tf.Tensor2D, { tauPlus: 0.1 }),
  ],
  "H-SCL": [
    [[6, 5], [6, 5]],
    (a, b) => hsclLoss(a as tf.Tensor2D, b as tf.Tensor2D, [0, 1, 2, 0, 1, 0], { hardening: exponential(2) }),
  ],
};

/** Value and gradients of an operation, under a gradient from above without a pattern. */
async function differentiate([shapes, operation]: typeof operations[string]): Promise<Float32Array[]> {
  const inputs = shapes.map((shape, i) => random(shape, i + 1));
  const above = tf.tidy(() => random(operation(...inputs).shape, 9));
  const { value, grads } = tf.valueAndGrads((...xs) => tf.sum(tf.mul(operation(...xs), above)))(inputs);
  const results = await Promise.all([value, ...grads].map((tensor) => tensor.data<"float32">()));
  tf.dispose([above, value, ...inputs, ...grads]);
  return results;
}

for (const [name, operation] of Object.entries(operations)) {
  webgpuTest(`${name}: value and gradients equal those of plain JavaScript`, async () => {
    await initBackend({ backend: "cpu" });
    const expected = await differentiate(operation);
    await initBackend({ backend: "webgpu" });
    (await differentiate(operation)).forEach((values, i) => {
      const size = Math.max(1, ...expected[i].map(Math.abs)), off = maxDifference(values, expected[i]);
      assert(off <= 1e-5 * size, `${i === 0 ? "value" : `gradient ${i}`} off by ${off} of ${size}`);
    });
  });
}

/** Products that TensorFlow.js itself sums in an order that changes from call to call, and the gradient of filters. */
const repeated: Record<string, [number[][], (...inputs: tf.Tensor[]) => tf.Tensor]> = {
  "matMul": [[[16, 6000], [6000, 32]], (a, b) => tf.matMul(a, b)],
  "matMul, both transposed": [[[6000, 4], [96, 6000]], (a, b) => tf.matMul(a, b, true, true)],
  "conv2d 1×1 of one image": [
    [[1, 5, 5, 6000], [1, 1, 6000, 16]],
    (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same"),
  ],
  "conv2d 3×3 of one image": [
    [[1, 5, 5, 700], [3, 3, 700, 16]],
    (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same"),
  ],
  "conv2d that covers the image": [
    [[16, 5, 5, 300], [5, 5, 300, 16]],
    (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "valid"),
  ],
  "gradient of a filter": operations["conv2d 3×3 of many pixels"],
};

for (const [name, operation] of Object.entries(repeated)) {
  webgpuTest(`${name}: the same numbers every time on WebGPU`, async () => {
    await initBackend({ backend: "webgpu" });
    const first = await differentiate(operation);
    for (let time = 0; time < 8; time++) assertEquals(await differentiate(operation), first);
  });
}

async function lossesOfSteps(backend: "cpu" | "webgpu"): Promise<number[]> {
  await initBackend({ backend });
  const head = { hidden: 8, output: 4 };
  const encoder = convnet({ channels: 1, widths: [4, 8], strides: [2, 1], head }, new Random(1));
  const optimizer = new Adam({ learningRate: 1e-2, weightDecay: 1e-6 });
  const loss = lossFromSettings({
    name: "hscl",
    hardening: { name: "exponential", parameters: { beta: 1 } },
  });
  const view = (seed: number) => tf.randomUniform<tf.Rank.R4>([8, 10, 10, 1], 0, 1, "float32", seed);
  const batch = { view1: view(1), view2: view(2), labels: Int32Array.of(0, 1, 2, 0, 1, 2, 0, 0) };
  const values: number[] = [];
  for (let step = 0; step < 5; step++) {
    const value = trainStep(encoder, loss, optimizer, batch);
    values.push((await value.data())[0]);
    value.dispose();
  }
  tf.dispose([batch.view1, batch.view2]);
  optimizer.dispose();
  encoder.dispose();
  return values;
}

webgpuTest("training steps lower the loss as they do in plain JavaScript", async () => {
  const expected = await lossesOfSteps("cpu"), values = await lossesOfSteps("webgpu");
  assert(values[4] < values[0], `${values}`);
  // Adam divides by the gradient's size, which makes rounding errors in small gradients grow from step to step.
  values.forEach((value, step) => {
    const tolerance = step === 0 ? 1e-5 : 1e-3;
    assert(Math.abs(value - expected[step]) <= tolerance * expected[step], `${values}, not ${expected}`);
  });
});

const isSoftware = hasWebgpu && (await navigator.gpu.requestAdapter())!.info.isFallbackAdapter;

webgpuTest(
  isSoftware
    ? "auto passes over a software adapter and says so"
    : "auto takes the adapter where TensorFlow cannot run",
  async () => {
    // Without --allow-ffi, so that TensorFlow's library, which goes before, does not load.
    const { code, out } = await deno(
      "run -q --no-prompt --allow-read --allow-env --allow-sys scripts/doctor.ts --quick",
    );
    assertEquals(code, 0);
    assertMatch(out, /tensorflow +not available: /);
    assertMatch(out, isSoftware ? /^backend +wasm: /m : /^backend +webgpu: /m);
    assertMatch(out, isSoftware ? /webgpu +not available: only a software adapter/ : /webgpu +running/);
  },
);

webgpuTest("fig1 runs on WebGPU: data, training, evaluation, run record and figure", async () => {
  const out = await Deno.makeTempDir();
  const flags = "--preset smoke --backend webgpu --losses hscl --seeds 1 --epochs 1 --jobs 1 --out";
  const { code, out: stdout, error } = await task("fig1", [...flags.split(" "), out]);
  assertEquals(code, 0, error);
  assertMatch(stdout, /H-SCL +\d+\.\d+ %/);
  const [run] = [...Deno.readDirSync(join(out, "runs"))];
  const metrics = JSON.parse(await Deno.readTextFile(join(out, "runs", run.name, "metrics.jsonl")));
  assert(Number.isFinite(metrics.loss) && metrics.top1 > 0.2, JSON.stringify(metrics)); // ten classes
  const weights = await Deno.stat(join(out, "runs", run.name, "checkpoint", "weights.bin"));
  assert(weights.size > 1000, `${weights.size} bytes of weights`);
  for (const type of ["json", "html"]) await Deno.stat(join(out, "smoke", "fig1", `fig1.${type}`));
  await Deno.remove(out, { recursive: true });
});
