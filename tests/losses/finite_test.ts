// Finite always, and equal to the documented answer.
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, AssertionError, assertRejects } from "@std/assert";
import {
  contrastiveLoss,
  type ContrastiveOptions,
  exponential,
  hsclLoss,
  huclLoss,
  logistic,
  lossWithStats,
  polynomial,
  Random,
  sampledLoss,
  sclLoss,
  supConLoss,
  threshold,
  uclLoss,
} from "@hscl/hscl";
import { checkFinite } from "@hscl/hscl/losses";
import { logMeanNegative } from "../../lib/losses/log_mean_negative.ts";
import { differingIds } from "../../lib/losses/negatives.ts";
import { everyOrSampled, sampled, testsEverything } from "../grids.ts";
import { naiveContrastive, type NaiveOptions, type Points } from "../reference/naive_contrastive.ts";
import { testOnBackends } from "../backends.ts";

const temperatures = [0.01, 0.07, 0.5, 1, 10];
const betas = [0, 1e-3, 1, 30, 500];

async function lossAndGradients(views: Points[], options: ContrastiveOptions) {
  const { value, grads } = tf.valueAndGrads((a, b) =>
    contrastiveLoss(a as tf.Tensor2D, b as tf.Tensor2D, options)
  )(
    views.map((view) => tf.tensor2d(view)),
  );
  const [[loss], ...gradients] = await Promise.all([value, ...grads].map((tensor) => tensor.data()));
  tf.dispose([value, ...grads]);
  return { loss, gradients: gradients.flatMap((values) => [...values]) };
}

const repeat = (rows: number, row: number[]) => Array.from({ length: rows }, () => [...row]);
const spread = [[1, 0, 0], [0.6, 0.8, 0], [0, 0.6, 0.8], [-1, 0, 0]];
const shifted = [[0.8, 0, 0.6], [0.8, 0.6, 0], [0, 1, 0], [-0.6, 0, 0.8]];

const scenes: { name: string; views: Points[]; labels: number[] }[] = [
  { name: "spread", views: [spread, shifted], labels: [0, 0, 1, 2] },
  { name: "equal", views: [repeat(4, [3, 4]), repeat(4, [3, 4])], labels: [0, 0, 1, 2] },
  {
    name: "antipodal",
    views: [[[1, 0], [-1, 0], [1, 0], [-1, 0]], [[-1, 0], [1, 0], [-1, 0], [1, 0]]],
    labels: [0, 0, 1, 1],
  },
  {
    name: "zero rows",
    views: [[[0, 0], [1, 0], [0, 0], [0, 1]], [[0, 0], [0, 0], [1, 1], [0, 1]]],
    labels: [0, 1, 1, 2],
  },
  {
    name: "norms 1e-20 and 1e20",
    views: [[[1e-20, 0], [0, 1e20], [1, 1], [2, 0]], [[1e20, 1e20], [0, 1e-20], [1, 0], [0, 3]]],
    labels: [0, 0, 1, 2],
  },
  { name: "one class", views: [spread, shifted], labels: [4, 4, 4, 4] },
  { name: "all classes distinct", views: [spread, shifted], labels: [-3, 0, 2 ** 31, 7] },
  { name: "batch of 1", views: [[[1, 2]], [[2, 1]]], labels: [9] },
];

const kinds: Omit<NaiveOptions, "temperature" | "labels" | "extraNegatives">[] = [
  { negatives: "all", positives: "view" },
  { negatives: "all", positives: "view", tauPlus: 0.1 },
  { negatives: "different-label", positives: "view" },
  { negatives: "different-label", positives: "label" },
  { negatives: "others", positives: "label", reduction: "anchors" },
  { negatives: "others", positives: "label", reduction: "inside" },
  { negatives: "all", positives: "view", psi: "hinge" },
  { negatives: "different-label", positives: "label", psi: "hinge", margin: 0.2 },
];

