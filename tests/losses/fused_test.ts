// The loss as one kernel of the wasm and the native backend, of more embeddings than a tile has: the value and gradient of loops in float64.
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
  noHardening,
  polynomial,
  Random,
  threshold,
} from "@hscl/hscl";
import { captured } from "../../lib/backend/captured.ts";
import { batchOf } from "../../lib/losses/batch.ts";
import { isFused } from "../../lib/losses/fused.ts";
import { nativeTest } from "../backend/native_backend.ts";
import { maxDifference } from "../backends.ts";
import { everyOrSampled } from "../grids.ts";
import { naiveContrastive, type NaiveOptions, type Points } from "../reference/naive_contrastive.ts";

/**
 * Runs a test on wasm with and without fused multiply-add, and on the native backend.
 *
 * @param body is given how many cases there are to one that is to be tried: XLA takes a while for each new combination
 */
function testOnKernels(name: string, body: (oneOf: number) => Promise<void>): void {
  nativeTest(`${name} [tensorflow]`, async () => {
    await initBackend({ backend: "tensorflow" });
    await body(6);
  });
  for (const relaxedSimd of [true, false]) {
    Deno.test(`${name} [wasm${relaxedSimd ? "" : " without relaxed SIMD"}]`, async () => {
      await initBackend({ backend: "wasm", relaxedSimd });
      await body(1);
    });
  }
}

/** Labels of so many items. */
const labelings: Record<string, (items: number) => number[]> = {
  "one class": (items) => Array(items).fill(4),
  "two classes": (items) => Array.from({ length: items }, (_, i) => Number(i % 5 === 0)),
  "classes of 1, 3, 5 …": (items) => Array.from({ length: items }, (_, i) => 7 * Math.floor(Math.sqrt(i))),
  "all different": (items) => Array.from({ length: items }, (_, i) => 3 * items - i),
};

/** Whether the kernel computes a loss. */
function goesToKernel(first: tf.Tensor2D, others: tf.Tensor2D[], options: ContrastiveOptions): boolean {
  let fused = false;
  tf.tidy(() => void (fused = isFused(batchOf(first, others, options))));
  return fused;
}

/** What a case is made of, all combinations of which there are. */
const axes = {
  beta: [undefined, 0, 0.5, 1, 4, 50],
  temperature: [0.05, 0.5, 2],
  negatives: ["all", "different-label", "others"],
  positives: ["view", "label"],
  reduction: ["pairs", "anchors", "inside"],
  negativeWeight: [undefined, 3, "count"],
  stopWeightGradient: [false, true],
  labeling: Object.keys(labelings),
  // Views, items and dimensions: less than a tile, whole tiles, and one and a few more.
  shape: [[2, 6, 3], [2, 48, 128], [2, 49, 1], [1, 97, 2], [3, 33, 17], [2, 49, 300], [1, 193, 5]],
  rows: ["any length", "unit", "short, as they are", "long, as they are", "copies and their opposites"],
} as const;

type Axes = typeof axes;
type Case = { -readonly [Key in keyof Axes]: Axes[Key][number] };

/** Cases whose options are drawn one by one. */
function drawn(count: number): Case[] {
  const random = new Random(5).child("fused");
  return Array.from({ length: count }, () => {
    const options = Object.entries(axes).map(([key, values]) => [key, values[random.integer(values.length)]]);
    const one = Object.fromEntries(options) as Case;
    return one.shape[0] === 1 ? { ...one, positives: "label" } as Case : one;
  });
}

function pointsOf({ shape: [views, items, dim], rows }: Case, random: Random): Points[] {
  const lengths: Record<string, (norm: number) => number> = {
    "any length": () => 1,
    "short, as they are": (norm) => 0.3 / norm,
    "long, as they are": (norm) => 3 / norm,
  };
  const first: number[] = Array.from({ length: dim }, () => random.normal());
  return Array.from({ length: views }, () =>
    Array.from({ length: items }, (_, i) => {
      const row = rows.startsWith("copies") && i % 3 < 2
        ? first.map((x) => i % 3 === 0 ? x : -x)
        : first.map(() => random.normal());
      const norm = Math.hypot(...row), scale = lengths[rows]?.(norm) ?? 1 / norm;
      return row.map((x) => Math.fround(x * scale));
    }));
}

