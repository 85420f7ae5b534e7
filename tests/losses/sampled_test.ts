import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  contrastiveLoss,
  type ContrastiveOptions,
  exponential,
  hsclLoss,
  MemoryBank,
  negativeSampler,
  polynomial,
  Random,
  sampledLoss,
  threshold,
} from "@hscl/hscl";
import type { SampledOptions, ScoreOptions } from "@hscl/hscl/losses";
import {
  naiveGradient,
  naiveSampled,
  type NaiveSampledOptions,
  type Points,
} from "../reference/naive_contrastive.ts";
import { maxDifference, testOnBackends } from "../backends.ts";

const random = new Random(8).child("sampled");
const points = (count: number): Points =>
  Array.from({ length: count }, () => Array.from({ length: 3 }, () => random.normal()));

const anchors = points(4), positives = points(4), shared = points(6);
const own = anchors.map(() => points(6));
const labels = [1, -5, 1, 8], sharedLabels = [1, 1, -5, 3, 8, 8];
const ownLabels = anchors.map((_, i) => sharedLabels.map((_, j) => sharedLabels[(i + 2 * j) % 6]));
const sharedWeights = [0.3, -2, 1, 0, 0.5, 100],
  ownWeights = anchors.map((_, i) => sharedWeights.map((w) => w * i));

const choices: (ScoreOptions & { logEta?: (u: number) => number })[] = [
  {},
  { temperature: 0.1, negativeWeight: 3 },
  { tauPlus: 0.2 },
  { hardening: exponential(2), logEta: (u) => 2 * u / 0.5 },
  { hardening: polynomial(2), logEta: (u) => 2 * Math.log((1 + u) / 2) },
  { hardening: threshold(1), logEta: () => -Infinity },
  { psi: "hinge" },
  { psi: "hinge", margin: 0.3, hardening: exponential(2), logEta: (u) => 2 * u / 0.5 },
];

const cases = choices.flatMap(({ logEta, ...options }) =>
  [false, true].flatMap((isShared) =>
    [{}, { byLabel: true }, { weighted: true }, { counted: true }].flatMap(
      ({ byLabel, weighted, counted }: { byLabel?: boolean; weighted?: boolean; counted?: boolean }) => {
        if (isShared && counted || weighted && options.hardening?.name === "threshold") return [];
        const negativeLabels = isShared ? anchors.map(() => sharedLabels) : ownLabels;
        const logWeights = isShared ? anchors.map(() => sharedWeights) : ownWeights;
        const counts = [6, 0, 3, 1];
        const naive: NaiveSampledOptions = {
          temperature: 0.5,
          ...options,
          logEta,
          ...(byLabel && { labels, negativeLabels }),
          ...(weighted && { logWeights }),
          ...(counted && { counts }),
        };
        return [{
          where: `${options.hardening?.name} ${
            JSON.stringify({ ...options, isShared, byLabel, weighted, counted })
          }`,
          isShared,
          options: {
            ...options,
            ...(byLabel && { labels, negativeLabels: isShared ? sharedLabels : ownLabels.flat() }),
            ...(weighted && { logWeights: isShared ? sharedWeights : ownWeights.flat() }),
            ...(counted && { counts }),
          },
          naive,
        }];
      },
    )
  )
);

testOnBackends("explicit negatives: value and gradients are those of loops in float64", async () => {
  for (const { where, isShared, options, naive } of cases) {
    const at = isShared ? [anchors, positives, shared] : [anchors, positives, ...own];
    const value = ([a, p, ...negatives]: Points[]) =>
      naiveSampled(a, p, isShared ? anchors.map(() => negatives[0]) : negatives, naive);
    const { value: loss, grads } = tf.valueAndGrads((a, p, n) =>
      sampledLoss(a as tf.Tensor2D, p as tf.Tensor2D, n, options)
    )([tf.tensor2d(anchors), tf.tensor2d(positives), isShared ? tf.tensor2d(shared) : tf.tensor3d(own)]);
    const expected = value(at);
    assertAlmostEquals((await loss.data())[0], expected, 2e-5 * Math.max(1, expected), where);
    const computed = (await Promise.all(grads.map((grad) => grad.data()))).flatMap((x) => [...x]);
    const gradient = naiveGradient(value, at);
    const off = maxDifference(computed, gradient), largest = Math.max(...gradient.map(Math.abs));
    assert(off <= 1e-4 * largest, `${where}: off by ${off}, largest entry ${largest}`);
  }
});

