import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { linearProbe, Random } from "@hscl/hscl";
import { testOnBackends } from "../backends.ts";

const random = new Random(0).child("probe");
const labelled = (count: number, dim: number, classes: number, apart: number) => {
  const labels = Array.from({ length: count }, (_, i) => i % classes);
  // Far from the origin and on other scales, which must not matter.
  const features = Float32Array.from(
    { length: count * dim },
    (_, i) =>
      50 + 10 ** (i % dim) * (random.normal() + (labels[Math.floor(i / dim)] === i % dim ? apart : 0)),
  );
  return { features, labels };
};

/** The least of the same objective, by plain gradient steps in float64 until the gradient vanishes. */
function naiveLoss(
  { features, labels }: { features: Float32Array; labels: number[] },
  dim: number,
  decay: number,
) {
  const n = labels.length, classes = Math.max(...labels) + 1;
  const columns = Array.from({ length: dim }, (_, d) => labels.map((_, i) => features[i * dim + d]));
  const scaled = columns.map((values) => {
    const mean = values.reduce((a, b) => a + b) / n;
    const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n);
    return values.map((x) => (x - mean) / deviation);
  });
  const rows = labels.map((_, i) => [...scaled.map((column) => column[i]), 1]);
  const weights = Array.from({ length: dim + 1 }, () => new Array<number>(classes).fill(0));
  let loss = NaN;
  for (let steepest = Infinity; steepest > 1e-9;) {
    const gradient = weights.map((row, d) => row.map((w) => d < dim ? decay * w : 0));
    loss = weights.slice(0, dim).flat().reduce((sum, w) => sum + decay * w * w / 2, 0);
    rows.forEach((row, i) => {
      const scores = weights[0].map((_, c) => row.reduce((sum, x, d) => sum + x * weights[d][c], 0));
      const top = Math.max(...scores), total = scores.reduce((sum, s) => sum + Math.exp(s - top), 0);
      loss += (top + Math.log(total) - scores[labels[i]]) / n;
      scores.forEach((s, c) => {
        const error = (Math.exp(s - top) / total - (c === labels[i] ? 1 : 0)) / n;
        row.forEach((x, d) => gradient[d][c] += error * x);
      });
    });
    weights.forEach((row, d) => row.forEach((_, c) => row[c] -= 0.6 * gradient[d][c]));
    steepest = Math.max(...gradient.flat().map(Math.abs));
  }
  return loss;
}

const bank = labelled(60, 3, 3, 1.5);
/** Sums of two numbers, and a little noise: the least is in a narrow valley. */
const mixed = {
  labels: Array.from({ length: 90 }, (_, i) => i % 3),
  features: Float32Array.from(
    Array.from({ length: 90 }, (_, i) => {
      const [x, y] = [random.normal() + i % 3, random.normal() - Number(i % 3 === 1)];
      return [x, x + y, x - y, y].map((value) => value + 0.05 * random.normal());
    }).flat(),
  ),
};
const expected = [
  { data: bank, dim: 3, decay: 0.01 },
  { data: bank, dim: 3, decay: 0.1 },
  { data: mixed, dim: 4, decay: 1e-3 },
].map((one) => ({ ...one, loss: naiveLoss(one.data, one.dim, one.decay) }));

testOnBackends("the loss is the least there is, to a millionth", async () => {
  for (const { data, dim, decay, loss } of expected) {
    const result = await linearProbe(data, data, { dim, classes: 3, decay });
    assert(result.converged);
    assertAlmostEquals(result.loss / loss, 1, 1e-6);
  }
});

testOnBackends(
  "a loss that is said to have converged is the least, however many passes there were",
  async () => {
    const { data, dim, decay, loss } = expected[2];
    let converged = 0;
    for (let maxSteps = 1; maxSteps < 100; maxSteps += 3) {
      const result = await linearProbe(data, data, { dim, classes: 3, decay, maxSteps });
      if (result.converged) assertAlmostEquals(result.loss / loss, 1, 1e-6, `after ${maxSteps}`);
      converged += Number(result.converged);
    }
    assert(converged > 0 && converged < 33, `${converged} of 33`);
  },
);

