import * as tf from "@tensorflow/tfjs";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { contrastiveLoss, exponential, lossWithStats } from "@hscl/hscl";
import { naiveContrastive } from "../reference/naive_contrastive.ts";
import { testOnBackends } from "../backends.ts";
import { sampled } from "../grids.ts";
import { combinations } from "./combinations.ts";

/** Unit vectors at angles in degrees. */
const onCircle = (degrees: number[]) =>
  degrees.map((a) => [Math.cos(a * Math.PI / 180), Math.sin(a * Math.PI / 180)]);

const views = [[0, 20, 75, 130, 181, 300], [5, 31, 60, 141, 170, 290], [9, 3, 81, 117, 203, 320]].map(
  onCircle,
);
// Classes of three, two and one items, so that groups of positives differ in size.
const labels = [3, 3, -8, 1_000_000, -8, 3];
const bank = { embeddings: onCircle([11, 100, 222, 340]), labels: [3, 5, -8, 1_000_000] };

const cases = combinations(labels).map(({ where, many, options, naive }) => {
  const extraNegatives = many ? bank : undefined;
  const expected = naiveContrastive(many ? views : views.slice(0, 2), { ...naive, extraNegatives });
  return { where, many, options, expected };
});

// Where programs are compiled for each case, every value of every option is met, not every combination.
const fewCases = sampled(cases, ({ many, options }) => [many, ...Object.entries(options)], 1);

testOnBackends("every loss equals a naive double loop on points placed by angle", async (_, { compiles }) => {
  // Lengths other than 1, which normalising takes away again.
  const tensors = views.map((view, v) => tf.tensor2d(view.map((row, i) => row.map((x) => x * (1 + i + v)))));
  const extra = { embeddings: Float32Array.from(bank.embeddings.flat(), (x) => 7 * x), labels: bank.labels };
  for (const { where, many, options, expected } of compiles ? fewCases : cases) {
    const loss = contrastiveLoss(tensors[0], many ? tensors.slice(1) : tensors[1], {
      ...options,
      extraNegatives: many ? extra : undefined,
    });
    const [computed] = await loss.data();
    loss.dispose();
    assertAlmostEquals(computed, expected, 2e-5 * Math.max(1, expected), where);
  }
  tf.dispose(tensors);
});

testOnBackends("the statistics of the negatives are those of loops over their weights", async () => {
  const [view1, view2] = views.map((view) => tf.tensor2d(view)), temperature = 0.5;
  const rows = [...views[0], ...views[1]], label = (i: number) => labels[i % labels.length];
  for (const beta of [0, 1, 4]) {
    const perAnchor = rows.map((anchor, i) => {
      const cosines = rows.filter((_, j) => label(j) !== label(i)).map((row) =>
        row[0] * anchor[0] + row[1] * anchor[1]
      );
      const weights = cosines.map((u) => Math.exp(beta * u / temperature));
      const sum = (values: number[]) => values.reduce((a, b) => a + b);
      return {
        effective: sum(weights) ** 2 / sum(weights.map((w) => w * w)),
        hardness: sum(weights.map((w, j) => w * cosines[j])) / sum(weights),
      };
    });
    const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
    const stats = lossWithStats(view1, view2, { labels, temperature, hardening: exponential(beta) });
    assertEquals([stats.validAnchors, stats.pairs], [12, 12]);
    const expected = mean(perAnchor.map(({ effective }) => effective));
    assertAlmostEquals((await stats.effectiveNegatives.data())[0], expected, 1e-4);
    assertAlmostEquals(
      (await stats.meanHardness.data())[0],
      mean(perAnchor.map(({ hardness }) => hardness)),
      1e-5,
    );
  }
});
