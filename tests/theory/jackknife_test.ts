// What intervals for the distribution are made of, against embeddings that are really left out, and weighted ones.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  type AnchorStatistics,
  anchorStatistics,
  exponential,
  type Hardening,
  logistic,
  Random,
  threshold,
} from "@hscl/hscl";
import { negativeKindNames } from "@hscl/hscl/core";
import type { JackknifeEstimate } from "@hscl/hscl/theory";

interface Points {
  embeddings: Float64Array;
  dim: number;
  labels: number[];
}

interface Options {
  temperature: number;
  negativeWeight: number;
}

/** Every mean that a claim is made on, by name, where it has one. */
function estimatesOf({ leftOut, hardened }: AnchorStatistics): Map<string, JackknifeEstimate> {
  const all = new Map<string, JackknifeEstimate>();
  leftOut.forEach(({ assumption, scenario, losses, allClasses }, h) => {
    const { name, parameters } = hardened[h].hardening;
    const put = (what: string, value: JackknifeEstimate) =>
      all.set(`${name} ${Object.values(parameters)}: ${what}`, value);
    put("h_same", assumption.estimate({ hSame: 1 }));
    put("h_diff", assumption.estimate({ hDiff: 1 }));
    put("h_same − h_diff", assumption.estimate({ hSame: 1, hDiff: -1 }));
    put("h_diff − E[g]", scenario.estimate({ hDiff: 1, g: -1 }));
    for (const loss of negativeKindNames) put(loss, losses.estimate({ [loss]: 1 }));
    put("hucl − hscl", losses.estimate({ hucl: 1, hscl: -1 }));
    put("hucl − ucl", allClasses.estimate({ hucl: 1, ucl: -1 }));
  });
  return all;
}

/**
 * The same means by the definitions, each embedding with a weight of its own: as a negative, as a positive and as an anchor.
 * An anchor counts where all that is averaged with it is defined.
 */
function weightedMeans(
  { embeddings, dim, labels }: Points,
  weights: readonly number[],
  hardening: Hardening,
  { temperature: T, negativeWeight: Q }: Options,
): Map<string, number> {
  const rows = labels.map((_, i) => embeddings.subarray(i * dim, (i + 1) * dim));
  const cosine = (i: number, j: number) =>
    rows[i].reduce((sum, x, k) => sum + x * rows[j][k], 0) / Math.hypot(...rows[i]) / Math.hypot(...rows[j]);
  const eta = (u: number) => Math.exp(hardening.logEtaAt(u, T));
  const anchors = labels.map((label, i) => {
    const others = labels.keys().filter((j) => j !== i && weights[j] > 0).map((j) => ({
      u: cosine(i, j),
      g: Math.exp(cosine(i, j) / T),
      m: weights[j],
      same: labels[j] === label,
    })).toArray();
    const mean = (some: typeof others, weight: (u: number) => number) =>
      some.reduce((sum, { u, g, m }) => sum + m * weight(u) * g, 0) /
      some.reduce((sum, { u, m }) => sum + m * weight(u), 0);
    const same = others.filter((each) => each.same),
      diff = others.filter((each) => !each.same),
      one = () => 1;
    const loss = (h: number) =>
      same.reduce((sum, { g, m }) => sum + m * Math.log(1 + Q * h / g), 0) /
      same.reduce((sum, { m }) => sum + m, 0);
    return {
      hSame: mean(same, eta),
      hDiff: mean(diff, eta),
      g: mean(others, one),
      ucl: loss(mean(others, one)),
      scl: loss(mean(diff, one)),
      hucl: loss(mean(others, eta)),
      hscl: loss(mean(diff, eta)),
    };
  });
  const over = (needs: (keyof typeof anchors[0])[], value: (anchor: typeof anchors[0]) => number) => {
    let sum = 0, total = 0;
    anchors.forEach((anchor, i) => {
      if (weights[i] === 0 || needs.some((name) => Number.isNaN(anchor[name]))) return;
      sum += weights[i] * value(anchor);
      total += weights[i];
    });
    return sum / total;
  };
  const all = ["ucl", "scl", "hucl", "hscl"] as const;
  return new Map([
    ["h_same", over(["hSame", "hDiff"], ({ hSame }) => hSame)],
    ["h_diff", over(["hSame", "hDiff"], ({ hDiff }) => hDiff)],
    ["h_same − h_diff", over(["hSame", "hDiff"], ({ hSame, hDiff }) => hSame - hDiff)],
    ["h_diff − E[g]", over(["hDiff", "g"], ({ hDiff, g }) => hDiff - g)],
    ...all.map((loss) => [loss, over([...all], (anchor) => anchor[loss])] as const),
    ["hucl − hscl", over([...all], ({ hucl, hscl }) => hucl - hscl)],
    ["hucl − ucl", over(["hucl", "ucl"], ({ hucl, ucl }) => hucl - ucl)],
  ]);
}