/** What loops in float64 say of a case. */
interface Expected {
  value: number;
  directions: number[][];
  /** The derivative along each. */
  slopes: number[];
}

function expectedOf(points: Points[], options: NaiveOptions, random: Random): Expected {
  const directions = [0, 1].map(() => {
    const direction = points.flat(2).map(() => random.normal()), norm = Math.hypot(...direction);
    return direction.map((x) => x / norm);
  });
  const step = 1e-7;
  const slopes = directions.map((direction) => {
    const [above, below] = [step, -step].map((by) => {
      let next = 0;
      const moved = points.map((view) => view.map((row) => row.map((x) => x + by * direction[next++])));
      return naiveContrastive(moved, options);
    });
    return (above - below) / (2 * step);
  });
  return { value: naiveContrastive(points, options), directions, slopes };
}

const random = new Random(6);
const cases = everyOrSampled(drawn(300), (one) => Object.values(one)).map((one, i) => {
  const { beta, temperature, labeling, shape, rows, ...rest } = one;
  const points = pointsOf(one, random.child(`points ${i}`)), labels = labelings[labeling](shape[1]);
  const normalize = !rows.endsWith("as they are");
  const hardening = beta === undefined ? noHardening() : exponential(beta);
  const options: ContrastiveOptions = { ...rest, temperature, labels, normalize, hardening };
  const logEta = (u: number) => (beta ?? 0) * u / temperature;
  const weightsAt = rest.stopWeightGradient ? points : undefined;
  const naive: NaiveOptions = { ...rest, temperature, labels, normalize, logEta, weightsAt };
  let expected: Expected | undefined;
  return {
    where: JSON.stringify(one),
    points,
    options,
    expected: () => expected ??= expectedOf(points, naive, random.child(`directions ${i}`)),
  };
});

testOnKernels(
  "fused: value and gradient are those of loops in float64, for all options and sizes",
  async (oneOf) => {
    const some = cases.filter((_, i) => i % oneOf === 0);
    for (const { where, points, options, expected } of some) {
      const views = points.map((view) => tf.tensor2d(view)), before = tf.memory().numTensors;
      const [first, ...others] = views;
      assert(goesToKernel(first, others, options), where);
      const loss = (...[first, ...others]: tf.Tensor[]) =>
        contrastiveLoss(first as tf.Tensor2D, others as tf.Tensor2D[], options);
      const { value, grads } = tf.valueAndGrads(loss)(views), alone = loss(...views);
      const [computed] = await value.data();
      const gradient = (await Promise.all(grads.map((grad) => grad.data()))).flatMap((x) => [...x]);
      assertEquals((await alone.data())[0], computed, where);
      tf.dispose([value, grads, alone]);
      assertEquals(tf.memory().numTensors, before, where);
      tf.dispose(views);

      const { value: wanted, directions, slopes } = expected();
      assertAlmostEquals(computed, wanted, 1e-5 * Math.max(1, Math.abs(wanted)), where);
      const length = Math.max(Math.hypot(...gradient), 1e-3);
      directions.forEach((direction, d) => {
        const slope = gradient.reduce((sum, x, k) => sum + x * direction[k], 0);
        assert(Math.abs(slope - slopes[d]) <= 2e-4 * length, `${where}: ${slope}, not ${slopes[d]}`);
      });
    }
  },
);

Deno.test("fused: the cases have every value of every option", () => {
  const drawnValues = drawn(300);
  for (const [key, values] of Object.entries(axes)) {
    const met = new Set(drawnValues.map((one) => JSON.stringify(one[key as keyof Case])));
    assertEquals(met.size, values.length, key);
  }
});

/** The components of the largest size in which two lists differ, over the largest component. */
function relativeDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return maxDifference(a, b) / Array.from(b).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
}

