// The ends of every range, anchors with few negatives, and more triplets than are held at a time.
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  contrastiveLoss,
  exponential,
  hsclLoss,
  huclLoss,
  initBackend,
  lossWithStats,
  Random,
  sampledLoss,
  sclLoss,
  supConLoss,
  uclLoss,
} from "@hscl/hscl";
import { testOnBackends } from "../backends.ts";

const one = tf.tensor2d([[1, 0]]), other = tf.tensor2d([[0, 1]]);

testOnBackends("an anchor with one negative has one effective negative, as hard as its cosine", async () => {
  const extraNegatives = { embeddings: Float32Array.of(0.6, 0.8), labels: [2] };
  const options = { labels: [1], extraNegatives };
  const { effectiveNegatives, meanHardness, validAnchors, pairs } = lossWithStats(one, other, options);
  assertEquals([validAnchors, pairs], [2, 2]);
  assertAlmostEquals((await effectiveNegatives.data())[0], 1, 1e-6);
  assertAlmostEquals((await meanHardness.data())[0], (0.6 + 0.8) / 2, 1e-6);
});

testOnBackends("anchors without a negative leave the mean of the others as it is", async () => {
  const anchors = tf.tensor2d([[1, 0], [0.6, 0.8], [0, 1]]),
    positives = tf.tensor2d([[0.8, 0.6], [0, 1], [1, 0]]);
  const negatives = tf.tensor3d([[[0, 1]], [[1, 0]], [[-1, 0]]]);
  const first = (x: tf.Tensor) => tf.slice(x, [0], [2]);
  for (const psi of ["infoNce", "hinge"] as const) {
    const with0 = sampledLoss(anchors, positives, negatives, { psi, counts: [1, 1, 0] });
    const without = sampledLoss(
      first(anchors) as tf.Tensor2D,
      first(positives) as tf.Tensor2D,
      first(negatives),
      { psi },
    );
    const [value, expected] = await Promise.all([with0, without].map((loss) => loss.data()));
    assertAlmostEquals(value[0], expected[0], 1e-6);
    assert(value[0] > 0.1);
  }
});

testOnBackends("the ends of every range are in it, or just outside", async () => {
  const view1 = tf.tensor2d([[1, 0], [0, 1]]), view2 = tf.tensor2d([[0.96, 0.28], [0.28, 0.96]]);
  const value = async (loss: tf.Scalar) => (await loss.data())[0];
  // A margin of 0: every negative, at a cosine of at most 0.54, is farther than the positive at 0.96.
  assertEquals(await value(uclLoss(view1, view2, { psi: "hinge", margin: 0 })), 0);
  assert(Number.isFinite(await value(uclLoss(view1, view2, { tauPlus: 0.999 }))));
  const tiny = await value(uclLoss(view1, view2, { negativeWeight: 1e-6, temperature: 10 }));
  assert(tiny > 0 && tiny < 2e-6);
  for (
    const options of [{ temperature: 0 }, { negativeWeight: 0 }, { tauPlus: 1 }, { tauPlus: -1e-9 }, {
      margin: -1e-9,
    }]
  ) {
    const [name] = Object.keys(options);
    assertThrows(() => uclLoss(view1, view2, options), RangeError, `Cannot use ${name}`);
  }
  const negatives = tf.tensor3d([[[0, 1], [1, 1]], [[1, 0], [1, 1]]]);
  for (const counts of [[0, 2], [-1, 2], [0, 3]]) {
    const draw = () => sampledLoss(view1, view2, negatives, { counts });
    if (counts[0] === 0 && counts[1] === 2) assert(await value(draw()) > 0);
    else assertThrows(draw, RangeError, "Cannot use counts");
  }
});

