import * as tf from "@tensorflow/tfjs";
import { assert } from "@std/assert";
import { contrastiveLoss, type ContrastiveOptions } from "hscl";
import { naiveGradient } from "../reference/naive_contrastive.ts";
import { affordable, maxDifference, testOnBackends } from "../backends.ts";
import { combinations } from "./combinations.ts";

// Directions without a pattern, lengths other than 1.
const points = (count: number, offset: number) =>
  Array.from(
    { length: count },
    (_, i) => [1, 2, 3].map((k) => 1.5 * Math.sin(7.3 * k * (i + offset) + k * k)),
  );
const view1 = points(5, 0.37), view2 = points(5, 11.91);
const labels = [2, 7, 2, 2, 5];

const cases = combinations(labels).map(({ where, options, naive }) => ({
  where,
  options,
  expected: naiveGradient(view1, view2, naive),
}));

testOnBackends("gradients equal finite differences in float64 for all options", async (backend) => {
  const views = [tf.tensor2d(view1), tf.tensor2d(view2)];
  for (const { where, options, expected } of affordable(cases, backend)) {
    const gradients = tf.grads((a, b) => contrastiveLoss(a as tf.Tensor2D, b as tf.Tensor2D, options))(views);
    const computed = (await Promise.all(gradients.map((gradient) => gradient.data()))).flatMap((x) => [...x]);
    tf.dispose(gradients);
    const largest = Math.max(...expected.map(Math.abs)), off = maxDifference(computed, expected);
    assert(off <= 1e-4 * largest, `${where}: off by ${off}, largest entry ${largest}`);
  }
  tf.dispose(views);
});

testOnBackends("the gradient is that of the loss times what comes from above", async () => {
  const options: ContrastiveOptions = { labels, positives: "label" };
  const at = tf.tensor2d(view1), other = tf.tensor2d(view2);
  const loss = (a: tf.Tensor) => contrastiveLoss(a as tf.Tensor2D, other, options);
  const once = await tf.grad(loss)(at).data();
  const tripled = await tf.grad((a) => tf.mul(loss(a), 3))(at).data();
  assert(maxDifference(tripled, once.map((x) => 3 * x)) < 1e-6);
});