const hardenings = [
  ...betas.map((beta) => ({
    hardening: exponential(beta),
    logEta: (u: number, T: number) => beta * u / T,
    steepness: (T: number) => beta / T,
  })),
  { hardening: threshold(0.99), logEta: (u: number) => u >= 0.99 ? 0 : -Infinity, steepness: () => 0 },
  {
    hardening: polynomial(40),
    logEta: (u: number) => 40 * Math.log(Math.max((1 + u) / 2, 2 ** -24)),
    steepness: () => 40,
  },
  {
    hardening: logistic(0.9, 0.01),
    logEta: (u: number) => {
      const x = (0.9 - u) / 0.01;
      return -(Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));
    },
    steepness: () => 100,
  },
];

const extremes = scenes.flatMap((scene) =>
  kinds.flatMap((kind) =>
    temperatures.flatMap((temperature) =>
      hardenings.map((hardened) => ({ scene, kind, temperature, hardened }))
    )
  )
);
const optionsOf = ({ scene, kind, temperature, hardened }: typeof extremes[number]) => [
  scene.name,
  kind,
  temperature,
  hardened.hardening,
];
const few = new Set(sampled(extremes, optionsOf));
const grid = everyOrSampled(extremes, optionsOf).map((extreme) => {
  const { scene: { name, views, labels }, kind, temperature, hardened } = extreme;
  const { hardening, logEta, steepness } = hardened;
  return {
    isSampled: few.has(extreme),
    where: `${name}, ${hardening.name} ${JSON.stringify({ ...hardening.parameters, temperature, ...kind })}`,
    views,
    options: { ...kind, temperature, labels, hardening },
    expected: naiveContrastive(views, {
      ...kind,
      temperature,
      labels,
      logEta: (u) => logEta(u, temperature),
    }),
    // A cosine is off by some 2⁻²³, which its factors in the exponents make larger.
    tolerance: 3e-7 * (1 / temperature + steepness(temperature)),
  };
});

testOnBackends(
  "value and gradient are finite, and the value that of the definition, at every extreme of the grid",
  async (backend) => {
    // A GPU that is a program takes ten times as long for so little.
    const cases = backend === "webgpu" ? grid.filter(({ isSampled }) => isSampled) : grid;
    for (const { where, views, options, expected, tolerance } of cases) {
      const { loss, gradients } = await lossAndGradients(views, options);
      assert(gradients.every(Number.isFinite), `${where}: gradient ${gradients}`);
      assertAlmostEquals(loss, expected, 2e-5 * Math.max(1, expected) + tolerance, where);
    }
  },
);

testOnBackends("a threshold above every cosine leaves each anchor its one hardest negative", async () => {
  const angles = [0, 50, 110, 200].map((a) => [Math.cos(a * Math.PI / 180), Math.sin(a * Math.PI / 180)]);
  const view1 = tf.tensor2d(angles), view2 = tf.tensor2d(angles.map(([x, y]) => [x, y + 0.1]));
  const above = await lossWithStats(view1, view2, { hardening: threshold(1) }).effectiveNegatives.data();
  assertAlmostEquals(above[0], 1, 1e-3);
  for (const temperature of temperatures) {
    const options = { temperature, labels: [0, 1, 0, 1], positives: "label" as const };
    const fallback = await lossAndGradients([spread, shifted], { ...options, hardening: threshold(1) });
    const expected = naiveContrastive([spread, shifted], {
      ...options,
      negatives: "different-label",
      logEta: () => -Infinity,
    });
    assertAlmostEquals(fallback.loss, expected, 2e-5 * Math.max(1, expected) + 1e-6 / temperature);
    assert(fallback.gradients.every(Number.isFinite));
  }
});