testOnBackends("explicit negatives: without any, the loss is 0 with zero gradient", async () => {
  const none: SampledOptions[] = [{ counts: [0, 0, 0, 0] }, {
    labels: [1, 1, 1, 1],
    negativeLabels: Array(24).fill(1),
  }];
  for (const options of none.flatMap((one) => [one, { ...one, psi: "hinge" as const }])) {
    const { value, grads } = tf.valueAndGrads((a, n) =>
      sampledLoss(a as tf.Tensor2D, tf.tensor2d(positives), n, { ...options, hardening: exponential(3) })
    )([tf.tensor2d(anchors), tf.tensor3d(own)]);
    assertEquals((await value.data())[0], 0);
    for (const grad of grads) assert((await grad.data()).every((slope) => slope === 0));
  }
});

testOnBackends("explicit negatives: drawn by a sampler, an anchor without draws does not count", async () => {
  const bank = Float32Array.from(shared.flat()), dim = 3;
  const sampler = negativeSampler({
    kind: "scl",
    embeddings: bank,
    dim,
    labels: [1, 1, 1, 1, 1, 2],
    seed: 0,
  });
  const queries = { embeddings: Float32Array.from(anchors.flat()), labels: [1, 2, 7, 2] };
  const { indices, counts } = sampler.draw(queries, { k: 6 });
  assertEquals([...counts], [1, 5, 6, 5]);
  const rows = tf.tensor2d(indices.map((row) => Math.max(row, 0)), [4, 6], "int32");
  const drawn = sampledLoss(
    tf.tensor2d(anchors),
    tf.tensor2d(positives),
    tf.gather(tf.tensor2d(shared), rows),
    { counts },
  );
  const byLabel = sampledLoss(tf.tensor2d(anchors), tf.tensor2d(positives), tf.tensor2d(shared), {
    labels: queries.labels,
    negativeLabels: [1, 1, 1, 1, 1, 2],
  });
  assertAlmostEquals((await drawn.data())[0], (await byLabel.data())[0], 1e-5);
});

testOnBackends("a memory bank that holds just the batch leaves the in-batch loss as it is", async () => {
  const view1 = tf.tensor2d(anchors), view2 = tf.tensor2d(positives);
  const bank = new MemoryBank({ capacity: 8, dim: 3 });
  bank.push(Float32Array.from([...anchors, ...positives].flat()), [...labels, ...labels]);
  const settings: ContrastiveOptions[] = [
    {},
    { hardening: exponential(2) },
    { hardening: polynomial(3), reduction: "anchors" },
    { hardening: threshold(1) },
    { psi: "hinge", hardening: exponential(2) },
    { tauPlus: 0.1 },
  ];
  for (const options of settings) {
    // Labelled by class for SCL and H-SCL; by item, labels that all differ, it is UCL and H-UCL.
    for (const given of [labels, [0, 1, 2, 3]]) {
      const extraNegatives = { ...bank.read(), labels: [...given, ...given] };
      const byLabel = { ...options, labels: given, positives: "label" } as const;
      const [plain] = await contrastiveLoss(view1, view2, byLabel).data();
      const [twice] = await contrastiveLoss(view1, view2, { ...byLabel, extraNegatives }).data();
      assertAlmostEquals(twice, plain, 2e-6 * Math.max(1, plain));
    }
  }
  const [empty] = await hsclLoss(view1, view2, labels, {
    extraNegatives: new MemoryBank({ capacity: 8, dim: 3 }).view(),
  }).data();
  const [without] = await hsclLoss(view1, view2, labels).data();
  assertEquals(empty, without);
});
