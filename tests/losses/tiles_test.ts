// The loss of some anchors at a time: the one of all at once, in less memory.
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  contrastiveLoss,
  type ContrastiveOptions,
  customHardening,
  exponential,
  initBackend,
  logistic,
  lossWithStats,
  Random,
  threshold,
} from "@hscl/hscl";
import { lossNames, lossPreset } from "../../lib/losses/presets.ts";
import { allTerms, batchOf } from "../../lib/losses/batch.ts";
import { hinge } from "../../lib/losses/hinge.ts";
import { negativeStats, pairLoss } from "../../lib/losses/pair_loss.ts";
import { batchPositives, positiveGroups, positiveTiles, sortedGroups } from "../../lib/losses/positives.ts";
import { resolveOptions } from "../../lib/losses/options.ts";
import { anchorsOfTile, lossInTiles, statsInTiles } from "../../lib/losses/tiles.ts";
import { maxDifference, testOnBackends } from "../backends.ts";
import { naiveContrastive, type Points } from "../reference/naive_contrastive.ts";
import { sampled } from "../grids.ts";
import { combinations } from "./combinations.ts";

/** How many matrices of a tile's pairs there may be at a time: of cosines, masks, softmaxes, positives and slopes. */
const MATRICES = 9;

const random = new Random(41).child("tiles");
const points = (count: number, dim: number): Points =>
  Array.from({ length: count }, () => Array.from({ length: dim }, () => random.normal()));

type Form = (views: tf.Tensor[], options: ContrastiveOptions) => tf.Scalar;

const batchOfViews = ([first, ...others]: tf.Tensor[], options: ContrastiveOptions) =>
  batchOf(first as tf.Tensor2D, others as tf.Tensor2D[], options);

const atOnce: Form = (views, options) => {
  const { pairs, score } = allTerms(batchOfViews(views, options));
  return pairLoss(pairs, score);
};

const inTiles = (rows: number): Form => (views, options) => lossInTiles(batchOfViews(views, options), rows);

/** A loss with its gradients in all views. */
async function lossAndGradient(form: Form, views: tf.Tensor[], options: ContrastiveOptions) {
  const { value, grads } = tf.valueAndGrads((...views) => form(views, options))(views);
  const [[loss], ...slopes] = await Promise.all([value, ...grads].map((tensor) => tensor.data()));
  tf.dispose([value, grads]);
  return { loss, gradient: slopes.flatMap((row) => [...row]) };
}

/** Compares both forms; options are made anew for each, as they may hold a stream. */
async function assertSame(
  rows: number,
  views: tf.Tensor[],
  options: () => ContrastiveOptions,
  where: string,
  { value = 3e-6, slope = 2e-5 } = {},
): Promise<number> {
  const direct = await lossAndGradient(atOnce, views, options());
  const tiled = await lossAndGradient(inTiles(rows), views, options());
  assertAlmostEquals(tiled.loss, direct.loss, value * Math.max(1, Math.abs(direct.loss)), where);
  const largest = Math.max(...direct.gradient.map(Math.abs)),
    off = maxDifference(tiled.gradient, direct.gradient);
  assert(off <= slope * largest + 1e-8, `${where}: off by ${off}, largest entry ${largest}`);
  return tiled.loss;
}

const labels = [2, 7, 2, 2, 5, 7];
const views = [0, 1, 2].map(() => points(6, 3));
const bank = { embeddings: points(5, 3), labels: [2, 9, 5, 7, 9] };
const extraNegatives = { embeddings: Float32Array.from(bank.embeddings.flat()), labels: bank.labels };

const cases = combinations(labels).map(({ where, many, options, naive }) => ({
  where,
  many,
  options,
  expected: naiveContrastive(many ? views : views.slice(0, 2), {
    ...naive,
    extraNegatives: many ? bank : undefined,
  }),
}));

// Where programs are compiled for each case, every value of every option is met, not every combination.
const fewCases = sampled(cases, ({ many, options }) => [many, ...Object.entries(options)], 1);

