/**
 * The pass over all pairs of 10,000 embeddings of 128 dimensions, against the bare product of all pairs on the same backend.
 * The goal is five values of β within three times the product.
 */
import * as tf from "@tensorflow/tfjs";
import { anchorStatistics, assumption1, exponential, logistic, Random } from "@hscl/hscl";
import "./setup.ts";

const count = 10_000, dim = 128, blockRows = 800;
const random = new Random(0).child("bench");
const embeddings = Float32Array.from({ length: count * dim }, () => random.normal());
const labelsOf = (classes: number) => Int32Array.from({ length: count }, (_, i) => i % classes);
const rows = tf.keep(tf.tensor2d(embeddings, [count, dim]));
const betas = [0.5, 1, 2, 5, 10].map(exponential);
const group = "10,000 embeddings of 128 dimensions";

Deno.bench({ group, name: "bare product of all pairs", baseline: true, n: 5, warmup: 1 }, async () => {
  for (let first = 0; first < count; first += blockRows) {
    const block = tf.tidy(() =>
      tf.matMul(tf.slice(rows, [first, 0], [Math.min(blockRows, count - first), dim]), rows, false, true)
    );
    await block.data();
    block.dispose();
  }
});

const cases = [
  { name: "statistics, 1 β, 10 classes", hardenings: betas.slice(0, 1), classes: 10, leaveOut: 0 },
  { name: "statistics, 5 β, 10 classes", hardenings: betas, classes: 10, leaveOut: 0 },
  { name: "statistics, 5 β, 10 classes, and intervals", hardenings: betas, classes: 10, leaveOut: 512 },
  { name: "statistics, 5 β, 2 classes", hardenings: betas, classes: 2, leaveOut: 0 },
  { name: "statistics, logistic, 10 classes", hardenings: [logistic(0, 0.1)], classes: 10, leaveOut: 0 },
];
for (const { name, hardenings, classes, leaveOut } of cases) {
  const labels = labelsOf(classes);
  Deno.bench({ group, name, n: 5, warmup: 1 }, async () => {
    await anchorStatistics(embeddings, dim, labels, { hardenings, leaveOut });
  });
}

const statistics = await anchorStatistics(embeddings, dim, labelsOf(10), { hardenings: betas });
Deno.bench({ group, name: "Assumption 1 with intervals from statistics, 5 β", n: 5, warmup: 1 }, () => {
  assumption1(statistics);
});
