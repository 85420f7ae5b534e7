// The linear probes against scikit-learn and PyTorch; see linear_probe.py in tests/reference.
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { linearProbe } from "@hscl/hscl";
import { adamProbe } from "@hscl/hscl/evaluate";
import { trainLayer } from "../../lib/evaluate/adam_probe.ts";
import { checkFeatures } from "../../lib/evaluate/labelled_features.ts";
import { maxDifference, testOnBackends } from "../backends.ts";

interface Reference {
  dim: number;
  classes: number;
  training: { features: number[]; labels: number[] };
  queries: { features: number[]; labels: number[] };
  start: number[];
  orders: number[][];
  exact: { decay: number; loss: number; predictions: number[] }[];
  protocol: {
    batchSize: number;
    learningRate: number;
    weightDecay: number;
    loss: number;
    weights: number[];
    predictions: number[];
  }[];
}

const reference = async (): Promise<Reference> =>
  JSON.parse(await Deno.readTextFile(new URL("../reference/linear_probe.json", import.meta.url)));

testOnBackends("the exact probe finds what scikit-learn finds", async () => {
  const { dim, classes, training, queries, exact } = await reference();
  for (const { decay, loss, predictions } of exact) {
    const found = await linearProbe(training, queries, { dim, classes, decay });
    assert(found.converged);
    assertAlmostEquals(found.loss / loss, 1, 1e-6);
    assertEquals([...found.predictions], predictions);
  }
});

testOnBackends("the probe trained with Adam takes PyTorch's steps", async () => {
  const { dim, classes, training, start, orders, protocol } = await reference();
  const fitted = checkFeatures("training", training, dim, classes);
  // The first update of a process leaves what the backend keeps for all others.
  let left: number | undefined;
  for (const { batchSize, learningRate, weightDecay, loss, weights } of protocol) {
    const found = await trainLayer(fitted, dim, {
      epochs: orders.length,
      batchSize,
      learningRate,
      weightDecay,
      start: Float32Array.from(start),
      order: (epoch) => Int32Array.from(orders[epoch - 1]),
    });
    assert(maxDifference(found.weights, weights) < 2e-5, `${maxDifference(found.weights, weights)}`);
    assertAlmostEquals(found.loss, loss, 1e-5);
    assertEquals(tf.memory().numTensors, left ??= tf.memory().numTensors);
  }
  assert(protocol.length > 1);
});

testOnBackends("trained long, the probe with Adam divides what hyperplanes divide", async () => {
  const labels = Array.from({ length: 30 }, (_, i) => i % 3);
  // Classes at the corners of a triangle.
  const features = labels.flatMap((label, i) => [label === 1 ? 1 : 0.01 * i, label === 2 ? 1 : 0.01 * i]);
  const sides = [{ features, labels }, {
    features: [0.1, 0.2, 0.9, 0, 0.2, 1.1],
    labels: [0, 1, 2],
  }] as const;
  const settings = { dim: 2, classes: 3, epochs: 200, learningRate: 0.1, batchSize: 8 };
  const { top1, predictions, ranks, loss } = await adamProbe(...sides, settings);
  assertEquals([top1, [...predictions], [...ranks]], [1, [0, 1, 2], [1, 1, 1]]);
  assert(loss < 0.05, `${loss}`);
});

testOnBackends("the seed decides the probe with Adam, and nothing else", async () => {
  const { dim, classes, training, queries } = await reference();
  const probe = (seed: number) =>
    adamProbe(training, queries, { dim, classes, epochs: 2, batchSize: 16, seed });
  const one = await probe(1);
  assertEquals(await probe(1), one);
  assertNotEquals((await probe(2)).loss, one.loss);
});

testOnBackends("a class without a training row is never predicted, and has no place", async () => {
  const { dim, classes, training, queries } = await reference();
  const shifted = (labels: number[]) => labels.map((label) => 2 * label + 1);
  const { predictions, ranks } = await adamProbe(
    { ...training, labels: shifted(training.labels) },
    { ...queries, labels: queries.labels.map((label, i) => i < 3 ? 0 : 2 * label + 1) },
    { dim, classes: 2 * classes, epochs: 3 },
  );
  assert(predictions.every((each) => each % 2 === 1));
  assertEquals([...ranks.subarray(0, 3)], [0, 0, 0]);
  assert(ranks.subarray(3).every((rank) => rank >= 1 && rank <= classes));
});

Deno.test("wrong settings of the probe with Adam are refused by name", async () => {
  const { dim, classes, training, queries } = await reference();
  for (
    const [wrong, message] of [
      [{ epochs: 0 }, "epochs of the probe"],
      [{ batchSize: 0 }, "batch size of the probe"],
      [{ learningRate: 0 }, "learning rate of the probe"],
      [{ weightDecay: -1 }, "weight decay of the probe"],
      [{ seed: -1 }, "seed"],
    ] as const
  ) await assertRejects(() => adamProbe(training, queries, { dim, classes, ...wrong }), RangeError, message);
  const stray = { dim, classes, rate: 1 };
  await assertRejects(() => adamProbe(training, queries, stray), TypeError, 'received "rate"');
});
