import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import {
  contrastiveLoss,
  type ContrastiveOptions,
  exponential,
  hsclLoss,
  huclLoss,
  logistic,
  polynomial,
  sampledLoss,
  supConLoss,
} from "@hscl/hscl";
import { naiveContrastive, naiveGradient } from "../reference/naive_contrastive.ts";
import { maxDifference, testOnBackends } from "../backends.ts";
import { sampled } from "../grids.ts";
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

// Where programs are compiled for each case, every value of every option is met, not every combination.
const fewCases = sampled(cases, ({ many, options }) => [many, ...Object.entries(options)], 1);

testOnBackends("gradients equal finite differences in float64 for all options", async (_, { compiles }) => {
  const tensors = views.map((view) => tf.tensor2d(view));
  const extraNegatives = { embeddings: Float32Array.from(bank.embeddings.flat()), labels: bank.labels };
  for (const { where, options, many, expected } of compiles ? fewCases : cases) {
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

testOnBackends(
  "weights that no cosine changes any more pass no gradient, however steep they are",
  async () => {
    const tensors = views.slice(0, 2).map((view) => tf.tensor2d(view));
    const negatives = tf.tensor2d(views[2]);
    const steep = [...[1e6, 1e9, 1e12].map(exponential), logistic(1, 1e-9), polynomial(1e9)];
    for (const hardening of steep) {
      for (const temperature of [1e-3, 0.07, 0.5]) {
        for (const psi of ["infoNce", "hinge"] as const) {
          const options = { temperature, psi, hardening };
          const losses = (more: { stopWeightGradient: boolean }) => [
            (a: tf.Tensor2D, b: tf.Tensor2D) => hsclLoss(a, b, labels, { ...options, ...more }),
            (a: tf.Tensor2D, b: tf.Tensor2D) => huclLoss(a, b, { ...options, ...more }),
            (a: tf.Tensor2D, b: tf.Tensor2D) => sampledLoss(a, b, negatives, { ...options, ...more }),
          ];
          const gradients = async (loss: (a: tf.Tensor2D, b: tf.Tensor2D) => tf.Scalar) => {
            const grads = tf.grads((a, b) => loss(a as tf.Tensor2D, b as tf.Tensor2D))(tensors);
            return (await Promise.all(grads.map((grad) => grad.data()))).flatMap((rows) => [...rows]);
          };
          const through = losses({ stopWeightGradient: false }),
            stopped = losses({ stopWeightGradient: true });
          for (let i = 0; i < through.length; i++) {
            const computed = await gradients(through[i]), expected = await gradients(stopped[i]);
            const off = maxDifference(computed, expected) / Math.max(...expected.map(Math.abs));
            const where = `${hardening.name} ${
              JSON.stringify(hardening.parameters)
            }, T ${temperature}, ${psi}, ${i}`;
            assert(off < 1e-5, `${where}: off by ${off}`);
          }
        }
      }
    }
  },
);

testOnBackends("a loss whose denominator holds the positive is never below 0", async () => {
  const view = tf.tensor2d(views[0]), moved = tf.tensor2d(views[0].map((row) => row.map((x) => 1.3 * x)));
  for (const temperature of [1e-2, 1e-3, 1e-4, 1e-6]) {
    for (const variant of ["out", "in"] as const) {
      for (const hardening of [undefined, exponential(1)]) {
        const options = { temperature, variant, hardening };
        for (const other of [view, moved]) {
          const [loss] = await supConLoss(view, other, [0, 1, 2, 3, 4], options).data();
          const most = 1e-6 / temperature + (hardening ? Math.log(9) : 0); // all weight on one of nine
          assert(loss >= 0 && loss <= most, `${loss} at T ${temperature}, ${variant}`);
        }
      }
    }
  }
});