testOnBackends(
  "equal embeddings give log(2B − 1) for UCL and H-UCL at any temperature and hardening, with zero gradient",
  async () => {
    const same = repeat(4, [3, 4]);
    const cases = temperatures.flatMap((temperature) =>
      [...betas.map(exponential), threshold(1), polynomial(3)].map((hardening) => ({
        temperature,
        hardening,
      }))
    );
    for (const options of cases) {
      const { loss, gradients } = await lossAndGradients([same, same], options);
      assertAlmostEquals(loss, Math.log(7), 1e-4, `T ${options.temperature}`);
      // What is left is the rounding of the unit vectors, about 2⁻²⁴ of what pulls each way.
      const pull = (1 + (options.hardening.parameters.beta ?? 1)) / options.temperature;
      assert(gradients.every((slope) => Math.abs(slope) <= 1e-6 * pull), `${gradients}`);
    }
  },
);

testOnBackends("a batch without a negative pair gives 0 with zero gradient, and says so", async () => {
  for (const psi of ["infoNce", "hinge"] as const) {
    for (const hardening of [undefined, exponential(2), threshold(0.5)]) {
      const oneClass = { labels: [4, 4, 4, 4], positives: "label", hardening, psi } as const;
      for (
        const [views, options] of [[[spread, shifted], oneClass], [[[[1, 2]], [[2, 1]]], {
          hardening,
          psi,
        }]] as [
          Points[],
          ContrastiveOptions,
        ][]
      ) {
        const { loss, gradients } = await lossAndGradients(views, options);
        assertEquals(loss, 0);
        assert(gradients.every((slope) => slope === 0));
      }
    }
  }
  const stats = lossWithStats(tf.tensor2d(spread), tf.tensor2d(shifted), { labels: [4, 4, 4, 4] });
  assertEquals([stats.validAnchors, stats.pairs], [0, 0]);
  assertEquals((await stats.effectiveNegatives.data())[0], 0);
  assertEquals((await stats.meanHardness.data())[0], 0);
});

testOnBackends("SupCon of one item is 0 with zero gradient, and of one class attraction alone", async () => {
  for (const variant of ["out", "in"] as const) {
    const loss = (a: tf.Tensor) =>
      supConLoss(a as tf.Tensor2D, tf.tensor2d([[2, 1]]), [9], { variant, temperature: 0.1 });
    const { value, grad } = tf.valueAndGrad(loss)(tf.tensor2d([[1, 2]]));
    assertAlmostEquals((await value.data())[0], 0, 1e-5);
    assert((await grad.data()).every((slope) => Math.abs(slope) < 1e-5));
  }
  const apart = await supConLoss(tf.tensor2d(spread), tf.tensor2d(shifted), [1, 1, 1, 1]).data();
  assert(apart[0] > Math.log(7), `${apart[0]}`);
});

testOnBackends("β = 0 equals the unhardened loss exactly, with its gradient", async () => {
  for (
    const options of [
      {},
      { labels: [0, 1, 0, 1], positives: "label" },
      { labels: [0, 1, 0, 1], positives: "label", negatives: "others", reduction: "anchors" },
      { psi: "hinge" },
    ] as ContrastiveOptions[]
  ) {
    for (const temperature of temperatures) {
      const plain = await lossAndGradients([spread, shifted], { ...options, temperature });
      const hard = await lossAndGradients([spread, shifted], {
        ...options,
        temperature,
        hardening: exponential(0),
      });
      assertAlmostEquals(hard.loss, plain.loss, 2 ** -23 * plain.loss);
      hard.gradients.forEach((slope, i) => assertAlmostEquals(slope, plain.gradients[i], 1e-7 / temperature));
    }
  }
});

