import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals } from "@std/assert";
import {
  contrastiveLoss,
  exponential,
  type Hardening,
  logistic,
  noHardening,
  polynomial,
  threshold,
} from "hscl";
import { naiveContrastive, type NaiveOptions } from "../reference/naive_contrastive.ts";
import { testOnBackends } from "../backends.ts";

/** Unit vectors at angles in degrees. */
const onCircle = (degrees: number[]) =>
  degrees.map((a) => [Math.cos(a * Math.PI / 180), Math.sin(a * Math.PI / 180)]);

const angles1 = [0, 20, 75, 130, 181, 300], angles2 = [5, 31, 60, 141, 170, 290];
const labels = [3, 3, -8, 1_000_000, -8, 3];

const hardenings: { hardening: Hardening; eta: (u: number, T: number) => number }[] = [
  { hardening: noHardening(), eta: () => 1 },
  { hardening: exponential(0), eta: () => 1 },
  { hardening: exponential(1), eta: (u, T) => Math.exp(u / T) },
  { hardening: exponential(4), eta: (u, T) => Math.exp(4 * u / T) },
  { hardening: polynomial(3), eta: (u) => ((1 + u) / 2) ** 3 },
  { hardening: logistic(0.2, 0.1), eta: (u) => 1 / (1 + Math.exp((0.2 - u) / 0.1)) },
  { hardening: threshold(-0.47), eta: (u) => u >= -0.47 ? 1 : 0 },
  { hardening: threshold(1), eta: () => 0 },
];

testOnBackends("every loss equals a naive double loop on points placed by angle", async () => {
  const view1 = onCircle(angles1), view2 = onCircle(angles2);
  // Lengths other than 1, which normalising takes away again.
  const tensors = [view1, view2].map((view, v) =>
    tf.tensor2d(view.map((row, i) => row.map((x) => x * (1 + i + v))))
  );
  for (const { hardening, eta } of hardenings) {
    for (const temperature of [0.1, 0.5, 2]) {
      for (const negatives of ["all", "different-label"] as const) {
        for (const positives of ["view", "label"] as const) {
          for (const reduction of ["pairs", "anchors"] as const) {
            for (const negativeWeight of [undefined, 3, "count"] as const) {
              for (const tauPlus of [0, 0.1]) {
                const shared = {
                  temperature,
                  negatives,
                  positives,
                  reduction,
                  negativeWeight,
                  tauPlus,
                  labels,
                };
                const naive: NaiveOptions = { ...shared, eta: (u) => eta(u, temperature) };
                const expected = naiveContrastive(view1, view2, naive);
                const loss = contrastiveLoss(tensors[0], tensors[1], { ...shared, hardening });
                const [computed] = await loss.data();
                loss.dispose();
                const where = `${hardening.name} ${JSON.stringify(shared)}`;
                assertAlmostEquals(computed, expected, 2e-5 * Math.max(1, expected), where);
              }
            }
          }
        }
      }
    }
  }
  tf.dispose(tensors);
});

testOnBackends("the gradient equals finite differences of the naive loss", async () => {
  const view1 = onCircle(angles1), view2 = onCircle(angles2);
  const options = { temperature: 0.5, negatives: "different-label", positives: "label", labels } as const;
  const naive = (a: number[][]) =>
    naiveContrastive(a, view2, { ...options, eta: (u) => Math.exp(2 * u / 0.5) });
  const [gradient] = tf.grads((a, b) =>
    contrastiveLoss(a as tf.Tensor2D, b as tf.Tensor2D, { ...options, hardening: exponential(2) })
  )([tf.tensor2d(view1), tf.tensor2d(view2)]);
  const computed = await gradient.data();
  const step = 1e-5;
  for (let i = 0; i < view1.length; i++) {
    for (let k = 0; k < 2; k++) {
      const moved = (by: number) =>
        view1.map((row, r) => row.map((x, c) => x + (r === i && c === k ? by : 0)));
      const expected = (naive(moved(step)) - naive(moved(-step))) / (2 * step);
      assertAlmostEquals(computed[2 * i + k], expected, 1e-5);
    }
  }
});
