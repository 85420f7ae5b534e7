// Every kernel that this library brings to a backend, with tensors of every type: the cpu backend's answer, or an error.
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { type BackendName, contrastiveLoss, initBackend } from "@hscl/hscl";
import { adamUpdate } from "../../lib/backend/operations/adam_update.ts";
import { batchNormTraining } from "../../lib/backend/operations/batch_norm.ts";
import { convBias } from "../../lib/backend/operations/conv_bias.ts";
import { wasmKernelNames } from "../../lib/backend/wasm/install.ts";
import { maxDifference } from "../backends.ts";
import { nativeTest } from "./native_backend.ts";

const types = ["float32", "int32", "bool"] as const;
type Type = typeof types[number];

/** Small numbers of 0 and above, which every type has; halves where the type has them. */
function filled(shape: number[], type: Type, start: number): tf.Tensor {
  const values = Float32Array.from(
    { length: tf.util.sizeFromShape(shape) },
    (_, i) => (3 * start + 7 * i) % 5,
  );
  if (type === "bool") return tf.tensor(values.map((value) => Number(value > 2)), shape, "bool");
  return tf.tensor(type === "int32" ? values : values.map((value) => value && value + 0.5), shape, type);
}

interface KernelCase {
  kernel: string;
  shapes: Record<string, number[]>;
  attributes?: Record<string, unknown>;
}

const convolution = { strides: [1, 1], pad: "same", dataFormat: "NHWC", dilations: [1, 1] };
const images = [1, 4, 4, 2], outputs = [1, 4, 4, 3], filter = [3, 3, 2, 3];
const kernelCases: KernelCase[] = [
  { kernel: "Add", shapes: { a: [3, 4], b: [4] } },
  {
    kernel: "BatchMatMul",
    shapes: { a: [2, 3], b: [3, 4] },
    attributes: { transposeA: false, transposeB: false },
  },
  ...(["float32", "int32", "bool", "complex64"] as const).map((dtype) => ({
    kernel: "Cast",
    shapes: { x: [3, 4] },
    attributes: { dtype },
  })),
  { kernel: "AvgPool", shapes: { x: images }, attributes: { filterSize: 2, strides: 2, pad: "valid" } },
  { kernel: "Conv2D", shapes: { x: images, filter }, attributes: convolution },
  {
    kernel: "FusedConv2D",
    shapes: { x: images, filter, bias: [3] },
    attributes: { ...convolution, activation: "relu" },
  },
  { kernel: "MaxPool", shapes: { x: images }, attributes: { filterSize: 2, strides: 2, pad: "valid" } },
  {
    kernel: "Conv2DBackpropFilter",
    shapes: { x: images, dy: outputs },
    attributes: { ...convolution, filterShape: filter },
  },
  {
    kernel: "Conv2DBackpropInput",
    shapes: { dy: outputs, filter },
    attributes: { ...convolution, inputShape: images },
  },
  { kernel: "Identity", shapes: { x: [3, 4] } },
  {
    kernel: "MaxPoolGrad",
    shapes: { dy: [1, 2, 2, 2], input: images, output: [1, 2, 2, 2] },
    attributes: { filterSize: 2, strides: 2, pad: "valid" },
  },
  { kernel: "Mean", shapes: { x: [3, 2, 5] }, attributes: { axis: [0, 1], keepDims: false } },
  { kernel: "Mean", shapes: { x: [3, 2, 5] }, attributes: { axis: [2], keepDims: false } },
  { kernel: "Slice", shapes: { x: [3, 4] }, attributes: { begin: [1, 1], size: [2, 2] } },
  { kernel: "Sum", shapes: { x: [3, 2, 5] }, attributes: { axis: [0, 1], keepDims: false } },
  { kernel: "Sum", shapes: { x: [3, 2, 5] }, attributes: { axis: [2], keepDims: true } },
];

/** Kernels that TensorFlow.js does not have; their operations choose between them and compositions. */
const ownOperations: Record<
  string,
  { shapes: number[][]; compute: (...inputs: tf.Tensor[]) => tf.Tensor[] }
> = {
  AdamUpdate: {
    shapes: [[5], [5], [5], [5]],
    compute: (weight, gradient, m, v) => {
      const options = {
        step: 2,
        learningRate: 0.1,
        weightDecay: 0.1,
        beta1: 0.9,
        beta2: 0.99,
        epsilon: 1e-3,
      };
      const updated = adamUpdate({ weight, gradient, m, v }, options);
      return [updated.weight, updated.m, updated.v];
    },
  },
  BatchNormTraining: {
    shapes: [[6, 3], [3], [3]],
    compute: (x, gain, shift) => [batchNormTraining(x, gain as tf.Tensor1D, shift as tf.Tensor1D, 1e-3)],
  },
  BatchNormTrainingGrad: {
    shapes: [[6, 3], [3], [3]],
    compute: (...inputs) =>
      tf.grads((x, gain, shift) =>
        tf.sum(tf.square(batchNormTraining(x, gain as tf.Tensor1D, shift as tf.Tensor1D, 1e-3)))
      )(inputs),
  },
  ContrastiveLoss: {
    shapes: [[4, 3], [4, 3]],
    compute: (...views) => {
      const options = { labels: [0, 1, 0, 2], positives: "label" } as const;
      const loss = (a: tf.Tensor, b: tf.Tensor) =>
        contrastiveLoss(a as tf.Tensor2D, b as tf.Tensor2D, options);
      return [loss(views[0], views[1]), ...tf.grads(loss)(views)];
    },
  },
  ConvBias: {
    shapes: [images, filter, [3]],
    compute: (x, filter, bias) => [convBias(x as tf.Tensor4D, filter as tf.Tensor4D, bias as tf.Tensor1D, 1)],
  },
  ReluGrad: {
    shapes: [[3, 4], [3, 4]],
    compute: (dy, x) => [tf.grad((x) => tf.relu(x))(x, dy)],
  },
};

