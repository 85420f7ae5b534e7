// What every function that takes labels, features or views makes of arrays of every kind, and of what is none.
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  anchorStatistics,
  checkConvergence,
  classBalancedBatches,
  collapseGeometry,
  contrastiveLoss,
  hsclLoss,
  huclLoss,
  initBackend,
  knnClassify,
  linearProbe,
  lossWithStats,
  MemoryBank,
  nearestClassMean,
  negativeSampler,
  normalizeRows,
  populationLosses,
  positiveSampler,
  Random,
  sampledLoss,
  sclLoss,
  supConLoss,
  uclLoss,
} from "@hscl/hscl";
import { mixedBatches } from "@hscl/hscl/samplers";
import { checkFinite } from "@hscl/hscl/losses";
import type { Labels } from "@hscl/hscl/core";
import { testOnBackends } from "./backends.ts";

const rows = [1, 0, 0.5, 0.5, 0, 1, -1, 0.25, -0.5, -1, 0.25, -0.75], dim = 2, classes = 3;
const numbers = [0, 0, 1, 1, 2, 2];
const float32 = Float32Array.from(rows);
const view1 = () => tf.tensor2d(float32, [6, dim]);
const view2 = () => tf.tensor2d(float32.map((x, i) => x + (i % 3) / 4), [6, dim]);
const loss = async (value: tf.Scalar) => (await value.data())[0];
const labelled = { features: float32, labels: numbers };
const random = () => new Random(3);
const bankOf = (embeddings: ArrayLike<number>, labels: Labels) => {
  const bank = new MemoryBank({ capacity: 6, dim });
  bank.push(embeddings, labels);
  return bank.read();
};
const drawnFrom = (embeddings: ArrayLike<number>, labels: Labels) =>
  negativeSampler({ kind: "hscl", embeddings, dim, labels, seed: 1 }).draw([0, 3], { k: 3 });

const statistics = async (embeddings: ArrayLike<number>, labels: Labels) =>
  (await anchorStatistics(embeddings, dim, labels)).unhardened.lossDiff;

const takeLabels: Record<string, (labels: Labels) => unknown> = {
  sclLoss: (labels) => loss(sclLoss(view1(), view2(), labels)),
  hsclLoss: (labels) => loss(hsclLoss(view1(), view2(), labels)),
  supConLoss: (labels) => loss(supConLoss(view1(), view2(), labels)),
  contrastiveLoss: (labels) => loss(contrastiveLoss(view1(), view2(), { labels, positives: "label" })),
  lossWithStats: (labels) => loss(lossWithStats(view1(), view2(), { labels }).meanHardness),
  "extra negatives": (labels) =>
    loss(sclLoss(view1(), view2(), numbers, { extraNegatives: { embeddings: float32, labels } })),
  "sampledLoss of anchors": (labels) =>
    loss(sampledLoss(view1(), view2(), view1(), { labels, negativeLabels: numbers })),
  "sampledLoss of negatives": (negativeLabels) =>
    loss(sampledLoss(view1(), view2(), view1(), { labels: numbers, negativeLabels })),
  "knnClassify, bank": (labels) => knnClassify({ ...labelled, labels }, labelled, { dim, classes, k: 2 }),
  "knnClassify, queries": (labels) => knnClassify(labelled, { ...labelled, labels }, { dim, classes, k: 2 }),
  "linearProbe, bank": (labels) => linearProbe({ ...labelled, labels }, labelled, { dim, classes }),
  "linearProbe, queries": (labels) => linearProbe(labelled, { ...labelled, labels }, { dim, classes }),
  "nearestClassMean, bank": (labels) => nearestClassMean({ ...labelled, labels }, labelled, { dim, classes }),
  "nearestClassMean, queries": (labels) =>
    nearestClassMean(labelled, { ...labelled, labels }, { dim, classes }),
  MemoryBank: (labels) => bankOf(float32, labels),
  negativeSampler: (labels) => drawnFrom(float32, labels),
  "negativeSampler, anchors": (labels) =>
    negativeSampler({ kind: "scl", embeddings: float32, dim, labels: numbers, seed: 1 })
      .draw({ embeddings: float32, labels }, { k: 2 }),
  positiveSampler: (labels) => positiveSampler({ kind: "label", labels, seed: 1 }).draw([0, 3], { k: 1 }),
  classBalancedBatches: (labels) => classBalancedBatches(labels, { batchSize: 4, perClass: 2 }, random()),
  mixedBatches: (labels) => mixedBatches(labels, 3, random()),
  anchorStatistics: (labels) => statistics(float32, labels),
  populationLosses: (labels) => populationLosses(float32, dim, labels),
  checkConvergence: (labels) => checkConvergence(float32, dim, labels, { anchors: 2, draws: 1 }),
  collapseGeometry: (labels) => collapseGeometry(float32, dim, labels),
};

