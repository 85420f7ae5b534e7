import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { initBackend } from "@hscl/hscl";
import { captured, uncaptured } from "@hscl/hscl/backend";
import { TensorflowFunction } from "../../lib/backend/native/binding/function.ts";
import { testOnBackends } from "../backends.ts";
import { nativeTest } from "./native_backend.ts";

const random = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, "float32", seed);

/** Something of every kind: numbers, axes, shapes, lists of tensors, several results. */
function mixture(x: tf.Tensor2D, y: tf.Tensor2D, factor: number, items: number[]): tf.Tensor[] {
  const product = tf.matMul(x, y, false, true), scaled = tf.mul(product, factor);
  const chosen = tf.gather(scaled, tf.tensor1d(items, "int32"));
  const [left, right] = tf.split(tf.concat([chosen, tf.reverse(chosen, 0)], 1), 2, 1);
  const padded = tf.pad(tf.addN([left, right, chosen]), [[1, 0], [0, 2]]);
  const parts = tf.unstack(tf.transpose(tf.reshape(padded, [1, -1])), 1);
  return [tf.softmax(scaled), tf.mean(padded, 0), parts[0], tf.cast(tf.argMax(scaled, 1), "float32")];
}

async function valuesOf(tensors: tf.Tensor[]): Promise<number[][]> {
  return await Promise.all(tensors.map(async (tensor) => [...tensor.shape, ...await tensor.data()]));
}

testOnBackends("what is captured computes the same numbers, whatever changes from call to call", async () => {
  const compute = captured(mixture);
  for (let call = 0; call < 6; call++) {
    const rows = 5 + call % 2,
      x = random([rows, 4], call) as tf.Tensor2D,
      y = random([rows, 4], 9) as tf.Tensor2D;
    const items = [call % 5, 4, (3 * call) % 5];
    const expected = mixture(x, y, call - 2.5, items), found = compute(x, y, call - 2.5, items);
    assertEquals(await valuesOf(found), await valuesOf(expected));
    tf.dispose([x, y, expected, found]);
  }
});

testOnBackends("what is captured frees all but what it returns, keeps or assigns", async () => {
  const total = tf.variable(tf.zeros([3])), x = random([3], 1), kept: tf.Tensor[] = [];
  const add = captured((x: tf.Tensor) => {
    const before = tf.clone(total), twice = tf.mul(x, 2);
    kept.push(tf.keep(tf.neg(twice)));
    total.assign(tf.add(before, twice));
    twice.dispose();
    return tf.sum(total);
  });
  add(x).dispose();
  const { numTensors, numBytes } = tf.memory(), values = [...await x.data()];
  for (let call = 2; call <= 4; call++) {
    const sum = add(x);
    assertEquals(await valuesOf([total]), [[3, ...values.map((value) => Math.fround(2 * call * value))]]);
    assertEquals((await sum.data()).length, 1);
    sum.dispose();
  }
  assertEquals(await valuesOf([kept[3]]), [[3, ...values.map((value) => -2 * value)]]);
  tf.dispose(kept.splice(1));
  assertEquals([tf.memory().numTensors, tf.memory().numBytes], [numTensors, numBytes]);
  tf.dispose([x, total, kept]);
});

testOnBackends(
  "captured within captured is part of it, and gradients are captured as anything else",
  async () => {
    const square = captured((x: tf.Tensor) => tf.square(x));
    const slope = captured((x: tf.Tensor) => tf.grad((x) => tf.sum(tf.mul(square(x), x)))(x));
    const x = random([4], 3), expected = [...await x.data()].map((value) => 3 * value * value);
    for (let call = 0; call < 2; call++) {
      const found = await slope(x).data();
      assert(expected.every((value, i) => Math.abs(value - found[i]) <= 1e-5 * Math.abs(value)), `${found}`);
    }
    x.dispose();
  },
);

testOnBackends(
  "after an error nothing is left, variables hold what they were assigned, and the next call computes",
  async () => {
    const state = tf.variable(tf.scalar(1)), x = tf.scalar(5);
    const step = captured((x: tf.Tensor, fails: boolean) => {
      state.assign(tf.add(state, x));
      const result = tf.mul(state, 2);
      if (fails) throw new RangeError("on purpose");
      return result;
    });
    const before = tf.memory().numTensors;
    assertThrows(() => step(x, true), RangeError, "on purpose");
    assertEquals(tf.memory().numTensors, before);
    assertEquals((await state.data())[0], 6);
    assertThrows(() => captured((x: tf.Tensor) => tf.reshape(x, [2]))(x), Error);
    const next = step(x, false);
    assertEquals((await next.data())[0], 22);
    tf.dispose([next, state, x]);
  },
);

testOnBackends(
  "a part that is not captured sees what was computed, and what follows sees its results",
  async () => {
    const x = random([3], 5), once = (x: tf.Tensor) => tf.exp(tf.mul(x, 3));
    const apart = captured((x: tf.Tensor) => {
      const scaled = tf.mul(x, 3);
      return tf.neg(uncaptured(() => tf.exp(scaled)));
    });
    for (let call = 0; call < 2; call++) {
      const found = apart(x), expected = tf.neg(once(x));
      assertEquals(await valuesOf([found]), await valuesOf([expected]));
      tf.dispose([found, expected]);
    }
    assertEquals(await uncaptured(() => once(x)).data(), await once(x).data());
  },
);