testOnBackends("a simplex ETF with equal class counts gives SCL = H-SCL at every β", async () => {
  const triangle = [0, 120, 240].map((a) => [Math.cos(a * Math.PI / 180), Math.sin(a * Math.PI / 180)]);
  const views = tf.tensor2d([...triangle, ...triangle]);
  const labels = [0, 1, 2, 0, 1, 2];
  for (const temperature of temperatures) {
    const [scl] = await sclLoss(views, views, labels, { temperature }).data();
    for (const beta of betas) {
      const options = { temperature, hardening: exponential(beta) };
      const [hscl] = await hsclLoss(views, views, labels, options).data();
      assertAlmostEquals(hscl, scl, 1e-5 + 1e-6 * beta / temperature, `T ${temperature}, β ${beta}`);
    }
  }
});

const anchors = 10_000;
const harrisCases = everyOrSampled(
  [false, true].flatMap((byLabel) =>
    temperatures.flatMap((temperature) =>
      [
        ...[1e-3, 1, 30, 500].map((beta) => ({
          of: exponential(beta),
          logEta: (u: number) => beta * u / temperature,
          steepness: beta / temperature,
        })),
        { of: threshold(0.3), logEta: (u: number) => u >= 0.3 ? 0 : -Infinity, steepness: 0 },
        { of: polynomial(3), logEta: (u: number) => 3 * Math.log((1 + u) / 2), steepness: 3 },
        {
          of: logistic(0.2, 0.1),
          logEta: (u: number) => -Math.log1p(Math.exp((0.2 - u) / 0.1)),
          steepness: 10,
        },
      ].map((hardening) => ({ byLabel, temperature, hardening }))
    )
  ),
  (
    { byLabel, temperature, hardening },
  ) => [byLabel, temperature, [hardening.of.name, hardening.of.parameters]],
  1,
);

/** `log( Σ η e^{u/T} / Σ η )`; where every η is 0, of the hardest alone. */
function logMean(cosines: number[], temperature: number, logEta: (u: number) => number): number {
  const logs = cosines.map(logEta), most = Math.max(...logs), top = Math.max(...cosines);
  if (most === -Infinity) return top / temperature;
  let weights = 0, sum = 0;
  cosines.forEach((u, j) => {
    const weight = Math.exp(logs[j] - most);
    weights += weight;
    sum += weight * Math.exp((u - top) / temperature);
  });
  return top / temperature + Math.log(sum / weights);
}

const c = 12, drawn = new Random(6).child("harris");
const cosinesOfAnchors = Float32Array.from({ length: anchors * c }, () => drawn.uniform(-1, 1));
const labelsOfAnchors = Int32Array.from({ length: anchors }, () => drawn.integer(3));
const labelOf = (candidate: number) => candidate % 3;

type Case = typeof harrisCases[number];
const means = new Map<Case, Float64Array>();

/** By definition, of every anchor the plain mean and the hardened one; the same on all backends, so computed once. */
function expectedMeans(one: Case): Float64Array {
  const { byLabel, temperature, hardening: { logEta } } = one, known = means.get(one);
  if (known) return known;
  const expected = new Float64Array(2 * anchors);
  for (let i = 0; i < anchors; i++) {
    const negatives = Array.from(cosinesOfAnchors.subarray(i * c, (i + 1) * c)).filter((_, j) =>
      !byLabel || labelOf(j) !== labelsOfAnchors[i]
    );
    expected[2 * i] = logMean(negatives, temperature, () => 0);
    expected[2 * i + 1] = logMean(negatives, temperature, logEta);
  }
  means.set(one, expected);
  return expected;
}

