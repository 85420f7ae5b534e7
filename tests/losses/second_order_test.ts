// Derivatives of gradients: right, or an error that says so.
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { convnet, customHardening, exponential, normalizeRows, Random, uclLoss } from "@hscl/hscl";
import { batchNormTraining } from "../../lib/backend/operations/batch_norm.ts";
import { globalAverage } from "../../lib/backend/operations/global_average.ts";
import { testOnBackends } from "../backends.ts";
import { lossCases } from "./registry.ts";

const uniform = (shape: number[], seed: number) => tf.randomUniform(shape, -1, 1, "float32", seed);
const labels = [0, 0, 1, 2];

/** Differentiates the squared norm of the gradient. */
function twice(f: (x: tf.Tensor) => tf.Tensor): (x: tf.Tensor) => tf.Tensor {
  return tf.grad((x) => tf.sum(tf.square(tf.grad(f)(x))));
}

for (const { name, loss } of lossCases) {
  testOnBackends(
    `${name}: a second differentiation is refused, a first inside another one is not`,
    async () => {
      const view1 = uniform([4, 3], 1) as tf.Tensor2D, view2 = uniform([4, 3], 2) as tf.Tensor2D;
      for (
        const f of [
          (x: tf.Tensor) => loss(x as tf.Tensor2D, view2, labels),
          (x: tf.Tensor) => loss(view1, x as tf.Tensor2D, labels),
          (x: tf.Tensor) => tf.square(loss(tf.mul(x, 2) as tf.Tensor2D, view2, labels)),
        ]
      ) assertThrows(() => twice(f)(view1), Error, "derivatives of first order only");
      // A gradient that is used as a number, as where it is computed in parts.
      const first = (x: tf.Tensor) => loss(x as tf.Tensor2D, view2, labels), fixed = uniform([4, 3], 3);
      const withNumber = (x: tf.Tensor) => tf.add(first(x), tf.sum(tf.square(tf.grad(first)(fixed))));
      assertEquals(await tf.grad(withNumber)(view1).data(), await tf.grad(first)(view1).data());
    },
  );
}

testOnBackends("rows, batch norm and encoders refuse it too", () => {
  const x = uniform([4, 3], 3) as tf.Tensor2D, ones = tf.ones([3]) as tf.Tensor1D;
  const head = { hidden: 4, output: 3 };
  const encoder = convnet({ channels: 1, widths: [4], strides: [1], head }, new Random(0));
  const project = (images: tf.Tensor) =>
    tf.sum(tf.mul(encoder.project(encoder.features(images as tf.Tensor4D, true), true), tf.range(0, 3)));
  const refused: [(x: tf.Tensor) => tf.Tensor, tf.Tensor][] = [
    [(x) => tf.sum(tf.mul(normalizeRows(x as tf.Tensor2D), x)), x],
    [(x) => tf.sum(tf.square(tf.square(batchNormTraining(x, ones, ones, 1e-3)))), x],
    [(gain) => tf.sum(tf.exp(batchNormTraining(x, gain as tf.Tensor1D, ones, 1e-3))), ones],
    [project, uniform([2, 3, 3, 1], 4)],
  ];
  for (const [f, at] of refused) assertThrows(() => twice(f)(at), Error, "derivatives of first order only");
});

testOnBackends("what has a second derivative has the right one", async () => {
  const interpolated = customHardening("steps", (u) => Math.floor(4 * u));
  const functions: Record<string, [(x: tf.Tensor) => tf.Tensor, tf.Tensor]> = {
    relu: [(x) => tf.sum(tf.pow(tf.relu(x), 3)), tf.tensor1d([-0.7, 0.4, 0.9])],
    globalAverage: [
      // Not of its exponential: TensorFlow.js loses what depends on the output of one of its operations.
      (x) => tf.sum(tf.square(globalAverage(tf.mul(x, x) as tf.Tensor4D))),
      tf.tensor4d([0.3, -0.4, 0.8, 0.5], [1, 2, 2, 1]),
    ],
    exponential: [(x) => tf.sum(tf.square(exponential(2).logEta(x, 0.5))), tf.tensor1d([-0.7, 0.4])],
    interpolated: [
      (x) => tf.sum(tf.pow(interpolated.logEta(tf.square(x), 0.5), 2)),
      tf.tensor1d([0.4999, 0.70705]), // on the ramps of two jumps
    ],
  };
  for (const [name, [f, at]] of Object.entries(functions)) {
    const computed = await twice(f)(at).data(), values = await at.data();
    const normAt = async (i: number, by: number) => {
      const moved = values.slice();
      moved[i] += by;
      const slopes = await tf.grad(f)(tf.tensor(moved, at.shape)).data<"float32">();
      return slopes.reduce((sum, slope) => sum + slope * slope, 0);
    };
    for (let i = 0; i < values.length; i++) {
      const step = name === "interpolated" ? 2e-5 : 1e-3;
      const expected = (await normAt(i, step) - await normAt(i, -step)) / (2 * step);
      assertAlmostEquals(computed[i], expected, 2e-2 * Math.max(1, Math.abs(expected)), `${name}, ${i}`);
    }
    assert(computed.some((slope) => slope !== 0), name);
  }
});

testOnBackends("first gradients leave no tensor behind", () => {
  const view1 = uniform([4, 3], 1) as tf.Tensor2D, view2 = uniform([4, 3], 2) as tf.Tensor2D;
  const before = tf.memory().numTensors;
  tf.dispose(tf.grads((a, b) => uclLoss(a as tf.Tensor2D, b as tf.Tensor2D))([view1, view2]));
  assertEquals(tf.memory().numTensors, before);
});
