// One view of each item: positives are the other items of the class in the batch.
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  contrastiveLoss,
  type ContrastiveOptions,
  exponential,
  lossWithStats,
  Random,
  sclLoss,
} from "@hscl/hscl";
import { lossFromSettings } from "@hscl/hscl/train";
import { maxDifference, testOnBackends } from "../backends.ts";
import { naiveContrastive, naiveGradient, type NaiveOptions } from "../reference/naive_contrastive.ts";

const random = new Random(4).child("single view");
const points = Array.from({ length: 9 }, () => Array.from({ length: 3 }, () => random.normal()));
// Classes of three, two and one items: the one of a class of its own has no positive.
const labels = [3, 8, 3, 1, 8, 3, 6, 8, 1];

const negatives = ["all", "different-label", "others"] as const;
const reductions = ["pairs", "anchors", "inside"] as const;
const weights = [undefined, 3, "count"] as const;
const cases = negatives.flatMap((negatives) =>
  reductions.flatMap((reduction) =>
    weights.flatMap((negativeWeight) =>
      [0, 3].map((beta) => ({
        negatives,
        reduction,
        negativeWeight,
        beta,
        temperature: 0.4,
        normalize: beta === 0,
      }))
    )
  )
);

testOnBackends(
  "the loss of a single view and its gradient equal loops in float64",
  async () => {
    const view = tf.tensor2d(points);
    for (const { beta, ...common } of cases) {
      const hardening = beta > 0 ? exponential(beta) : undefined, where = JSON.stringify({ beta, ...common });
      const naive: NaiveOptions = {
        ...common,
        positives: "label",
        labels,
        logEta: (u) => beta * u / common.temperature,
      };
      const expected = naiveContrastive([points], naive);
      const slopes = naiveGradient((views) => naiveContrastive(views, naive), [points]);
      const options: ContrastiveOptions = { ...common, positives: "label", labels, hardening };
      const loss = (x: tf.Tensor) => contrastiveLoss(x as tf.Tensor2D, [], options);
      const { value, grad } = tf.valueAndGrad(loss)(view);
      assertAlmostEquals((await value.data())[0], expected, 2e-5 * Math.max(1, expected), where);
      assert(maxDifference(await grad.data(), slopes) < 2e-4 * Math.max(1, ...slopes.map(Math.abs)), where);
      tf.dispose([value, grad]);
    }
    view.dispose();
  },
);

testOnBackends("some anchors at a time give the loss of a single view and its gradient, too", async () => {
  const rows = Array.from({ length: 150 }, () => Array.from({ length: 4 }, () => random.normal()));
  // Classes of one item and of more.
  const labels = rows.map((_, i) => Math.floor((Math.sqrt(8 * i + 1) - 1) / 2)), view = tf.tensor2d(rows);
  const of = (pairsAtOnce?: number) =>
    tf.valueAndGrad((x) =>
      contrastiveLoss(x as tf.Tensor2D, [], {
        labels,
        positives: "label",
        hardening: exponential(2),
        pairsAtOnce,
      })
    )(view);
  const whole = of(), tiled = of(1);
  assertAlmostEquals((await tiled.value.data())[0], (await whole.value.data())[0], 1e-5);
  assert(maxDifference(await tiled.grad.data(), await whole.grad.data()) < 1e-6);
  tf.dispose([view, whole.value, whole.grad, tiled.value, tiled.grad]);
});

testOnBackends("items without a positive are no anchors, but negatives of the others", async () => {
  const view = tf.tensor2d(points);
  const { validAnchors, pairs, effectiveNegatives } = lossWithStats(view, [], { labels, positives: "label" });
  assertEquals([validAnchors, pairs], [8, 3 * 2 + 3 * 2 + 2 * 1]);
  // Of the classes of three each anchor has six negatives, of the class of two seven.
  assertAlmostEquals((await effectiveNegatives.data())[0], (6 * 6 + 2 * 7) / 8, 1e-4);
  const alone = sclLoss(view, [], points.map((_, i) => i));
  assertEquals((await alone.data())[0], 0);
});

Deno.test("a single view without positives by label is refused", () => {
  const view = tf.tensor2d(points);
  assertThrows(
    () => contrastiveLoss(view, [], { labels }),
    RangeError,
    "at least two views, or positives by label",
  );
  assertThrows(() => sclLoss(view, [], labels, { positives: "view" }), RangeError, "at least two views");
});

testOnBackends(
  "sampled negatives in the unit ball: the softplus of the log-sum over the draws less the positive",
  async () => {
    // T = 1, K draws by e^{βu} outside the class with replacement: log(1 + Σ_drawn e^{u_ij} / e^{u_ip}).
    const inBall = points.map((row) => row.map((x) => x / Math.max(1, Math.hypot(...row))));
    const dot = (a: number[], b: number[]) => a.reduce((sum, x, k) => sum + x * b[k], 0);
    const mean = (all: number[]) => all.reduce((a, b) => a + b) / all.length;
    const beta = 5, count = 256, view = tf.tensor2d(inBall), differences: number[] = [];
    const loss = lossFromSettings({
      name: "hscl",
      temperature: 1,
      hardening: { name: "exponential", parameters: { beta } },
      negativeWeight: "count",
      sampledNegatives: count,
    });
    for (let seed = 0; seed < 10; seed++) {
      const step = { epoch: 1, epochs: 1, ballRows: true, random: new Random(seed) };
      const value = loss.ofOneView!(view, Int32Array.from(labels), step), [computed] = await value.data();
      value.dispose();
      const random = new Random(seed), losses: number[] = [];
      inBall.forEach((anchor, i) => {
        const others = inBall.filter((_, j) => labels[j] !== labels[i]).map((row) => dot(anchor, row));
        const weights = others.map((u) => Math.exp(beta * u)), sum = weights.reduce((a, b) => a + b);
        const drawn = Array.from({ length: count }, () => {
          let at = random.uniform() * sum, k = 0;
          while (k < others.length - 1 && at >= weights[k]) at -= weights[k++];
          return others[k];
        });
        const total = drawn.reduce((sum, u) => sum + Math.exp(u), 0);
        inBall.forEach((row, p) => {
          if (p !== i && labels[p] === labels[i]) losses.push(Math.log1p(total / Math.exp(dot(anchor, row))));
        });
      });
      differences.push(computed - mean(losses));
    }
    // Where a draw is next to the edge of two candidates, rounding gives it to one or the other.
    assert(Math.max(...differences.map(Math.abs)) < 1e-3, `${differences}`);
    view.dispose();
  },
);