/** All ways to give each of so many inputs a type. */
function typings(inputs: number): Type[][] {
  return inputs === 0 ? [[]] : typings(inputs - 1).flatMap((rest) => types.map((type) => [...rest, type]));
}

interface Outcome {
  values?: Float32Array[];
  types?: string[];
  error?: string;
}

async function outcomeOf(compute: () => tf.Tensor[]): Promise<Outcome> {
  let outputs: tf.Tensor[];
  try {
    outputs = tf.tidy(compute);
  } catch (error) {
    return { error: (error as Error).message };
  }
  const values = await Promise.all(outputs.map(async (output) => Float32Array.from(await output.data())));
  const types = outputs.map(({ dtype }) => dtype);
  tf.dispose(outputs);
  return { values, types };
}

const cases = [
  ...kernelCases.flatMap(({ kernel, shapes, attributes }) =>
    typings(Object.keys(shapes).length).map((given) => ({
      name: `${kernel} of ${given} ${JSON.stringify(attributes ?? {})}`,
      floats: given.every((type) => type === "float32") && attributes?.dtype !== "complex64",
      compute: () => {
        const inputs = Object.entries(shapes).map(([name, shape], i) => [name, filled(shape, given[i], i)]);
        const output = tf.engine().runKernel(
          kernel,
          Object.fromEntries(inputs),
          attributes as tf.NamedAttrMap,
        );
        return [output].flat() as tf.Tensor[];
      },
    }))
  ),
  ...Object.entries(ownOperations).flatMap(([kernel, { shapes, compute }]) =>
    // The rectifier itself is TensorFlow.js', which on wasm does not compute that of bool.
    typings(shapes.length).filter((given) => kernel !== "ReluGrad" || given[1] !== "bool").map((given) => ({
      name: `${kernel} of ${given}`,
      floats: given.every((type) => type === "float32"),
      compute: () => compute(...shapes.map((shape, i) => filled(shape, given[i], i))),
    }))
  ),
];

async function compareOn(backend: BackendName, kernels: readonly string[]): Promise<void> {
  const tested = cases.filter(({ name }) => kernels.includes(name.split(" ")[0]));
  await initBackend({ backend: "cpu" });
  const expected: Outcome[] = [];
  for (const { compute } of tested) expected.push(await outcomeOf(compute));
  await initBackend({ backend });
  for (const [i, { name, floats, compute }] of tested.entries()) {
    const { values, types, error } = await outcomeOf(compute);
    if (error !== undefined) {
      assert(!floats, `${name}: ${error}`);
      assert(!/out of bounds|undefined|Abort/.test(error), `${name}: ${error}`);
      continue;
    }
    assertEquals(types, expected[i].types, name);
    values!.forEach((output, o) => {
      const difference = maxDifference(output, expected[i].values![o]);
      assert(difference < 1e-4, `${name}, output ${o}: off by ${difference}`);
    });
  }
}

Deno.test("every kernel of this library on wasm gives the cpu backend's answer to every type, or an error", async () => {
  const tested = [...kernelCases.map(({ kernel }) => kernel), ...Object.keys(ownOperations)];
  assertEquals(wasmKernelNames.filter((name) => !tested.includes(name)), [], "without a case");
  await compareOn("wasm", wasmKernelNames);
});

nativeTest(
  "every native kernel of this library gives the cpu backend's answer to every type, or an error",
  () => compareOn("tensorflow", ["Add", "BatchMatMul", "Sum", ...Object.keys(ownOperations)]),
);

Deno.test("the product of integers on wasm is an error that says what to do, and nothing breaks", async () => {
  await initBackend({ backend: "wasm" });
  const product = () =>
    tf.matMul(tf.tensor2d([[1, 2], [3, 4]], [2, 2], "int32"), tf.tensor2d([[5, 6], [7, 8]], [2, 2], "int32"));
  assertThrows(
    product,
    TypeError,
    "must be float32, which tf.cast makes of others: received int32 and int32",
  );
  const floats = tf.matMul(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor2d([[5, 6], [7, 8]], [2, 2], "int32"));
  assertEquals([...await floats.data()], [19, 22, 43, 50]);
});