const takeFeatures: Record<string, (features: ArrayLike<number>) => unknown> = {
  anchorStatistics: (features) => statistics(features, numbers),
  populationLosses: (features) => populationLosses(features, dim, numbers),
  checkConvergence: (features) => checkConvergence(features, dim, numbers, { anchors: 2, draws: 1 }),
  collapseGeometry: (features) => collapseGeometry(features, dim, numbers),
  "knnClassify, bank": (features) => knnClassify({ ...labelled, features }, labelled, { dim, classes, k: 2 }),
  "knnClassify, queries": (features) =>
    knnClassify(labelled, { ...labelled, features }, { dim, classes, k: 2 }),
  "linearProbe, bank": (features) => linearProbe({ ...labelled, features }, labelled, { dim, classes }),
  "linearProbe, queries": (features) => linearProbe(labelled, { ...labelled, features }, { dim, classes }),
  "nearestClassMean, bank": (features) =>
    nearestClassMean({ ...labelled, features }, labelled, { dim, classes }),
  "nearestClassMean, queries": (features) =>
    nearestClassMean(labelled, { ...labelled, features }, { dim, classes }),
  MemoryBank: (features) => bankOf(features, numbers),
  negativeSampler: (features) => drawnFrom(features, numbers),
  "negativeSampler, anchors": (embeddings) =>
    negativeSampler({ kind: "hucl", embeddings: float32, dim, seed: 1 }).draw({ embeddings }, { k: 2 }),
  "extra negatives": (embeddings) => loss(uclLoss(view1(), view2(), { extraNegatives: { embeddings } })),
};

const takeViews: Record<string, (view: tf.Tensor2D) => unknown> = {
  "uclLoss, first": (view) => loss(uclLoss(view, view2())),
  "uclLoss, second": (view) => loss(uclLoss(view1(), view)),
  "uclLoss, third": (view) => loss(uclLoss(view1(), [view2(), view])),
  "huclLoss, first": (view) => loss(huclLoss(view, view2())),
  "sclLoss, second": (view) => loss(sclLoss(view1(), view, numbers)),
  "hsclLoss, first": (view) => loss(hsclLoss(view, view2(), numbers)),
  "supConLoss, second": (view) => loss(supConLoss(view1(), view, numbers)),
  "lossWithStats, first": (view) => loss(lossWithStats(view, view2()).loss),
  "extra negatives": (embeddings) => loss(uclLoss(view1(), view2(), { extraNegatives: { embeddings } })),
  "sampledLoss, anchors": (view) => loss(sampledLoss(view, view1(), view2())),
  "sampledLoss, positives": (view) => loss(sampledLoss(view1(), view, view2())),
  "sampledLoss, negatives": (view) => loss(sampledLoss(view1(), view2(), view)),
  normalizeRows: async (view) => await normalizeRows(view).data(),
  checkFinite: (view) => checkFinite(view1(), view),
};

testOnBackends("labels may be arrays and typed arrays of every kind, BigInts included", async () => {
  const kinds = [
    Int32Array.from(numbers),
    Uint8Array.from(numbers),
    Float32Array.from(numbers),
    Float64Array.from(numbers),
    BigInt64Array.from(numbers, BigInt),
    BigUint64Array.from(numbers, BigInt),
    numbers.map(BigInt),
  ];
  for (const [name, take] of Object.entries(takeLabels)) {
    const expected = await take(numbers);
    for (const labels of kinds) {
      assertEquals(await take(labels), expected, `${name}, ${labels.constructor.name}`);
    }
  }
});

