// The ends of every range, and what holds between the points of a custom function's grid.
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { customHardening, exponential, initBackend, logistic, polynomial, threshold } from "@hscl/hscl";
import { type Schedule, scheduleValue } from "@hscl/hscl/hardening";
import { maxDifference, testOnBackends } from "../backends.ts";

Deno.test("both ends of every parameter's range belong to it, and η does not decrease there", () => {
  const ends = [
    exponential(0),
    exponential(1e30),
    polynomial(0),
    polynomial(1e30),
    threshold(-1),
    threshold(1),
  ]
    .concat(logistic(-1, 1), logistic(1, 1), logistic(0, 1e-30));
  for (const { name, logEtaAt } of ends) {
    const values = [-1, 0, 1].map((u) => logEtaAt(u, 0.5));
    assert(values[0] <= values[1] && values[1] <= values[2] && values[2] < Infinity, `${name}: ${values}`);
  }
});

Deno.test("a training of one epoch and a schedule of two steps are the smallest there are", () => {
  const values = (schedule: Schedule, epochs: number) =>
    Array.from({ length: epochs }, (_, i) => scheduleValue(schedule, { epoch: i + 1, epochs }));
  // Stretches of two epochs; `from` holds in the first two stretches.
  assertEquals(values({ kind: "stepped", from: 3, to: 1, steps: 2 }, 5), [3, 3, 3, 3, 1]);
  assertEquals(values({ kind: "cosine", from: 3, to: 1 }, 1), [3]);
  const at = (epoch: number, epochs: number) => () => scheduleValue(1, { epoch, epochs });
  assertThrows(at(1, 0), RangeError, "Cannot use epochs as it must be at least 1");
  assertThrows(at(1, 2.5), TypeError, "Cannot use epochs");
  assertThrows(at(1.5, 2), TypeError, "Cannot use epoch ");
});

Deno.test("a name must be a string", () => {
  assertThrows(() => customHardening(5 as unknown as string, (u) => u), RangeError, "received 5");
});

Deno.test("a dip is taken for rounding up to 1e-9 of the values, or of 1 where they are smaller", () => {
  for (const height of [0, 1, -1, 1000, -1000]) {
    const scale = Math.max(1, Math.abs(height));
    const dipping = (by: number) => () => customHardening("dip", (u) => u < 0 ? height : height - by * scale);
    dipping(0.9e-9)();
    assertThrows(dipping(1.2e-9), RangeError, "must not decrease");
  }
});

Deno.test("forms on numbers and tensors agree to 1e-4 of the value, or of 1 where it is smaller", async () => {
  await initBackend({ backend: "cpu" });
  for (const height of [0, 0.5, 1, 1000, -1000]) {
    const off = (by: number) => () =>
      customHardening("off", () => height, {
        logEta: (u) => tf.fill(u.shape, height + by * Math.max(1, Math.abs(height))),
      });
    for (const by of [0.9e-4, -0.9e-4]) off(by)();
    for (const by of [1.1e-4, -1.1e-4]) assertThrows(off(by), RangeError, "must agree");
  }
  // The bound itself is within it.
  customHardening("edge", () => 1e-4, { logEta: (u) => tf.zerosLike(u) });
});

testOnBackends(
  "between points of the grid a custom function is linear, in its first and last cell too",
  async () => {
    const f = (u: number) => Math.exp(3 * u), width = 1 / 2048;
    const starts = [-1, -1 + width, 0, 1 - 2 * width, 1 - width], shares = [0.25, 0.5, 0.75];
    const cosines = starts.flatMap((start) => shares.map((share) => start + share * width));
    const slopes = starts.flatMap((u) => shares.map(() => (f(u + width) - f(u)) / width));
    const values = starts.flatMap((u) => shares.map((share) => (1 - share) * f(u) + share * f(u + width)));
    const { logEta } = customHardening("convex", f);
    const { value, grad } = tf.valueAndGrad((u) => logEta(u, 0.5))(tf.tensor1d(cosines));
    assert(maxDifference(await value.data(), values) < 4e-6);
    (await grad.data()).forEach((slope, i) => assertAlmostEquals(slope, slopes[i], 1e-4 * slopes[i]));
    // At the points themselves, also the last one, it is the function.
    assert(maxDifference(await logEta(tf.tensor1d([-1, 0, 1]), 0.5).data(), [-1, 0, 1].map(f)) < 4e-6);
  },
);

testOnBackends(
  "an indicator written as a custom function is the threshold function on the grid",
  async () => {
    const cosines = tf.tensor1d([-1, -0.75, 0, 0.25, 0.5, 0.75, 1]);
    const indicator = customHardening("indicator", (u) => u >= 0.5 ? 0 : -Infinity);
    const [values, expected] = await Promise.all(
      [indicator, threshold(0.5)].map(({ logEta }) => logEta(cosines, 0.5).data()),
    );
    assertEquals([...values.subarray(4)], [0, 0, 0]);
    // A custom function does not jump: the ramp starts one cell, 1/2048, below.
    values.forEach((value, i) => assertAlmostEquals(value, expected[i], 1));
  },
);