/** H-SCL at `T = 0.5`, `β = 1` of rows of unit norm, and its gradient in them, pair by pair in float64. */
function pairByPair(rows: Float64Array[], classOf: number[]): { loss: number; gradient: number[] } {
  const n = rows.length, slopes = rows.map((row) => new Float64Array(row.length)), rate = 2;
  const sizes = new Map<number, number>();
  for (const label of classOf) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  const pairs = classOf.reduce((sum, label) => sum + sizes.get(label)! - 1, 0);
  let loss = 0;
  rows.forEach((row, i) => {
    const cosines = rows.map((other) => row.reduce((sum, x, k) => sum + x * other[k], 0));
    let pulls = 0, weights = 0;
    const isNegative = (j: number) => classOf[j] !== classOf[i];
    cosines.forEach((u, j) => {
      if (!isNegative(j)) return;
      pulls += Math.exp(2 * rate * u);
      weights += Math.exp(rate * u);
    });
    const level = Math.log((n - 2) * pulls / weights);
    const coefficients = cosines.map((u, j) => {
      if (isNegative(j) || j === i) return 0;
      const slope = 1 / (1 + Math.exp(rate * u - level)) / pairs;
      loss += Math.log1p(Math.exp(level - rate * u)) / pairs;
      return -slope;
    });
    const inMean = -coefficients.reduce((a, b) => a + b, 0);
    cosines.forEach((u, j) => {
      if (isNegative(j)) {
        coefficients[j] = inMean * (2 * Math.exp(2 * rate * u) / pulls - Math.exp(rate * u) / weights);
      }
      for (let k = 0; k < row.length; k++) {
        slopes[i][k] += rate * coefficients[j] * rows[j][k];
        slopes[j][k] += rate * coefficients[j] * row[k];
      }
    });
  });
  return { loss, gradient: slopes.flatMap((row) => [...row]) };
}

testOnKernels(
  "fused: of thousands of embeddings, every component of the gradient is that of loops",
  async () => {
    const batch = 1100, dim = 3, random = new Random(7).child("many");
    const rows = Array.from({ length: 2 * batch }, () => {
      const row = Float64Array.from({ length: dim }, () => random.normal()), norm = Math.hypot(...row);
      return row.map((x) => Math.fround(x / norm));
    });
    const labels = Array.from({ length: batch }, (_, i) => i % 2);
    const expected = pairByPair(rows, [...labels, ...labels]);
    const views = [0, batch].map((from) =>
      tf.tensor2d(rows.slice(from, from + batch).map((row) => [...row]))
    );
    const options = { labels, positives: "label", hardening: exponential(1), normalize: false } as const;
    const { value, grads } = tf.valueAndGrads((a, b) =>
      contrastiveLoss(a as tf.Tensor2D, b as tf.Tensor2D, options)
    )(views);
    const gradient = (await Promise.all(grads.map((grad) => grad.data()))).flatMap((x) => [...x]);
    assertAlmostEquals((await value.data())[0], expected.loss, 1e-6 * expected.loss);
    const off = relativeDifference(gradient, expected.gradient);
    assert(off < 5e-6, `off by ${off}`);
    tf.dispose([views, value, grads]);
  },
);

testOnKernels(
  "fused: the same tensors give the same numbers, at any scale of what comes from above",
  async () => {
    const random = new Random(8), labels = Array.from({ length: 80 }, (_, i) => i % 7);
    const [a, b] = [0, 1].map(() =>
      tf.tensor2d(Float32Array.from({ length: 80 * 9 }, () => random.normal()), [80, 9])
    );
    const loss = (x: tf.Tensor) => contrastiveLoss(x as tf.Tensor2D, b, { labels, positives: "label" });
    const [once, again] = [tf.grad(loss)(a), tf.grad(loss)(a)];
    assertEquals(await again.data(), await once.data());
    const both = tf.grad((x) => tf.add(loss(x), tf.mul(loss(x), 2)))(a);
    assert(relativeDifference(await both.data(), tf.mul(once, 3).dataSync()) < 1e-6);
    const twice = tf.grad((x) => tf.sum(tf.square(tf.grad(loss)(x))));
    assertThrows(() => twice(a), Error, "derivatives of first order only");
    for (const broken of [NaN, Infinity, -Infinity]) {
      const values = (await a.data()).slice();
      values[79 * 9 + 4] = broken;
      for (const normalize of [true, false]) {
        const views = tf.tensor2d(values, [80, 9]);
        const value = contrastiveLoss(views, b, { labels, positives: "label", normalize });
        assertEquals([...await value.data()], [NaN]);
        tf.dispose([views, value]);
      }
    }
    tf.dispose([a, b, once, again, both]);
  },
);

