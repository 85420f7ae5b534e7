import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { isRecorded, onOwnTape } from "../../lib/core/own_tape.ts";
import { testOnBackends } from "../backends.ts";

const cube = (x: tf.Tensor) => tf.sum(tf.mul(x, tf.square(x)));

/** `Σ x³`, whose gradient is taken in the forward pass. */
function early(x: tf.Tensor): tf.Tensor {
  const op = tf.customGrad((x, save) => {
    const { value, grad } = onOwnTape(() => tf.valueAndGrad(cube)(x as tf.Tensor));
    (save as tf.GradSaveFunc)([grad]);
    return { value, gradFunc: (dy, saved) => tf.mul((saved as tf.Tensor[])[0], dy as tf.Tensor) };
  });
  return op(x);
}

testOnBackends(
  "a gradient taken in the forward pass of another is right, and leaves nothing behind",
  async () => {
    const x = tf.tensor1d([1, -2, 3]), tensors = tf.memory().numTensors;
    assertEquals([...await tf.tidy(() => tf.grad((x) => tf.mul(early(x), 2))(x)).data()], [6, 24, 54]);
    const both = tf.tidy(() => tf.grad((x) => tf.add(early(tf.square(x)), cube(x)))(x));
    assertEquals([...await both.data()], [1, -2, 3].map((x) => 6 * x ** 5 + 3 * x ** 2));
    both.dispose();
    assertEquals([...await tf.tidy(() => early(x)).data()], [20]);
    assertEquals(tf.memory().numTensors, tensors + 2); // the first gradient and the value
  },
);

testOnBackends("what is kept on its own tape is freed before the gradient outside is taken", () => {
  const x = tf.zeros([1000]), bytes = tf.memory().numBytes;
  let within = 0;
  tf.dispose(
    tf.grad((x) => {
      const y = early(x);
      within = tf.memory().numBytes - bytes;
      return y;
    })(x),
  );
  assert(within < 3 * 4000, `${within} bytes`); // the gradient, and the value
  assertEquals(tf.memory().numBytes, bytes);
});

testOnBackends("an error within it ends its tape, not the one outside", async () => {
  const x = tf.tensor1d([1, 2]), tensors = tf.memory().numTensors;
  const failing = (x: tf.Tensor) => {
    assertThrows(
      () =>
        onOwnTape(() =>
          tf.grad((x) => {
            tf.sum(tf.square(tf.exp(x)));
            throw new RangeError("full");
          })(x)
        ),
      RangeError,
      "full",
    );
    return cube(x);
  };
  const gradient = tf.tidy(() => tf.grad(failing)(x));
  assertEquals([...await gradient.data()], [3, 12]);
  gradient.dispose();
  assertEquals(tf.memory().numTensors, tensors);
});

testOnBackends("tells whether what is computed is recorded", () => {
  assert(!isRecorded());
  const seen: boolean[] = [];
  tf.dispose(
    tf.grad((x) => {
      seen.push(isRecorded());
      onOwnTape(() => seen.push(isRecorded()));
      const op = tf.customGrad((x) => {
        seen.push(isRecorded());
        return { value: tf.clone(x as tf.Tensor), gradFunc: (dy) => dy as tf.Tensor };
      });
      return tf.sum(op(x));
    })(tf.ones([2])),
  );
  assertEquals(seen, [true, false, false]);
});