testOnBackends("a class without a row in the bank costs nothing and is never predicted", async () => {
  const { data, loss } = expected[0], shifted = data.labels.map((label) => 2 * label + 1);
  const result = await linearProbe({ ...data, labels: shifted }, { ...data, labels: shifted }, {
    dim: 3,
    classes: 9,
    decay: 0.01,
  });
  assertEquals([result.converged, new Set(result.predictions)], [true, new Set([1, 3, 5])]);
  assertAlmostEquals(result.loss / loss, 1, 1e-6);
});

testOnBackends("classes that hyperplanes divide are told apart, also ones that were not asked", async () => {
  const apart = labelled(90, 4, 3, 30), asked = labelled(30, 4, 3, 30);
  const { top1, predictions } = await linearProbe(apart, asked, { dim: 4, classes: 5 });
  assertEquals(top1, 1);
  assertEquals([...predictions], asked.labels);
  // Labels without any relation to the features.
  const none = labelled(300, 4, 3, 0),
    guess = await linearProbe(none, labelled(300, 4, 3, 0), { dim: 4, classes: 3 });
  assert(guess.top1 > 0.2 && guess.top1 < 0.47, `${guess.top1}`);
});

testOnBackends("a constant feature changes nothing, and no tensor is left behind", async () => {
  const withConstant = {
    labels: bank.labels,
    features: Float32Array.from(
      bank.labels.flatMap((_, i) => [...bank.features.subarray(3 * i, 3 * i + 3), 7]),
    ),
  };
  const before = tf.memory().numTensors;
  const plain = await linearProbe(bank, bank, { dim: 3, classes: 3 });
  const more = await linearProbe(withConstant, withConstant, { dim: 4, classes: 3 });
  assertAlmostEquals(more.loss, plain.loss, 1e-4);
  assertEquals(more.predictions, plain.predictions);
  // 0.1 has no exact mean over 60 rows; that a query has another value decides nothing.
  const constant = (value: number) => ({
    ...withConstant,
    features: withConstant.features.map((x, i) => i % 4 === 3 ? value : x),
  });
  const asked = await linearProbe(constant(0.1), constant(0.101), { dim: 4, classes: 3 });
  assertEquals(asked.predictions, plain.predictions);
  assertEquals(tf.memory().numTensors, before);
});

testOnBackends(
  "features that are mirror images of each other do not hide how steep the problem is",
  async () => {
    const labels = Array.from({ length: 40 }, (_, i) => i % 2);
    const features = Float32Array.from(labels.flatMap((label) => label ? [1, -1, 1, -1] : [-1, 1, -1, 1]));
    const { converged, top1 } = await linearProbe({ features, labels }, { features, labels }, {
      dim: 4,
      classes: 2,
    });
    assertEquals([converged, top1], [true, 1]);
  },
);

Deno.test("few steps do not converge, and say so; wrong values are refused", async () => {
  const { converged } = await linearProbe(bank, bank, { dim: 3, classes: 3, maxSteps: 2 });
  assert(!converged);
  const options = { dim: 3, classes: 3 };
  await assertRejects(() => linearProbe(bank, bank, { ...options, decay: -1 }), RangeError, "decay");
  await assertRejects(
    () => linearProbe(bank, bank, { ...options, classes: 2 }),
    RangeError,
    "0 … 1: received 2",
  );
  await assertRejects(() => linearProbe(bank, bank, { ...options, dim: 2 }), RangeError, "60 labels × dim 2");
  const broken = { ...bank, features: bank.features.map((x, i) => i === 4 ? NaN : x) };
  await assertRejects(
    () => linearProbe(bank, broken, options),
    RangeError,
    "queries features must be finite",
  );
});
