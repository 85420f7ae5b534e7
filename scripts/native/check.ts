/**
 * Runs in a process of its own, since a broken native library can end the process: starts the native backend, multiplies
 * matrices, trains a step and compares with plain JavaScript. Prints one line, what runs.
 */
import * as tf from "@tensorflow/tfjs";
import { Adam, convnet, initBackend, lossFromSettings, Random, trainStep } from "../../mod.ts";

const TOLERANCE = 1e-3;

/** A product of matrices, and the loss before and after a step of training. */
async function numbersOn(backend: "tensorflow" | "cpu"): Promise<{ detail: string; numbers: number[] }> {
  const { detail } = await initBackend({ backend });
  const random = (shape: number[], seed: number) => tf.randomUniform(shape, 0, 1, "float32", seed);
  const product = tf.matMul(random([40, 70], 1), random([70, 30], 2));
  const head = { hidden: 8, output: 4 };
  const encoder = convnet({ channels: 3, widths: [4, 6], strides: [1, 2], head }, new Random(0));
  const batch = {
    view1: random([6, 8, 8, 3], 3) as tf.Tensor4D,
    view2: random([6, 8, 8, 3], 4) as tf.Tensor4D,
    labels: Int32Array.of(0, 0, 1, 1, 2, 2),
  };
  const loss = lossFromSettings({
    name: "hscl",
    hardening: { name: "exponential", parameters: { beta: 1 } },
  });
  const optimizer = new Adam({ learningRate: 1e-3, weightDecay: 1e-6 });
  const step = () => trainStep(encoder, loss, optimizer, batch);
  return { detail, numbers: [product, step(), step()].flatMap((tensor) => [...tensor.dataSync()]) };
}

const native = await numbersOn("tensorflow"), plain = await numbersOn("cpu");
const largest = Math.max(...native.numbers.map((value, i) => Math.abs(value - plain.numbers[i])));
if (!(largest < TOLERANCE)) {
  throw new Error(
    `Cannot use the library as its numbers must be those of plain JavaScript: received up to ${largest} more or less`,
  );
}
console.log(native.detail);