nativeTest(
  "fused: within a captured computation rows of any length give the same loss and gradient",
  async () => {
    await initBackend({ backend: "tensorflow" });
    const random = new Random(10), labels = Array.from({ length: 40 }, (_, i) => i % 3);
    const [a, b] = [0, 1].map(() =>
      tf.tensor2d(Float32Array.from({ length: 40 * 5 }, () => random.normal()), [40, 5])
    );
    for (const normalize of [true, false]) {
      const options = { labels, positives: "label", hardening: exponential(1), normalize } as const;
      const both = () =>
        tf.valueAndGrad((x) => contrastiveLoss(x as tf.Tensor2D, b, options))(tf.mul(a, 0.3)) as {
          value: tf.Tensor;
          grad: tf.Tensor;
        };
      const alone = tf.tidy(both), within = captured(both)();
      assertAlmostEquals((await within.value.data())[0], (await alone.value.data())[0], 1e-5);
      assert(relativeDifference(await within.grad.data(), await alone.grad.data()) < 1e-5, `${normalize}`);
      tf.dispose([alone, within]);
    }
    tf.dispose([a, b]);
  },
);

Deno.test("fused: memory is that of the embeddings, not of their pairs", async () => {
  await initBackend({ backend: "wasm" });
  const peakOf = async (batch: number, dim: number) => {
    const random = new Random(9);
    const views = [0, 1].map(() =>
      tf.tensor2d(Float32Array.from({ length: batch * dim }, () => random.normal()), [batch, dim])
    );
    const labels = Int32Array.from({ length: batch }, (_, i) => i % 5), before = tf.memory().numBytes;
    const loss = (a: tf.Tensor) =>
      contrastiveLoss(a as tf.Tensor2D, views[1], { labels, hardening: exponential(1) });
    const { peakBytes } = await tf.profile(() => tf.grad(loss)(views[0]));
    tf.dispose(views);
    return peakBytes - before;
  };
  for (const batch of [500, 2000, 3000]) {
    const n = 2 * batch, dim = 8, peak = await peakOf(batch, dim);
    assert(peak < 2 ** 24 + 4 * n * (20 * dim + 60), `${n} embeddings: ${peak} bytes`);
  }
});

Deno.test("fused: what the kernel has goes to it, the rest keeps its form", async () => {
  const [a, b] = [0, 1].map(() => tf.tensor2d([[1, 0], [0, 1], [1, 1]]));
  const labels = [0, 1, 1], extraNegatives = { embeddings: [1, 0], labels: [5] };
  const fused = (options: ContrastiveOptions) => goesToKernel(a, [b], { labels, ...options });
  await initBackend({ backend: "wasm" });
  for (const one of [{}, { hardening: exponential(64) }, { pairsAtOnce: 1 }, { normalize: false }]) {
    assert(fused(one), JSON.stringify(one));
  }
  for (
    const one of [
      { psi: "hinge" },
      { tauPlus: 0.1 },
      { hardening: exponential(65) },
      { hardening: polynomial(2) },
      { hardening: logistic(0, 1) },
      { hardening: threshold(0) },
      { hardening: customHardening("line", (u) => u) },
      { extraNegatives },
      { sampledNegatives: { count: 3, random: new Random(0) } },
    ] as const
  ) assert(!fused(one), JSON.stringify(one));
  const { loss } = lossWithStats(a, b, { labels });
  assertEquals(await loss.data(), await contrastiveLoss(a, b, { labels }).data());
  await initBackend({ backend: "wasm", fastKernels: false });
  assert(!fused({}));
  await initBackend({ backend: "cpu" });
  assert(!fused({}));
  tf.dispose([a, b]);
});