Deno.test("every wrong shape is refused", () => {
  const a = tf.zeros([2, 3]) as tf.Tensor2D, flat = tf.zeros([6]) as unknown as tf.Tensor2D;
  const sampled: [tf.Tensor2D, tf.Tensor2D, tf.Tensor][] = [
    [a, a, tf.zeros([2, 4, 2])],
    [a, a, tf.zeros([3, 4, 3])],
    [a, a, tf.zeros([4, 2])],
    [a, a, tf.zeros([3])],
    [a, a, tf.zeros([1, 2, 4, 3])],
    [a, a, tf.zeros([2, 0, 3])],
    [a, tf.zeros([2, 2]), tf.zeros([4, 3])],
    [a, tf.zeros([3, 3]), tf.zeros([4, 3])],
    [a, flat, tf.zeros([4, 3])],
    [a, tf.zeros([2, 3, 1]) as unknown as tf.Tensor2D, tf.zeros([4, 3])],
    [tf.zeros([2, 3, 1]) as unknown as tf.Tensor2D, a, tf.zeros([4, 3])],
    [flat, a, tf.zeros([4, 3])],
    [tf.zeros([0, 3]), tf.zeros([0, 3]), tf.zeros([4, 3])],
  ];
  for (const tensors of sampled) {
    assertThrows(() => sampledLoss(...tensors), RangeError, "Cannot compute the loss as anchors");
  }
  for (
    const [x, y] of [[flat, flat], [a, tf.zeros([2, 2])], [a, tf.zeros([3, 3])], [
      tf.zeros([2, 0]),
      tf.zeros([2, 0]),
    ]]
  ) {
    assertThrows(() => uclLoss(x as tf.Tensor2D, y as tf.Tensor2D), RangeError, "Cannot compute the loss");
  }
  const bank = (embeddings: tf.Tensor | Float32Array) => () =>
    uclLoss(a, a, { extraNegatives: { embeddings: embeddings as tf.Tensor2D } });
  for (const embeddings of [tf.zeros([4, 2]), tf.zeros([3]), new Float32Array(4)]) {
    assertThrows(bank(embeddings), RangeError, "Cannot use extra negatives");
  }
});

testOnBackends("a bank as a tensor is one as numbers; an empty one is none", async () => {
  const random = new Random(2), rows = Float32Array.from({ length: 12 }, () => random.normal());
  const view1 = tf.randomNormal<tf.Rank.R2>([4, 3], 0, 1, "float32", 1);
  const view2 = tf.randomNormal<tf.Rank.R2>([4, 3], 0, 1, "float32", 2), labels = [0, 0, 1, 2];
  const value = async (embeddings: Float32Array | tf.Tensor2D | undefined, normalize: boolean) => {
    const extraNegatives = embeddings &&
      {
        embeddings,
        labels: [0, 1, 2, 5].slice(
          0,
          (embeddings instanceof tf.Tensor ? embeddings.size : embeddings.length) / 3,
        ),
      };
    return (await hsclLoss(view1, view2, labels, { extraNegatives, normalize }).data())[0];
  };
  for (const normalize of [true, false]) {
    const numbers = await value(rows, normalize), none = await value(undefined, normalize);
    assertEquals(await value(tf.tensor2d(rows, [4, 3]), normalize), numbers);
    assertEquals(await value(tf.zeros([0, 3]) as tf.Tensor2D, normalize), none);
    assertEquals(await value(new Float32Array(0), normalize), none);
    assert(Math.abs(numbers - none) > 1e-3);
  }
});