testOnBackends(
  "tiles: value and gradient of all at once, and the value of loops, for all options",
  async (_, { compiles }) => {
    const tensors = views.map((view) => tf.tensor2d(view));
    const some = compiles ? fewCases : cases;
    for (const [i, { where, many, options, expected }] of some.entries()) {
      // One anchor, some that divide the twelve or eighteen, some that do not, and all.
      const rows = [1, 5, 6, 7, 100][i % 5];
      const all = () => ({ ...options, extraNegatives: many ? extraNegatives : undefined });
      const loss = await assertSame(
        rows,
        many ? tensors : tensors.slice(0, 2),
        all,
        `${rows} rows, ${where}`,
      );
      assertAlmostEquals(loss, expected, 2e-5 * Math.max(1, expected), where);
    }
    tf.dispose(tensors);
  },
);

const manyItems = 23;
/** Labels of one group larger than a tile, of small ones, of pairs, and of both. */
const labelings: Record<string, number[]> = {
  "one class": Array(manyItems).fill(3),
  "two classes": Array.from({ length: manyItems }, (_, i) => i % 5 === 0 ? 0 : 1),
  "classes of 1 … 9": Array.from({ length: manyItems }, (_, i) => Math.floor(Math.sqrt(4 * i))),
  "all different": Array.from({ length: manyItems }, (_, i) => 100 - i),
};

const options: Record<string, () => ContrastiveOptions> = {
  "H-SCL": () => ({ positives: "label", hardening: exponential(1) }),
  "SCL, mean over anchors": () => ({ positives: "label", reduction: "anchors" }),
  "H-UCL, debiased": () => ({ negatives: "all", hardening: exponential(2), tauPlus: 0.1 }),
  "SupCon, in": () => ({ negatives: "others", positives: "label", reduction: "inside" }),
  "hinge": () => ({ positives: "label", psi: "hinge", hardening: exponential(1) }),
  "a hardening of one's own, rows as they are": () => ({
    positives: "label",
    normalize: false,
    hardening: customHardening("square", (u) => (1 + u) ** 2),
  }),
  "threshold, weights constant": () => ({ hardening: threshold(0.3), stopWeightGradient: true }),
  "a bank without labels": () => ({
    negatives: "all",
    extraNegatives: { embeddings: extraNegatives.embeddings },
  }),
  "a bank": () => ({ positives: "label", hardening: logistic(0.1, 0.2), extraNegatives }),
  "sampled": () => ({
    positives: "label",
    hardening: exponential(1),
    sampledNegatives: { count: 6, random: new Random(8) },
  }),
  "sampled from a bank, hinge": () => ({
    psi: "hinge",
    sampledNegatives: { count: 40, random: new Random(9) },
    extraNegatives,
  }),
};

testOnBackends("tiles: groups of any size, cut anywhere", async (_, { compiles }) => {
  const tensors = [0, 1].map(() => {
    const rows = points(manyItems, 3);
    return tf.tensor2d(rows.map((row) => row.map((x) => x / Math.hypot(...row))));
  });
  for (const [labeling, labels] of Object.entries(labelings)) {
    for (const [name, one] of Object.entries(options)) {
      for (const rows of compiles ? [7, 46] : [1, 7, 16, 46]) {
        await assertSame(rows, tensors, () => ({ ...one(), labels }), `${name}, ${labeling}, ${rows} rows`);
      }
    }
  }
  tf.dispose(tensors);
});

testOnBackends("tiles: the statistics are those of all at once", async () => {
  const tensors = views.map((view) => tf.tensor2d(view));
  for (const [name, one] of Object.entries(options)) {
    const statsOf = async (rows: number | undefined) => {
      const stats = tf.tidy(() => {
        const batch = batchOfViews(tensors, { ...one(), labels });
        if (rows !== undefined) return { ...statsInTiles(batch, rows) };
        const { pairs, score } = allTerms(batch);
        return { ...negativeStats(pairs, score) };
      });
      const [[effective], [hardness]] = await Promise.all(
        [stats.effectiveNegatives, stats.meanHardness].map((stat) => stat.data()),
      );
      return { effective, hardness };
    };
    const expected = await statsOf(undefined);
    for (const rows of [1, 7, 18]) {
      const { effective, hardness } = await statsOf(rows);
      assertAlmostEquals(effective, expected.effective, 1e-5 * expected.effective, `${name}, ${rows} rows`);
      assertAlmostEquals(hardness, expected.hardness, 1e-6, `${name}, ${rows} rows`);
    }
  }
});

