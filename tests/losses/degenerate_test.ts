import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  contrastiveLoss,
  type ContrastiveOptions,
  exponential,
  hsclLoss,
  huclLoss,
  lossWithStats,
  sclLoss,
  threshold,
  uclLoss,
} from "hscl";
import { affordable, testOnBackends } from "../backends.ts";

async function lossAndGradients(view1: number[][], view2: number[][], options: ContrastiveOptions) {
  const { value, grads } = tf.valueAndGrads((a, b) =>
    contrastiveLoss(a as tf.Tensor2D, b as tf.Tensor2D, options)
  )(
    [tf.tensor2d(view1), tf.tensor2d(view2)],
  );
  const gradients = await Promise.all(grads.map((grad) => grad.data()));
  return { loss: (await value.data())[0], gradients: gradients.map((values) => Array.from(values)).flat() };
}

const repeat = (rows: number, row: number[]) => Array.from({ length: rows }, () => [...row]);
const spread = [[1, 0, 0], [0.6, 0.8, 0], [0, 0.6, 0.8], [-1, 0, 0]];
const shifted = [[0.8, 0, 0.6], [0.8, 0.6, 0], [0, 1, 0], [-0.6, 0, 0.8]];

testOnBackends(
  "a batch of one class gives SCL and H-SCL 0 with zero gradient, and says that no anchor counted",
  async () => {
    for (const hardening of [undefined, exponential(2)]) {
      const { loss, gradients } = await lossAndGradients(spread, shifted, {
        labels: [4, 4, 4, 4],
        positives: "label",
        hardening,
      });
      assertEquals(loss, 0);
      assert(gradients.every((g) => g === 0));
    }
    const stats = lossWithStats(tf.tensor2d(spread), tf.tensor2d(shifted), { labels: [4, 4, 4, 4] });
    assertEquals([stats.validAnchors, stats.pairs, (await stats.effectiveNegatives.data())[0]], [0, 0, 0]);
  },
);

testOnBackends("a batch of one item has no negative: 0 with zero gradient", async () => {
  const { loss, gradients } = await lossAndGradients([[1, 2]], [[2, 1]], { hardening: exponential(1) });
  assertEquals(loss, 0);
  assert(gradients.every((g) => g === 0));
});

testOnBackends("β = 0 equals the unhardened loss exactly, with its gradient", async () => {
  for (const options of [{}, { labels: [0, 1, 0, 1], positives: "label" as const }]) {
    const plain = await lossAndGradients(spread, shifted, options);
    const hard = await lossAndGradients(spread, shifted, { ...options, hardening: exponential(0) });
    const ulp = 2 ** -23 * plain.loss;
    assertAlmostEquals(hard.loss, plain.loss, ulp);
    hard.gradients.forEach((g, i) => assertAlmostEquals(g, plain.gradients[i], 1e-7));
  }
});

testOnBackends(
  "equal embeddings give log(2B − 1) for UCL and H-UCL at any temperature and hardening",
  async () => {
    for (const temperature of [0.01, 0.07, 0.5, 1, 10]) {
      for (const beta of [0, 1e-3, 1, 30, 500]) {
        const options = { temperature, hardening: exponential(beta) };
        const { loss, gradients } = await lossAndGradients(repeat(4, [3, 4]), repeat(4, [3, 4]), options);
        assertAlmostEquals(loss, Math.log(7), 1e-4, `T ${temperature}, β ${beta}`);
        assert(gradients.every(Number.isFinite));
      }
    }
  },
);

const extremes = ([
  ["spread", spread, shifted],
  ["antipodal", [[1, 0], [-1, 0], [1, 0], [-1, 0]], [[-1, 0], [1, 0], [-1, 0], [1, 0]]],
  ["zero rows", [[0, 0], [1, 0], [0, 0], [0, 1]], [[0, 0], [0, 0], [1, 1], [0, 1]]],
  ["norms 1e-20 and 1e20", [[1e-20, 0], [0, 1e20], [1, 1], [2, 0]], [[1e20, 1e20], [0, 1e-20], [1, 0], [
    0,
    3,
  ]]],
] as [string, number[][], number[][]][]).flatMap(([name, view1, view2]) =>
  [0.01, 0.07, 0.5, 1, 10].flatMap((temperature) =>
    [...[0, 1e-3, 1, 30, 500].map(exponential), threshold(0.99), threshold(1)].flatMap((hardening) =>
      [{}, { tauPlus: 0.1 }, { labels: [0, 0, 1, 2], positives: "label" as const }].map((options) => ({
        where: `${name}, T ${temperature}, ${hardening.name} ${JSON.stringify(hardening.parameters)}`,
        view1,
        view2,
        options: { ...options, temperature, hardening },
      }))
    )
  )
);