// Harris' inequality: hardening cannot lower the mean of e^s, in which the loss increases.
testOnBackends(
  "hardening raises the mean over the negatives of 10,000 random anchors, by as much as it should",
  async () => {
    const cosines = tf.tensor2d(cosinesOfAnchors, [anchors, c]);
    const all = differingIds({ anchors: new Int32Array(anchors), candidates: new Int32Array(c).fill(1) });
    const candidates = Int32Array.from({ length: c }, (_, j) => labelOf(j));
    const differing = differingIds({ anchors: labelsOfAnchors, candidates });
    for (const one of harrisCases) {
      const { byLabel, temperature, hardening: { of: hardening, steepness } } = one;
      const means = tf.tidy(() => {
        const options = { negatives: byLabel ? differing : all, temperature, stopWeightGradient: false };
        // As the losses give them: a slope, or one per pair.
        const logWeights = hardening.name === "exponential"
          ? hardening.parameters.beta / temperature
          : hardening.logEta(cosines, temperature) as tf.Tensor2D;
        return [0, logWeights].map((logWeights) => logMeanNegative(cosines, { ...options, logWeights }));
      });
      const [plain, hard] = await Promise.all(means.map((mean) => mean.data()));
      tf.dispose(means);
      const where = `by label: ${byLabel}, T ${temperature}, ${hardening.name} ${
        JSON.stringify(hardening.parameters)
      }`;
      const expected = expectedMeans(one);
      for (let i = 0; i < anchors; i++) {
        // A few roundings of a score of up to 1/T, or of its exponential.
        const rounding = 5e-7 / temperature + 1e-6;
        const isRaised = hard[i] >= plain[i] - rounding;
        const isRight = Math.abs(plain[i] - expected[2 * i]) <= 2 * rounding &&
          Math.abs(hard[i] - expected[2 * i + 1]) <= 2 * rounding + 3e-7 * steepness;
        if (isRaised && isRight) continue;
        throw new AssertionError(
          `${where}: anchor ${i} has means of ${plain[i]} and ${hard[i]}, not ${expected[2 * i]} and ${
            expected[2 * i + 1]
          }`,
        );
      }
    }
    tf.dispose(cosines);
  },
);

testOnBackends("H-UCL ≥ UCL and H-SCL ≥ SCL in random batches, mostly by more than rounding", async () => {
  const random = new Random(7).child("harris"), draws = testsEverything ? 400 : 100;
  let raised = 0;
  for (let draw = 0; draw < draws; draw++) {
    const [view1, view2] = [0, 1].map(() =>
      Array.from({ length: 3 }, () => Array.from({ length: 3 }, () => random.normal()))
    );
    const labels = [0, 1, random.integer(3)], temperature = temperatures[draw % 5];
    const hardening = exponential(betas[1 + random.integer(4)]);
    const psi = draw % 4 === 0 ? "hinge" as const : "infoNce" as const;
    for (
      const kind of [
        { negatives: "all", positives: "view" },
        { negatives: "different-label", positives: "label" },
      ] as const
    ) {
      const options = { ...kind, temperature, labels, psi };
      const [plain, hard] = await Promise.all(
        [options, { ...options, hardening }].map(async (options) =>
          (await contrastiveLoss(tf.tensor2d(view1), tf.tensor2d(view2), options).data())[0]
        ),
      );
      const rounding = 1e-6 * Math.max(1, plain) + 5e-7 / temperature;
      assert(hard >= plain - rounding, `draw ${draw}: ${hard} < ${plain}`);
      if (hard > plain + rounding) raised++;
    }
  }
  assert(raised > draws, `raised ${raised} times of ${2 * draws}`);
});

Deno.test("the checked mode names the view and the row that is not finite", async () => {
  const good = tf.tensor2d(spread);
  await checkFinite(good, good);
  const broken = tf.tensor2d([[0, 1, 2], [3, 4, Infinity]]);
  await assertRejects(() => checkFinite(good, broken), RangeError, "received Infinity in row 1 of view 2");
});

