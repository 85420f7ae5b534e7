import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { borrowValues } from "../../lib/core/borrow_values.ts";
import { testOnBackends } from "../backends.ts";

testOnBackends("borrowed values are the tensor's, outlive it, and can be written to", async () => {
  const before = tf.memory().numTensors;
  const computed = tf.tidy(() => tf.matMul(tf.tensor2d([[1, 2], [3, 4]]), tf.tensor2d([[0, 1], [1, 0]])));
  const { values, release } = await borrowValues(computed);
  assertEquals(computed.isDisposed, true);
  // Would take the place of memory that was given back too early.
  const others = Array.from({ length: 20 }, () => tf.tidy(() => tf.add(tf.ones([2, 2]), 1)));
  assertEquals(Array.from(values), [2, 1, 4, 3]);
  values[0] = 7;
  assertEquals(Array.from(values), [7, 1, 4, 3]);
  release();
  tf.dispose(others);
  assertEquals(tf.memory().numTensors, before);
});

testOnBackends("values that have never left JavaScript can be borrowed, too", async () => {
  const { values, release } = await borrowValues(tf.tensor1d([1, 2, 3]));
  assertEquals(Array.from(values), [1, 2, 3]);
  release();
});