testOnBackends(
  "tiles: the gradient is that of the loss times what comes from above, and taken once",
  async () => {
    const [a, b] = views.map((view) => tf.tensor2d(view)), one = { ...options["H-SCL"](), labels };
    const loss = (x: tf.Tensor) => inTiles(5)([x, b], one);
    const once = await tf.grad(loss)(a).data();
    const tripled = await tf.grad((x) => tf.mul(loss(tf.mul(x, 1)), 3))(a).data();
    assert(maxDifference(tripled, once.map((x) => 3 * x)) < 1e-6);
    const twice = tf.grad((x) => tf.sum(tf.square(tf.grad(loss)(x))));
    assertThrows(() => twice(a), Error, "derivatives of first order only");
    // A gradient that is used as a number.
    const fixed = tf.tensor2d(views[2]);
    const withNumber = (x: tf.Tensor) => tf.add(loss(x), tf.sum(tf.square(tf.grad(loss)(fixed))));
    assertEquals(await tf.grad(withNumber)(a).data(), once);
  },
);

testOnBackends("tiles: no gradient flows into extra negatives", async () => {
  const tensors = views.map((view) => tf.tensor2d(view));
  const intoBank = tf.grad((x) => inTiles(5)(tensors, { extraNegatives: { embeddings: x as tf.Tensor2D } }))(
    tf.tensor2d(bank.embeddings),
  );
  assertEquals([...await intoBank.data()], Array(15).fill(0));
});

testOnBackends("tiles: NaN and infinity come out as NaN", async () => {
  for (const broken of [NaN, Infinity]) {
    for (const psi of ["infoNce", "hinge"] as const) {
      for (const at of [0, 5]) {
        const rows = views[0].map((row, i) => row.map((x, k) => i === at && k === 1 ? broken : x));
        const tensors = [tf.tensor2d(rows), tf.tensor2d(views[1])];
        for (const more of [{}, { hardening: exponential(1) }, { hardening: threshold(0.2) }]) {
          const { loss } = await lossAndGradient(inTiles(5), tensors, { psi, labels, ...more });
          assert(Number.isNaN(loss), `${loss} with ${broken}, ${psi}`);
        }
        tf.dispose(tensors);
      }
    }
  }
});

testOnBackends(
  "tiles: nothing is left of them, whether they give a loss, a gradient or an error",
  async () => {
    const tensors = views.map((view) => tf.tensor2d(view)), before = tf.memory().numTensors;
    const failing = {
      ...exponential(1),
      slope: undefined,
      logEta: (u: tf.Tensor) => {
        if (++calls === 4) throw new RangeError("full");
        return tf.mul(tf.square(u), 1);
      },
    };
    let calls = 0;
    for (const one of Object.values(options)) {
      tf.dispose(tf.tidy(() => inTiles(5)(tensors, { ...one(), labels })));
      await lossAndGradient(inTiles(5), tensors, { ...one(), labels });
      tf.dispose(tf.tidy(() => ({ ...statsInTiles(batchOfViews(tensors, { ...one(), labels }), 5) })));
      assertEquals(tf.memory().numTensors, before);
    }
    assertThrows(
      () => tf.tidy(() => inTiles(3)(tensors, { labels, hardening: failing })),
      RangeError,
      "full",
    );
    assertEquals(tf.memory().numTensors, before);
    calls = 0;
    // All inside the gradient of something else, which goes on.
    tf.dispose(
      tf.grad((x) => {
        assertThrows(
          () => inTiles(3)([tf.mul(x, 1), tensors[1]], { labels, hardening: failing }),
          RangeError,
          "full",
        );
        return tf.sum(tf.square(x));
      })(tensors[0]),
    );
    assertEquals(tf.memory().numTensors, before);
  },
);

