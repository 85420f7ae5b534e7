import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Adam } from "@hscl/hscl";
import { testOnBackends } from "../backends.ts";

/** Algorithm 1 of Kingma & Ba (arXiv 1412.6980) with `λ·w` added to the gradient, one weight at a time. */
function naiveAdam(
  weight: number,
  gradients: readonly number[],
  learningRate: number,
  decay: number,
): number[] {
  let w = weight, m = 0, v = 0;
  return gradients.map((gradient, i) => {
    const g = gradient + decay * w, t = i + 1;
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    w -= learningRate * (m / (1 - 0.9 ** t)) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8);
    return w;
  });
}

testOnBackends("steps are those of Kingma & Ba, of each variable by its own moments", async () => {
  // A gradient of 1e-8 is as large as ε, by which the step halves.
  const weights = [[0.5, -2, 3], [1e-3]],
    gradients = [[[1, -3, 1e-8], [0.2]], [[0.5, 2, 1e-8], [-7]], [[0, 0, 1e-8], [1e-4]]];
  for (const [learningRate, weightDecay] of [[1e-3, 0], [0.1, 0.01]]) {
    const variables = weights.map((values, i) => {
      const start = tf.tensor1d(values), variable = tf.variable(start, true, `adam${i}`);
      start.dispose();
      return variable;
    });
    const adam = new Adam({ learningRate, weightDecay }), seen: number[][][] = [];
    for (const step of gradients) {
      tf.tidy(() =>
        adam.update(variables, Object.fromEntries(step.map((g, i) => [`adam${i}`, tf.tensor1d(g)])))
      );
      seen.push(await Promise.all(variables.map(async (variable) => [...await variable.data()])));
    }
    weights.forEach((values, i) =>
      values.forEach((weight, j) =>
        naiveAdam(weight, gradients.map((step) => step[i][j]), learningRate, weightDecay).forEach((
          wanted,
          step,
        ) => assertAlmostEquals(seen[step][i][j], wanted, 2e-4 * learningRate + 2e-7 * Math.abs(weight)))
      )
    );
    adam.dispose();
    tf.dispose(variables);
  }
});

testOnBackends("the moments are two tensors for each variable, and are freed", async () => {
  const variable = tf.variable(tf.tensor1d([1]), true, "alone"),
    settings = { learningRate: 0.25, weightDecay: 0 };
  const step = (adam: Adam) => tf.tidy(() => adam.update([variable], { alone: tf.tensor1d([3]) }));
  // The native backend keeps three tensors of its own from the first step on.
  const first = new Adam(settings);
  step(first);
  first.dispose();
  const adam = new Adam(settings), before = tf.memory().numTensors;
  step(adam);
  assertEquals(tf.memory().numTensors, before + 2);
  adam.dispose();
  assertEquals(tf.memory().numTensors, before);
  assertAlmostEquals((await variable.data())[0], 0.5, 1e-5);
  variable.dispose();
});

Deno.test("weight decay may be 0, the learning rate not, and neither below", () => {
  new Adam({ learningRate: 1e-12, weightDecay: 0 });
  assertThrows(() => new Adam({ learningRate: 0, weightDecay: 0 }), RangeError, "learning rate");
  for (const learningRate of [1e-300, 1e300]) {
    assertThrows(() => new Adam({ learningRate, weightDecay: 0 }), RangeError, "learning rate");
  }
  assertThrows(() => new Adam({ learningRate: 1, weightDecay: 1e300 }), RangeError, "weight decay");
  assertThrows(() => new Adam({ learningRate: 1, weightDecay: -1e-12 }), RangeError, "weight decay");
});