/** Bias and errors by their definitions. */
function naiveEstimates(
  points: Points,
  hardening: Hardening,
  options: Options,
): Map<string, JackknifeEstimate> {
  const n = points.labels.length, ones = Array<number>(n).fill(1), step = 1e-4;
  const means = (weights: readonly number[]) => weightedMeans(points, weights, hardening, options);
  const full = means(ones), { name, parameters } = hardening;
  const without = ones.map((_, i) => means(ones.with(i, 0)));
  const more = ones.map((_, i) => means(ones.with(i, 1 + step))),
    less = ones.map((_, i) => means(ones.with(i, 1 - step)));
  return new Map([...full.keys()].map((what) => {
    const left = without.map((each) => each.get(what)!), average = left.reduce((a, b) => a + b) / n;
    const slopes = more.map((each, i) => (each.get(what)! - less[i].get(what)!) / (2 * step));
    return [`${name} ${Object.values(parameters)}: ${what}`, {
      bias: (n - 1) * (average - full.get(what)!),
      leftOutError: Math.sqrt((n - 1) / n * left.reduce((sum, value) => sum + (value - average) ** 2, 0)),
      // Their mean is zero.
      firstOrderError: Math.sqrt(n / (n - 1) * slopes.reduce((sum, value) => sum + value ** 2, 0)),
    }];
  }));
}

function cloud(random: Random, counts: readonly number[], dim: number): Points {
  const centres = counts.map(() => Array.from({ length: dim }, () => random.normal()));
  const labels = counts.flatMap((count, c) => Array<number>(count).fill(c));
  const order = random.permutation(labels.length), mixed = Array.from(order, (i) => labels[i]);
  const rows = mixed.map((c) => centres[c].map((x) => x + random.normal()));
  return { embeddings: Float64Array.from(rows.flat()), dim, labels: mixed };
}

const hardenings = [exponential(0), exponential(1), exponential(6), logistic(0.2, 0.2), threshold(0.3)];

for (
  const [title, counts, temperature, negativeWeight] of [
    ["three classes", [8, 12, 5], 0.5, 1],
    ["a class of one, a class of two", [1, 2, 9, 6], 0.5, 1],
    ["hard pairs that outweigh all others", [7, 5, 6], 0.05, 1],
    ["large weights of the negatives", [6, 6, 6], 1, 200],
    ["pairs that outweigh all others by more than sixteen digits", [5, 4], 0.01, 1],
  ] as const
) {
  Deno.test(`bias and errors are those of embeddings left out in turn: ${title}`, async () => {
    const points = cloud(new Random(5).child(title), counts, 3), options = { temperature, negativeWeight };
    const { embeddings, dim, labels } = points;
    const actual = estimatesOf(await anchorStatistics(embeddings, dim, labels, { ...options, hardenings }));
    const expected = hardenings.flatMap((hardening) => [...naiveEstimates(points, hardening, options)]);
    assertEquals([...actual.keys()], expected.map(([name]) => name));
    for (const [name, { bias, leftOutError, firstOrderError }] of expected) {
      const own = actual.get(name)!;
      assert(Number.isFinite(bias) && leftOutError >= 0, name);
      // Small steps in log h are taken by slope and curvature.
      assertAlmostEquals(own.bias, bias, 2e-3 * leftOutError + 1e-12, name);
      assertAlmostEquals(own.leftOutError, leftOutError, 1e-3 * leftOutError + 1e-12, name);
      assertAlmostEquals(own.firstOrderError, firstOrderError, 1e-5 * leftOutError + 1e-9, name);
    }
  });
}

Deno.test("some embeddings left out stand for all, of every class", async () => {
  const { embeddings, dim, labels } = cloud(new Random(6), [300, 40, 160], 4), options = { hardenings };
  const all = estimatesOf(await anchorStatistics(embeddings, dim, labels, { ...options, leaveOut: 500 }));
  const some = await Promise.all(
    Array.from(
      { length: 8 },
      (_, seed) => anchorStatistics(embeddings, dim, labels, { ...options, leaveOut: 100, seed }),
    ),
  );
  for (const [name, { bias, leftOutError, firstOrderError }] of all) {
    const means = some.map((each) => estimatesOf(each).get(name)!).reduce((a, b) => ({
      bias: a.bias + b.bias / 8,
      leftOutError: a.leftOutError + b.leftOutError / 8,
      firstOrderError: a.firstOrderError + b.firstOrderError / 8,
    }), { bias: 0, leftOutError: 0, firstOrderError: 0 });
    assertAlmostEquals(means.leftOutError, leftOutError, 0.12 * leftOutError + 1e-12, name);
    assertAlmostEquals(means.firstOrderError, firstOrderError, 0.12 * leftOutError + 1e-12, name);
    assertAlmostEquals(means.bias, bias, 0.1 * leftOutError + 1e-12, name);
  }
});