Deno.test("tiles: positives are split among them, each pair once, with its weight", () => {
  for (const [labeling, labels] of Object.entries(labelings)) {
    for (const positives of ["view", "label"] as const) {
      const n = 2 * manyItems, counts = Float32Array.from({ length: n }, (_, i) => i % 6 === 0 ? 0 : 3);
      const all = positiveGroups(
        Int32Array.from(labels),
        counts,
        resolveOptions({ labels, positives }, manyItems, 2),
      );
      const pairsOf = (weights: Map<string, number>, { blocks }: ReturnType<typeof batchPositives>, at: {
        anchor: (i: number) => number;
        member: (i: number) => number;
      }) => {
        for (const { rows, size, anchors, members, weights: values } of blocks) {
          values.forEach((weight, k) => {
            const row = Math.floor(k / size), column = Math.floor(row / rows) * size + k % size;
            if (weight === 0) return;
            const pair = `${at.anchor(anchors[row])} ${at.member(members[column])}`;
            assert(!weights.has(pair), `${labeling}: ${pair} twice`);
            weights.set(pair, weight);
          });
        }
        return weights;
      };
      const same = (i: number) => i;
      const expected = pairsOf(new Map(), batchPositives(all), { anchor: same, member: same });
      for (const rows of [1, 5, 16, n, 1000]) {
        const sorted = sortedGroups(all), found = new Map<string, number>();
        let next = 0;
        for (const { start, anchors, firstMember, members, positives } of positiveTiles(sorted, rows)) {
          assertEquals([start, anchors], [next, Math.min(rows, n - next)]);
          next += anchors;
          assertEquals([positives.rowOf.length, positives.columnOf.length], [anchors, members]);
          const numbers = positives.blocks.reduce((sum, { weights }) => sum + weights.length, 0);
          assert(numbers <= 3 * anchors * n, `${numbers} weights of ${anchors} anchors`);
          pairsOf(found, positives, {
            anchor: (i) => sorted.order[start + i],
            member: (i) => sorted.order[firstMember + i],
          });
        }
        assertEquals(next, n);
        assertEquals(found.size, expected.size, `${labeling}, ${rows} rows`);
        for (const [pair, weight] of expected) assertEquals(found.get(pair), weight, pair);
      }
    }
  }
});

Deno.test("tiles: chosen from 2²⁴ pairs on, with at least 64 anchors", () => {
  for (
    const [anchors, candidates, rows] of [
      [4095, 4096, undefined],
      [4096, 4096, 2048],
      [16_384, 16_384, 512],
      [5000, 5000, 1678],
      [512, 32_768, 256],
      [1024, 2 ** 20, 64],
      [64, 2 ** 20, undefined],
      [65, 2 ** 20, 64],
    ] as const
  ) assertEquals(anchorsOfTile(anchors, candidates), rows, `${anchors} × ${candidates}`);
  for (
    const [pairsAtOnce, rows] of [[1, 64], [2 ** 19, 256], [2 ** 21, 1024], [2 ** 22, undefined], [
      2 ** 30,
      undefined,
    ]]
  ) assertEquals(anchorsOfTile(2048, 2048, pairsAtOnce), rows, `${pairsAtOnce} at once`);
});

testOnBackends("pairsAtOnce: the same loss of every preset, in less memory, up to rounding", async () => {
  const random = new Random(3),
    [view1, view2] = [0, 1].map(() =>
      tf.tensor2d(Float32Array.from({ length: 100 * 8 }, () => random.normal()), [100, 8])
    );
  const labels = Int32Array.from({ length: 100 }, (_, i) => i % 7);
  for (const name of lossNames) {
    const hardening = lossPreset(name).hardening === "none" ? {} : { hardening: exponential(1) };
    const lossOf = (options: object) => (view: tf.Tensor2D) => {
      const preset = lossPreset(name);
      return preset.loss(view, view2, labels, { ...hardening, ...options }) as tf.Scalar;
    };
    const both = [{}, { pairsAtOnce: 1000 }].map((options) =>
      tf.valueAndGrad(lossOf(options) as never)(view1)
    );
    const [[value, grad], [tiled, inTiles]] = await Promise.all(
      both.map(async ({ value, grad }) => [await value.data(), await grad.data()]),
    );
    assertAlmostEquals(tiled[0], value[0], 1e-6 * Math.abs(value[0]), name);
    const largest = Array.from(grad).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    assert(maxDifference(grad, inTiles) <= 2e-6 * largest, name);
    tf.dispose(both.map(({ value, grad }) => [value, grad]));
  }
  tf.dispose([view1, view2]);
});

