import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { contrastiveLoss, type ContrastiveOptions } from "@hscl/hscl";
import { naiveContrastive, naiveGradient } from "../reference/naive_contrastive.ts";
import { maxDifference, testOnBackends } from "../backends.ts";
import { combinations } from "./combinations.ts";

// Directions without a pattern, lengths other than 1.
const points = (count: number, offset: number) =>
  Array.from(
    { length: count },
    (_, i) => [1, 2, 3].map((k) => 1.5 * Math.sin(7.3 * k * (i + offset) + k * k)),
  );
const views = [points(5, 0.37), points(5, 11.91), points(5, 5.13)];
const labels = [2, 7, 2, 2, 5];
const bank = { embeddings: points(3, 20.2), labels: [2, 9, 5] };

const cases = combinations(labels).map(({ where, many, options, naive }) => {
  const at = many ? views : views.slice(0, 2), extraNegatives = many ? bank : undefined;
  const weightsAt = naive.stopWeightGradient ? at : undefined;
  const expected = naiveGradient(
    (moved) => naiveContrastive(moved, { ...naive, extraNegatives, weightsAt }),
    at,
  );
  return { where, many, options, expected };
});

testOnBackends("gradients equal finite differences in float64 for all options", async () => {
  const tensors = views.map((view) => tf.tensor2d(view));
  const extraNegatives = { embeddings: Float32Array.from(bank.embeddings.flat()), labels: bank.labels };
  for (const { where, options, many, expected } of cases) {
    const loss = (...[first, ...others]: tf.Tensor[]) =>
      contrastiveLoss(first as tf.Tensor2D, others as tf.Tensor2D[], {
        ...options,
        extraNegatives: many ? extraNegatives : undefined,
      });
    const gradients = tf.grads(loss)(many ? tensors : tensors.slice(0, 2));
    const computed = (await Promise.all(gradients.map((gradient) => gradient.data()))).flatMap((x) => [...x]);
    tf.dispose(gradients);
    const largest = Math.max(...expected.map(Math.abs)), off = maxDifference(computed, expected);
    assert(off <= 1e-4 * largest, `${where}: off by ${off}, largest entry ${largest}`);
  }
  tf.dispose(tensors);
});

testOnBackends("the gradient is that of the loss times what comes from above", async () => {
  const at = tf.tensor2d(views[0]), other = tf.tensor2d(views[1]);
  for (const psi of ["infoNce", "hinge"] as const) {
    const options: ContrastiveOptions = { labels, positives: "label", psi };
    const loss = (a: tf.Tensor) => contrastiveLoss(a as tf.Tensor2D, other, options);
    const once = await tf.grad(loss)(at).data();
    const tripled = await tf.grad((a) => tf.mul(loss(a), 3))(at).data();
    assert(maxDifference(tripled, once.map((x) => 3 * x)) < 1e-6);
  }
});

testOnBackends("no gradient flows into extra negatives", async () => {
  const view1 = tf.tensor2d(views[0]), view2 = tf.tensor2d(views[1]);
  for (const psi of ["infoNce", "hinge"] as const) {
    const intoBank = tf.grad((x) =>
      contrastiveLoss(view1, view2, { psi, extraNegatives: { embeddings: x as tf.Tensor2D } })
    )(tf.tensor2d(bank.embeddings));
    assertEquals([...await intoBank.data()], Array(9).fill(0));
  }
});
