import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { exponential, logistic, noHardening, polynomial, Random, threshold } from "@hscl/hscl";
import { maxDifference, testOnBackends } from "../backends.ts";
import { allHardenings, hardeningCases } from "./hardenings.ts";

const temperatures = [0.01, 0.07, 0.5, 1, 10];
// Off the points where a threshold jumps, and exact in float32.
const grid = Array.from({ length: 801 }, (_, i) => Math.fround(-1 + i / 400));

for (const { label, hardening, law, slopeError } of allHardenings) {
  Deno.test(`${label}: on numbers, log η obeys the law of its family`, () => {
    for (const T of temperatures) law(hardening, T);
  });

  testOnBackends(
    `${label}: on tensors, log η is finite, does not decrease and agrees with numbers`,
    async () => {
      for (const T of temperatures) {
        const values = await hardening.logEta(tf.tensor2d(grid, [9, 89]), T).data();
        values.forEach((value, i) => {
          assert(Number.isFinite(value), `${value} at ${grid[i]}, T = ${T}`);
          const scale = Math.max(1, Math.abs(value));
          assert(i === 0 || value >= values[i - 1] - 1e-6 * scale, `decreases at ${grid[i]}, T = ${T}`);
          const expected = hardening.logEtaAt(grid[i], T);
          if (expected > -Infinity) assertAlmostEquals(value, expected, 2e-6 * scale + 2e-6);
        });
      }
    },
  );

  testOnBackends(
    `${label}: cosines of integers and truths are those numbers, and nothing else is taken`,
    async () => {
      for (const type of ["int32", "bool"] as const) {
        const cosines = [1, 0, 0, 1, type === "bool" ? 1 : -1], floats = tf.tensor1d(cosines);
        const values = hardening.logEta(tf.tensor1d(cosines, type), 0.5);
        assertEquals(values.dtype, "float32");
        assertEquals(await values.data(), await hardening.logEta(floats, 0.5).data(), type);
      }
      const none = [0, 1] as unknown as tf.Tensor;
      assertThrows(() => hardening.logEta(none, 0.5), TypeError, "cosine as it must be a tensor of numbers");
    },
  );

  testOnBackends(`${label}: the gradient is finite, and the slope where there is one`, async () => {
    for (const T of temperatures) {
      const gradient = tf.grad((u) => tf.sum(hardening.logEta(u, T)));
      const slopes = await gradient(tf.tensor1d(grid)).data();
      slopes.forEach((slope, i) => {
        assert(Number.isFinite(slope), `${slope} at ${grid[i]}, T = ${T}`);
        if (slopeError === undefined || Math.abs(grid[i]) > 0.9) return;
        const h = 1e-4,
          expected = (hardening.logEtaAt(grid[i] + h, T) - hardening.logEtaAt(grid[i] - h, T)) / (2 * h);
        assertAlmostEquals(slope, expected, slopeError * Math.max(1, Math.abs(expected)));
      });
    }
  });

  testOnBackends(`${label}: weights are those in float64, and equal for points all alike`, async () => {
    const random = new Random(3).child("weights");
    const batches = [
      Array.from({ length: 64 }, () => Math.fround(random.uniform(-1, 1))),
      Array(64).fill(1),
      Array(64).fill(-1),
      [1, ...Array(63).fill(-1)],
    ];
    for (const T of temperatures) {
      for (const batch of batches) {
        const weights = await tf.softmax(hardening.logEta(tf.tensor1d(batch), T) as tf.Tensor1D).data();
        const logs = batch.map((u) => hardening.logEtaAt(u, T)), most = Math.max(...logs);
        // Alike, they weigh the same even where η is 0.
        const raw = logs.map((log) => most === -Infinity ? 1 : Math.exp(log - most));
        const total = raw.reduce((a, b) => a + b);
        const size = Math.max(...logs.map(Math.abs).filter(Number.isFinite), 0);
        const off = maxDifference(weights, raw.map((weight) => weight / total));
        assert(off <= 1e-6 + 1e-7 * size, `T = ${T}: off by ${off}`);
      }
    }
  });
}

// Weights ordered by cosine: the harder member puts at least as much on the closest m negatives, for every m.
for (const [family, { members }] of Object.entries(hardeningCases)) {
  Deno.test(`${family}: each member shifts weight to closer negatives than the one before`, () => {
    const random = new Random(4).child(family);
    for (let trial = 0; trial < 50; trial++) {
      const cosines = Array.from({ length: 39 }, () => random.uniform(-1, 0.99)).sort((a, b) => b - a);
      cosines.unshift(0.99); // above every threshold, so that there are weights
      for (const T of temperatures) {
        let softer: number[] | undefined;
        for (const member of members) {
          const logs = cosines.map((u) => member.logEtaAt(u, T)), most = Math.max(...logs);
          const weights = logs.map((log) => Math.exp(log - most));
          const total = weights.reduce((a, b) => a + b);
          let sum = 0;
          const closest = weights.map((weight) => (sum += weight) / total);
          assert(closest.every((share, m) => share >= (softer?.[m] ?? 0) - 1e-12), `T = ${T}`);
          softer = closest;
        }
      }
    }
  });
}

testOnBackends("β = 0 and power 0 are no hardening, exactly, with zero gradient", async () => {
  for (const hardening of [exponential(0), polynomial(0)]) {
    for (const T of temperatures) {
      const cosines = tf.tensor1d(grid);
      const [plain, zero, slope] = await Promise.all([
        noHardening().logEta(cosines, T).data(),
        hardening.logEta(cosines, T).data(),
        tf.grad((u) => tf.sum(hardening.logEta(u, T)))(cosines).data(),
      ]);
      assertEquals(maxDifference(zero, plain), 0);
      assert(slope.every((value) => value === 0));
      assert(grid.every((u) => hardening.logEtaAt(u, T) === 0));
    }
  }
});

testOnBackends("the largest parameters keep log η and its gradient finite", async () => {
  for (const hardening of [exponential(1e30), polynomial(1e30), logistic(0, 1e-30)]) {
    const cosines = tf.tensor1d([-1, -0.5, 0, 0.5, 1]);
    const values = await hardening.logEta(cosines, 0.01).data();
    const slopes = await tf.grad((u) => tf.sum(hardening.logEta(u, 0.01)))(cosines).data();
    assert([...values, ...slopes].every(Number.isFinite), `${hardening.name}: ${values}; ${slopes}`);
  }
});

Deno.test("parameters out of range are refused by name", () => {
  for (const value of [NaN, Infinity, -Infinity, undefined, "1"] as number[]) {
    assertThrows(() => exponential(value), TypeError, "beta");
    assertThrows(() => threshold(value), TypeError, "tau");
    assertThrows(() => polynomial(value), TypeError, "power");
    assertThrows(() => logistic(value, 0.1), TypeError, "tau");
    assertThrows(() => logistic(0, value), TypeError, "width");
  }
  assertThrows(() => exponential(-1e-9), RangeError, "at least 0");
  assertThrows(() => exponential(1e31), RangeError, "beta");
  assertThrows(() => polynomial(-1), RangeError, "power");
  assertThrows(() => polynomial(1e31), RangeError, "power");
  for (const tau of [-1.001, 1.001]) {
    assertThrows(() => threshold(tau), RangeError, "tau");
    assertThrows(() => logistic(tau, 0.1), RangeError, "tau");
  }
  for (const width of [0, -0.1, 1e-31]) assertThrows(() => logistic(0, width), RangeError, "width");
});