testOnBackends(
  "finite value and gradient at extreme temperatures, hardenings, norms and positions",
  async (backend) => {
    for (const { where, view1, view2, options } of affordable(extremes, backend)) {
      const { loss, gradients } = await lossAndGradients(view1, view2, options);
      assert(Number.isFinite(loss) && loss >= 0, `${where}: loss ${loss}`);
      assert(gradients.every(Number.isFinite), `${where}: gradient ${gradients}`);
    }
  },
);

testOnBackends("a threshold above every cosine leaves each anchor its one hardest negative", async () => {
  const angles = [0, 50, 110, 200].map((a) => [Math.cos(a * Math.PI / 180), Math.sin(a * Math.PI / 180)]);
  const view1 = tf.tensor2d(angles), view2 = tf.tensor2d(angles.map(([x, y]) => [x, y + 0.1]));
  const above = await lossWithStats(view1, view2, { hardening: threshold(1) }).effectiveNegatives.data();
  assertAlmostEquals(above[0], 1, 1e-3);
});

testOnBackends("a simplex ETF with equal class counts gives SCL = H-SCL at every β", async () => {
  const triangle = [0, 120, 240].map((a) => [Math.cos(a * Math.PI / 180), Math.sin(a * Math.PI / 180)]);
  const views = tf.tensor2d([...triangle, ...triangle]);
  const labels = [0, 1, 2, 0, 1, 2];
  const [scl] = await sclLoss(views, views, labels).data();
  for (const beta of [0, 0.5, 5, 50]) {
    const [hscl] = await hsclLoss(views, views, labels, { hardening: exponential(beta) }).data();
    assertAlmostEquals(hscl, scl, 1e-5);
  }
});

testOnBackends("NaN in the input comes out as NaN rather than as a number", async () => {
  const { loss } = await lossAndGradients([[NaN, 0], [1, 0]], [[1, 0], [0, 1]], {});
  assert(Number.isNaN(loss));
});

testOnBackends("losses free every tensor they make but the result", () => {
  const view1 = tf.tensor2d(spread), view2 = tf.tensor2d(shifted);
  const before = tf.memory().numTensors;
  const losses = [
    () => uclLoss(view1, view2),
    () => huclLoss(view1, view2, { tauPlus: 0.1 }),
    () => sclLoss(view1, view2, [0, 1, 0, 1]),
    () => hsclLoss(view1, view2, [0, 1, 0, 1]),
  ];
  for (const loss of losses) {
    const value = loss();
    assertEquals(tf.memory().numTensors, before + 1);
    value.dispose();
  }
});

Deno.test("wrong input is refused with the name of what is wrong", () => {
  const a = tf.zeros([3, 2]) as tf.Tensor2D, b = tf.zeros([4, 2]) as tf.Tensor2D;
  assertThrows(() => uclLoss(a, b), RangeError, "received [3, 2] and [4, 2]");
  assertThrows(() => uclLoss(tf.zeros([0, 2]), tf.zeros([0, 2])), RangeError, "must not be empty");
  assertThrows(() => uclLoss(a, a, { temperature: 0 }), RangeError, "temperature");
  assertThrows(() => uclLoss(a, a, { temperature: NaN }), TypeError, "temperature");
  assertThrows(() => uclLoss(a, a, { tauPlus: 1 }), RangeError, "tauPlus");
  assertThrows(() => uclLoss(a, a, { negativeWeight: -1 }), RangeError, "negativeWeight");
  assertThrows(() => uclLoss(a, a, { positives: "label" }), TypeError, "labels");
  assertThrows(() => sclLoss(a, a, [1, 2]), RangeError, "one per batch item (3): received 2");
  assertThrows(() => sclLoss(a, a, [1, 2, 0.5]), TypeError, "received 0.5 at index 2");
  assertThrows(() => exponential(-1), RangeError, "beta");
});