Deno.test("what cannot be captured is refused", async () => {
  await initBackend({ backend: "cpu" });
  assertThrows(() => captured(3 as unknown as () => tf.Tensor), TypeError, "Cannot capture a computation");
  assertThrows(() => captured(() => tf.scalar(1), { most: 0 }), RangeError, "most functions");
  assertThrows(() => captured(() => tf.scalar(1), { least: 1 } as { most?: number }), TypeError, "least");
});

/** The functions that run while something does. */
function functionsDuring(run: () => void): TensorflowFunction[] {
  const used: TensorflowFunction[] = [], original = TensorflowFunction.prototype.run;
  TensorflowFunction.prototype.run = function (inputs) {
    used.push(this);
    return original.call(this, inputs);
  };
  try {
    run();
  } finally {
    TensorflowFunction.prototype.run = original;
  }
  return used;
}

nativeTest("the same operations on the same shapes are the same function, others another", async () => {
  await initBackend({ backend: "tensorflow" });
  const compute = captured((x: tf.Tensor, factor: number, axis: number) => tf.sum(tf.mul(x, factor), axis));
  const used = functionsDuring(() => {
    const [a, b, c] = [random([2, 3], 1), random([2, 3], 2), random([3, 3], 3)];
    tf.dispose([
      compute(a, 1, 0),
      compute(b, 7, 0),
      compute(c, 1, 0),
      compute(b, 2, 1),
      compute(a, 3, 1),
      a,
      b,
      c,
    ]);
  });
  assertEquals(used.map((one) => used.indexOf(one)), [0, 0, 2, 3, 3]);
});

nativeTest("only so many functions are kept, those that were used last", async () => {
  await initBackend({ backend: "tensorflow" });
  const compute = captured((x: tf.Tensor) => tf.tanh(tf.mul(x, 2)), { most: 2 });
  const used = functionsDuring(() => {
    for (const length of [1, 2, 1, 3, 1, 2, 3]) {
      const x = tf.ones([length]), y = compute(x);
      assertEquals(y.dataSync().length, length);
      tf.dispose([x, y]);
    }
  });
  // Of length 2 when it was the oldest, so it was made again; then of length 3, too.
  assertEquals(used.map((one) => used.indexOf(one)), [0, 1, 0, 3, 0, 5, 6]);
});

nativeTest(
  "reading a result while it is captured is an error that says so, reading what there was is none",
  async () => {
    await initBackend({ backend: "tensorflow" });
    const x = tf.tensor1d([1, 2]), y = tf.square(x);
    const reads = captured((of: "input" | "result") => {
      const sum = tf.sum(tf.mul(y, x));
      return tf.scalar((of === "input" ? y : sum).dataSync()[0]);
    });
    const before = tf.memory().numTensors;
    assertThrows(
      () => reads("result"),
      Error,
      "must not be a result of a computation that is being captured",
    );
    assertThrows(
      () => captured(() => tf.scalar(tf.sum(x).arraySync() as number))(),
      Error,
      "captured: false",
    );
    const read = reads("input");
    assertEquals([...await read.data()], [1]);
    read.dispose();
    assertEquals(tf.memory().numTensors, before);
  },
);

nativeTest("TensorFlow's tensors stay as many from call to call", async () => {
  await initBackend({ backend: "tensorflow" });
  const { binding } = tf.backend() as unknown as { binding: { getNumOfTensors(): number } };
  const compute = captured(mixture),
    x = random([5, 4], 1) as tf.Tensor2D,
    y = random([5, 4], 2) as tf.Tensor2D;
  const counts = [1, 2, 3, 4].map((call) => {
    tf.dispose(compute(x, y, call, [call, 0, 2]));
    return binding.getNumOfTensors();
  });
  assertEquals(new Set(counts).size, 1, `${counts}`);
  tf.dispose([x, y]);
});

nativeTest("what XLA compiles computes the same up to rounding", async () => {
  await initBackend({ backend: "tensorflow" });
  const softmaxes = (
    x: tf.Tensor2D,
  ) => [tf.softmax(tf.mul(tf.matMul(x, x, false, true), 3)), tf.sum(tf.exp(x), 0)];
  const compiled = captured(softmaxes, { xla: true });
  for (const rows of [3, 5, 3]) {
    const x = random([rows, 4], rows) as tf.Tensor2D, expected = softmaxes(x), found = compiled(x);
    for (const [i, tensor] of found.entries()) {
      const values = await tensor.data(), wanted = await expected[i].data();
      assert(
        values.every((value, k) => Math.abs(value - wanted[k]) <= 1e-5 * Math.max(1, Math.abs(wanted[k]))),
      );
    }
    tf.dispose([x, expected, found]);
  }
});
