import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals } from "@std/assert";
import { normalizeRows } from "@hscl/hscl";
import { ballRows } from "@hscl/hscl/core";
import { maxDifference, testOnBackends } from "../backends.ts";

testOnBackends("rows get unit norm over 38 orders of magnitude, zero rows stay zero", async () => {
  const rows = [[3, 4], [3e-20, 4e-20], [3e20, -4e20], [0, 0], [-1e37, 0]];
  const unit = await normalizeRows(tf.tensor2d(rows)).data();
  const expected = [0.6, 0.8, 0.6, 0.8, 0.6, -0.8, 0, 0, -1, 0];
  assertAlmostEquals(maxDifference(unit, expected), 0, 1e-6);
});

testOnBackends(
  "the gradient of normalising is the tangent part over the norm, and zero for a zero row",
  async () => {
    const gradient = tf.grad((x) =>
      tf.sum(tf.mul(normalizeRows(x as tf.Tensor2D), tf.tensor2d([[1, 2], [1, 2]])))
    );
    const values = await gradient(tf.tensor2d([[3, 4], [0, 0]])).data();
    // dy = (1, 2), y = (0.6, 0.8): dy − y (y·dy) = (−0.32, 0.24), over the norm 5.
    assertAlmostEquals(maxDifference(values, [-0.064, 0.048, 0, 0]), 0, 1e-6);
  },
);

testOnBackends(
  "rows outside the unit ball are put onto it, others stay; also over 38 orders of magnitude",
  async () => {
    const rows = [[3, 4], [0.3, 0.4], [3e20, -4e20], [0, 0], [-1e37, 0], [1, 0], [1e-30, 0]];
    const inside = await ballRows(tf.tensor2d(rows)).data();
    const expected = [0.6, 0.8, 0.3, 0.4, 0.6, -0.8, 0, 0, -1, 0, 1, 0, 1e-30, 0];
    assertAlmostEquals(maxDifference(inside, expected), 0, 1e-6);
  },
);

testOnBackends(
  "the gradient into the unit ball is the tangent part over the norm outside, and the whole inside",
  async () => {
    const dy = tf.tensor2d([[1, 2], [1, 2], [1, 2]]);
    const gradient = tf.grad((x) => tf.sum(tf.mul(ballRows(x as tf.Tensor2D), dy)));
    const values = await gradient(tf.tensor2d([[3, 4], [0.3, 0.4], [0, 0]])).data();
    assertAlmostEquals(maxDifference(values, [-0.064, 0.048, 1, 2, 1, 2]), 0, 1e-6);
  },
);