Deno.test("wrong input is refused with the name of what is wrong", async (t) => {
  const a = tf.zeros([3, 2]) as tf.Tensor2D, b = tf.zeros([4, 2]) as tf.Tensor2D;
  const bank = Float32Array.of(1, 0, 0, 1);
  const three = tf.zeros([3, 5, 2]);
  type Refusal = [call: () => unknown, type: typeof TypeError | typeof RangeError, message: string];
  const refusals: Refusal[] = [
    [() => uclLoss(a, b), RangeError, "received [3, 2] and [4, 2]"],
    [() => uclLoss(a, [a, b]), RangeError, "received [3, 2] and [3, 2] and [4, 2]"],
    [() => uclLoss(a, []), RangeError, "at least two views"],
    [() => uclLoss(tf.zeros([0, 2]), tf.zeros([0, 2])), RangeError, "must not be empty"],
    [() => uclLoss(a, a, { temperature: 0 }), RangeError, "temperature"],
    [() => uclLoss(a, a, { temperature: NaN }), TypeError, "temperature"],
    [() => uclLoss(a, a, { tauPlus: 1 }), RangeError, "tauPlus"],
    [() => uclLoss(a, a, { negativeWeight: -1 }), RangeError, "negativeWeight"],
    [() => uclLoss(a, a, { margin: -1 }), RangeError, "margin"],
    [() => uclLoss(a, a, { psi: "softmax" as "hinge" }), RangeError, "psi"],
    [() => huclLoss(a, a, { psi: "hinge", tauPlus: 0.1 }), RangeError, "received tauPlus 0.1"],
    [() => huclLoss(a, a, { psi: "hinge", reduction: "inside" }), RangeError, 'received reduction "inside"'],
    [() => contrastiveLoss(a, a, { psi: "hinge", negatives: "others" }), RangeError, "Cannot use the hinge"],
    [() => contrastiveLoss(a, a, { tauPlus: 0.1, negatives: "others" }), RangeError, "Cannot debias"],
    [() => uclLoss(a, a, { positives: "label" }), TypeError, "positives by label as labels are required"],
    [() => contrastiveLoss(a, a, { negatives: "different-label" }), TypeError, "negatives by label"],
    [() => sclLoss(a, a, [1, 2]), RangeError, "must have 3 items (one per batch item): received 2"],
    [() => sclLoss(a, a, [1, 2, 0.5]), TypeError, "received 0.5 at index 2"],
    [() => sclLoss(a, a, [1, 2, NaN]), TypeError, "received NaN at index 2"],
    [() => supConLoss(a, a, [1, 2, 3], { variant: "both" as "in" }), RangeError, "variant"],
    [
      () => uclLoss(a, a, { extraNegatives: { embeddings: bank.subarray(1) } }),
      RangeError,
      "must be [count, 2]: received 3 numbers",
    ],
    [
      () => sclLoss(a, a, [1, 2, 3], { extraNegatives: { embeddings: bank } }),
      TypeError,
      "labels of the extra negatives",
    ],
    [
      () => sclLoss(a, a, [1, 2, 3], { extraNegatives: { embeddings: bank, labels: [1] } }),
      RangeError,
      "must have 2 items (one per extra negative): received 1",
    ],
    [() => sampledLoss(a, b, three), RangeError, "received [3, 2], [4, 2] and [3, 5, 2]"],
    [() => sampledLoss(a, a, tf.zeros([2, 5, 2])), RangeError, "and [2, 5, 2]"],
    [() => sampledLoss(a, a, three, { labels: [1, 2, 3] }), TypeError, "those of anchors only"],
    [() => sampledLoss(a, a, three, { counts: [1, 6, 0] }), RangeError, "counts"],
    [() => sampledLoss(a, a, b, { counts: [1, 1, 0] }), RangeError, "must not be shared"],
    [() => sampledLoss(a, a, b, { logWeights: [0, 0, 0] }), RangeError, "must have 4 items"],
    [() => sampledLoss(a, a, b, { logWeights: [0, 0, 0, -Infinity] }), TypeError, "logWeights"],
    [() => sampledLoss(a, a, b, { logWeights: [0, 0, 0, 1e300] }), RangeError, "logWeights"],
    [() => exponential(-1), RangeError, "beta"],
  ];
  for (const [call, type, message] of refusals) {
    await t.step(message, () => assertRejects(async () => await call(), type, message).then(() => {}));
  }
});