Deno.test(
  "hinge of more triplets than are held at a time: value, and slope along a direction",
  async () => {
    await initBackend({ backend: "wasm" });
    const batch = 150, views = 2, n = views * batch, T = 0.5, margin = 0.3, random = new Random(11);
    const angles = Float64Array.from({ length: n }, () => random.uniform(0, 2 * Math.PI));
    const turn = angles.map(() => random.normal());
    const labels = Array.from({ length: batch }, (_, i) => i % 5 < 4 ? 0 : i);
    /** By the positives: those of the same label, of which class 0 has 240. */
    const naive = (at: Float64Array) => {
      const members = new Map<number, number[]>();
      for (let i = 0; i < n; i++) {
        members.set(labels[i % batch], [
          ...(members.get(labels[i % batch]) ?? []),
          i,
        ]);
      }
      let sum = 0, pairs = 0;
      for (const own of members.values()) {
        for (const i of own) {
          const scores = Float64Array.from(at, (angle) => Math.cos(at[i] - angle) / T);
          const isOwn = new Set(own),
            negatives = Array.from(scores.keys()).filter((j) => !isOwn.has(j)).map((j) => scores[j]).sort((
              a,
              b,
            ) => b - a);
          const sums = new Float64Array(negatives.length + 1);
          negatives.forEach((s, j) => sums[j + 1] = sums[j] + s);
          for (const p of own) {
            if (p === i) continue;
            // Σ_j max(0, margin + s_j − s_p) over the negatives above s_p − margin.
            let low = 0, high = negatives.length;
            while (low < high) {
              const middle = (low + high) >> 1;
              if (negatives[middle] > scores[p] - margin) low = middle + 1;
              else high = middle;
            }
            sum += (sums[low] + low * (margin - scores[p])) / negatives.length;
            pairs++;
          }
        }
      }
      return sum / pairs;
    };
    const rows = (at: Float64Array, view: number) =>
      tf.tensor2d(
        Array.from(at.subarray(view * batch, (view + 1) * batch), (a) => [Math.cos(a), Math.sin(a)]),
      );
    const { value, grads } = tf.valueAndGrads((a, b) =>
      contrastiveLoss(a as tf.Tensor2D, b as tf.Tensor2D, {
        labels,
        positives: "label",
        psi: "hinge",
        margin,
        temperature: T,
      })
    )([rows(angles, 0), rows(angles, 1)]);
    const expected = naive(angles), h = 1e-4;
    assertAlmostEquals((await value.data())[0], expected, 1e-4 * expected);
    const slope =
      (naive(angles.map((a, i) => a + h * turn[i])) - naive(angles.map((a, i) => a - h * turn[i]))) / (2 * h);
    const gradient = (await Promise.all(grads.map((grad) => grad.data()))).flatMap((data) => [...data]);
    const along = angles.reduce(
      (sum, a, i) => sum + turn[i] * (gradient[2 * i + 1] * Math.cos(a) - gradient[2 * i] * Math.sin(a)),
      0,
    );
    assertAlmostEquals(along, slope, 2e-3 * Math.abs(slope) + 1e-5);
  },
);

testOnBackends(
  "what is left out has its documented default: T = 0.5, a margin of 1, Q = 2·batch − 2, β = 1",
  async () => {
    const view1 = tf.randomNormal<tf.Rank.R2>([5, 3], 0, 1, "float32", 3);
    const view2 = tf.randomNormal<tf.Rank.R2>([5, 3], 0, 1, "float32", 4), labels = [0, 0, 1, 1, 2];
    const same = async (a: tf.Scalar, b: tf.Scalar) => assertEquals((await a.data())[0], (await b.data())[0]);
    await same(
      uclLoss(view1, view2),
      uclLoss(view1, view2, { temperature: 0.5, negativeWeight: 8, tauPlus: 0 }),
    );
    await same(
      sclLoss(view1, view2, labels),
      sclLoss(view1, view2, labels, { temperature: 0.5, negativeWeight: 8 }),
    );
    await same(uclLoss(view1, view2, { psi: "hinge" }), uclLoss(view1, view2, { psi: "hinge", margin: 1 }));
    const explicit = {
      positives: "view",
      negatives: "different-label",
      reduction: "pairs",
      normalize: true,
    } as const;
    await same(
      contrastiveLoss(view1, view2, { labels }),
      contrastiveLoss(view1, view2, { labels, ...explicit, stopWeightGradient: false, psi: "infoNce" }),
    );
    await same(contrastiveLoss(view1, view2), contrastiveLoss(view1, view2, { negatives: "all" }));
    const hard = { hardening: exponential(1) };
    await same(huclLoss(view1, view2), huclLoss(view1, view2, hard));
    await same(
      hsclLoss(view1, view2, labels),
      hsclLoss(view1, view2, labels, { ...hard, positives: "label" }),
    );
    await same(supConLoss(view1, view2, labels), supConLoss(view1, view2, labels, { variant: "out" }));
  },
);