testOnBackends("features may be arrays and typed arrays of numbers", async () => {
  const whole = rows.map((x) => Math.round(4 * x)); // bytes below 0 would come round
  for (const [name, take] of Object.entries(takeFeatures)) {
    const expected = await take(float32), integers = await take(Float32Array.from(whole));
    assertEquals(await take(rows), expected, name);
    assertEquals(await take(Float64Array.from(rows)), expected, name);
    assertEquals(await take(Int8Array.from(whole)), integers, name);
  }
});

/** Refused by an error of one line that names no internals. */
async function refuses(take: () => unknown, ...parts: string[]): Promise<void> {
  const error = await assertRejects(async () => await take(), TypeError);
  assert(error.message.startsWith("Cannot use "), error.message);
  for (const part of parts) assert(error.message.includes(part), `${part} in ${error.message}`);
  assert(!error.message.includes("\n") && !error.message.includes("undefined: "), error.message);
}

const others = (): [unknown, string][] => [
  [Promise.resolve(numbers), "received a Promise, whose value await gives"],
  [7, "received 7"],
  [null, "received null"],
  [new Map(), "received Map"],
  [new DataView(new ArrayBuffer(8)), "received DataView"],
];

testOnBackends("labels that are something else are refused by name", async () => {
  const broken: [unknown, string][] = [
    ...others(),
    [tf.tensor1d(numbers, "int32"), "received a tensor [6] of int32"],
    ["000000", 'received "000000"'],
    [["0", "0", "1", "1", "2", "2"], 'received "0" at index 0'],
    [[true, true, false, false, true, true], "received true at index 0"],
    [[0, 0, 1, 1.5, 2, 2], "received 1.5 at index 3"],
    [[0, 0, 1, NaN, 2, 2], "received NaN at index 3"],
    [new Array(6), "received undefined at index 0"],
    [[[0], [0], [1], [1], [2], [2]], "received [0] at index 0"],
    [[0, 0, 1, 1, 2, 2 ** 60], "within ±(2^53 − 1): received 1152921504606847000 at index 5"],
    [BigInt64Array.of(0n, 0n, 1n, 1n, 2n, 2n ** 60n), "received 1152921504606846976 at index 5"],
  ];
  for (const take of Object.values(takeLabels)) {
    for (const [labels, part] of broken) {
      await refuses(() => take(labels as Labels), "abels", part);
    }
  }
});

testOnBackends("features that are something else are refused by name", async () => {
  const broken: [unknown, string][] = [
    ...others(),
    [["1", ...rows.slice(1)], 'received "1" at index 0'],
    [new Array(12), "received undefined at index 0"],
    [[[1, 0], [0, 1], [1, 1], [0, 0], [1, 2], [2, 1]], "received [1, 0] at index 0"],
    [BigInt64Array.from(rows, () => 1n), "received 1 at index 0"],
  ];
  for (const take of Object.values(takeFeatures)) {
    for (const [features, part] of broken) {
      await refuses(() => take(features as number[]), part);
    }
  }
});

testOnBackends("views that are something else are refused by name", async () => {
  const disposed = view1();
  disposed.dispose();
  const broken: [unknown, string][] = [
    ...others(),
    [Promise.resolve(view1()), "received a Promise, whose value await gives"],
    [[[1, 0], [0, 1]], "received ["],
    [disposed, "received a tensor that was disposed of"],
    [tf.tensor2d([["a", "b"]]), "received a tensor [1, 2] of string"],
  ];
  for (const [name, take] of Object.entries(takeViews)) {
    for (const [view, part] of broken) {
      if (name === "extra negatives" && !(view instanceof tf.Tensor)) continue; // may be an array
      await refuses(() => take(view as tf.Tensor2D), part);
    }
  }
  const [first, whole] = [view1(), tf.ones([6, 2], "int32") as tf.Tensor2D], before = tf.memory().numTensors;
  assertThrows(() => uclLoss(first, [whole, disposed]), TypeError, "view 3");
  assertEquals(tf.memory().numTensors, before, "left behind");
});

Deno.test("tensors of features are refused in one line", async () => {
  await initBackend({ backend: "cpu" });
  await refuses(
    () => knnClassify({ ...labelled, features: view1() as unknown as number[] }, labelled, { dim, classes }),
    "training features",
    "array of numbers: received a tensor [6, 2] of float32",
  );
});