/** Two views of so many items with 8 dimensions. */
function largeViews(batch: number): tf.Tensor2D[] {
  const random = new Random(batch);
  return [0, 1].map(() =>
    tf.tensor2d(Float32Array.from({ length: 8 * batch }, () => random.normal()), [batch, 8])
  );
}

/** Value, gradient, and the most bytes that tensors took beyond those that were there. */
async function profiled(form: Form, views: tf.Tensor[], options: ContrastiveOptions) {
  const before = tf.memory().numBytes;
  let result: { value: tf.Tensor; grads: tf.Tensor[] } | undefined;
  const { peakBytes } = await tf.profile(() => {
    result = tf.valueAndGrads((...views) => form(views, options))(views);
    return result.grads;
  });
  const { value, grads } = result!;
  const [loss, ...slopes] = await Promise.all([value, ...grads].map((tensor) => tensor.data()));
  tf.dispose([value, grads]);
  return { loss: loss[0], gradient: slopes.flatMap((row) => [...row]), peak: peakBytes - before };
}

Deno.test("tiles: 4,096 embeddings take the memory of the pairs of a tile, by themselves", async () => {
  await initBackend({ backend: "wasm", fastKernels: false }); // which has one for this loss
  const batch = 2048, n = 2 * batch, views = largeViews(batch);
  const byClass: Form = ([a, b], options) => contrastiveLoss(a as tf.Tensor2D, b as tf.Tensor2D, options);
  for (const classes of [2, batch]) {
    const labels = Int32Array.from({ length: batch }, (_, i) => i % classes);
    const one = { labels, positives: "label", hardening: exponential(1) } as const;
    const direct = await profiled(atOnce, views, one);
    assert(direct.peak > 5 * 4 * n * n, `at once, ${classes} classes: ${direct.peak} bytes`);
    for (const [form, rows] of [[byClass, 2048], [inTiles(256), 256]] as const) {
      const tiled = await profiled(form, views, one), where = `${rows} rows, ${classes} classes`;
      assertAlmostEquals(tiled.loss, direct.loss, 1e-6 * direct.loss, where);
      const largest = Math.max(...direct.gradient.map(Math.abs));
      assert(maxDifference(tiled.gradient, direct.gradient) < 1e-5 * largest, where);
      // Some matrices of a tile, and some of the embeddings' size with their ids.
      const most = 4 * (MATRICES * rows * n + 12 * n * (8 + 14));
      assert(tiled.peak <= most, `${where}: ${tiled.peak} bytes, more than ${most}`);
    }
  }
});

Deno.test("tiles: no option takes more than the pairs of a tile", async () => {
  await initBackend({ backend: "wasm" });
  const batch = 512, n = 2 * batch, rows = 64, views = largeViews(batch);
  const labels = Int32Array.from({ length: batch }, (_, i) => i % 2);
  for (const [name, one] of Object.entries(options)) {
    const { extraNegatives: _, ...rest } = one();
    const { peak } = await profiled(inTiles(rows), views, { ...rest, labels });
    // A hardening function or draws take some matrices more; the hinge holds 2²² triplets in a few forms.
    const most = 4 * (20 * rows * n + 12 * n * (8 + 14)) + (rest.psi === "hinge" ? 4 * 4 * 2 ** 22 : 0);
    assert(peak <= most, `${name}: ${peak / (4 * rows * n)} matrices of a tile`);
  }
});

Deno.test("tiles: the statistics of 4,096 embeddings come in tiles, too", async () => {
  await initBackend({ backend: "wasm" });
  const batch = 2048, [a, b] = largeViews(batch), n = 2 * batch;
  const labels = Int32Array.from({ length: batch }, (_, i) => i % 7), hardening = exponential(1);
  const stats = async (classes: ContrastiveOptions) => {
    let result: ReturnType<typeof lossWithStats> | undefined;
    const before = tf.memory().numBytes;
    const { peakBytes } = await tf.profile(() => {
      result = lossWithStats(a, b, classes);
      return result.loss;
    });
    const { loss, effectiveNegatives, meanHardness, ...counts } = result!;
    const numbers = await Promise.all(
      [loss, effectiveNegatives, meanHardness].map(async (x) => (await x.data())[0]),
    );
    return { numbers, counts, peak: peakBytes - before };
  };
  const { numbers, counts, peak } = await stats({ labels, positives: "label", hardening });
  assert(peak < 4 * MATRICES * 2048 * n, `${peak} bytes`);
  const sizes = [0, 1, 2, 3, 4, 5, 6].map((label) => 2 * labels.filter((one) => one === label).length);
  assertEquals(counts, { validAnchors: n, pairs: sizes.reduce((sum, size) => sum + size * (size - 1), 0) });
  const { pairs, score } = allTerms(batchOf(a, b, { labels, positives: "label", hardening }));
  const { effectiveNegatives, meanHardness } = negativeStats(pairs, score);
  const [[effective], [hardness]] = await Promise.all(
    [effectiveNegatives, meanHardness].map((x) => x.data()),
  );
  assertAlmostEquals(numbers[1], effective, 1e-5 * effective);
  assertAlmostEquals(numbers[2], hardness, 1e-6);
});

Deno.test("hinge: an anchor of very many triplets takes them some at a time", async () => {
  await initBackend({ backend: "wasm" });
  const rows = 2, size = 5000, columns = 4096, margin = 0.3, temperature = 0.5, random = new Random(12);
  const uniform = (count: number) => Float32Array.from({ length: count }, () => random.uniform(-1, 1));
  const cosines = uniform(rows * columns), positiveCosines = uniform(rows * size);
  const softmaxWeights = Float32Array.from({ length: rows * columns }, () => random.uniform() * 2 / columns);
  const pairWeights = Float32Array.from({ length: rows * size }, () => random.uniform() * 2 / (rows * size));
  const anchors = Int32Array.of(0, 1), members = Int32Array.from({ length: size }, (_, i) => i);
  const positives = {
    blocks: [{ count: 1, rows, size, anchors, members, weights: pairWeights }],
    rowOf: anchors,
    columnOf: members,
    validAnchors: rows,
    pairs: rows * size,
  };
  const inputs = [
    tf.tensor2d(cosines, [rows, columns]),
    tf.tensor2d(softmaxWeights, [rows, columns]),
    tf.tensor1d(positiveCosines),
  ];
  const form: Form = ([u, w, v]) =>
    hinge(u as tf.Tensor2D, w as tf.Tensor2D, v as tf.Tensor1D, positives, { temperature, margin });
  const { loss, gradient, peak } = await profiled(form, inputs, {});
  let expected = 0;
  const slopes = [cosines, softmaxWeights, positiveCosines].map(({ length }) => new Float64Array(length));
  for (let i = 0; i < rows; i++) {
    for (let p = i * size; p < (i + 1) * size; p++) {
      for (let j = i * columns; j < (i + 1) * columns; j++) {
        const triplet = margin + (cosines[j] - positiveCosines[p]) / temperature;
        if (triplet <= 0) continue;
        expected += pairWeights[p] * softmaxWeights[j] * triplet;
        slopes[0][j] += pairWeights[p] * softmaxWeights[j] / temperature;
        slopes[1][j] += pairWeights[p] * triplet;
        slopes[2][p] -= pairWeights[p] * softmaxWeights[j] / temperature;
      }
    }
  }
  assertAlmostEquals(loss, expected, 1e-5 * expected);
  let at = 0;
  for (const slope of slopes) {
    const computed = gradient.slice(at, at + slope.length);
    assert(maxDifference(computed, slope) < 1e-4 * Math.max(...slope.map(Math.abs)));
    at += slope.length;
  }
  assert(peak < 4 * 4 * 2 ** 22, `${peak} bytes`); // 2²² triplets, in a few forms
  tf.dispose(inputs);
});
