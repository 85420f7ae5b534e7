// Intervals for the distribution of the embeddings, against embeddings that are really left out.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import jstat from "jstat";
import {
  type AnchorStatistics,
  anchorStatistics,
  assumption1,
  exponential,
  harris,
  logistic,
  populationLosses,
  Random,
  theorem1,
  theorem2,
  threshold,
} from "@hscl/hscl";
import type { PopulationInterval } from "@hscl/hscl/theory";

interface Points {
  embeddings: Float64Array;
  dim: number;
  labels: number[];
}

/** Every interval that is made from statistics, by name. */
function intervalsOf(statistics: AnchorStatistics): Map<string, PopulationInterval> {
  const all = new Map<string, PopulationInterval>();
  const claims = [
    ...assumption1(statistics),
    ...theorem1(statistics).map(({ conclusion }) => conclusion),
    ...theorem2(statistics).flatMap(({ premise, conclusion }) => [premise, conclusion]),
    ...harris(statistics).flatMap(({ ucl, scl }) => [ucl, scl]),
  ];
  for (const { statement, hardening: { name, parameters }, lower, upper, gap } of claims) {
    const title = `${name} ${Object.values(parameters)} ${statement}`;
    all.set(`${title}, left`, lower).set(`${title}, right`, upper).set(`${title}, gap`, gap);
  }
  for (const { hardening: { name, parameters }, ucl, scl, hucl, hscl } of populationLosses(statistics)) {
    Object.entries({ ucl, scl, hucl, hscl }).forEach(([loss, interval]) =>
      all.set(`${name} ${Object.values(parameters)} ${loss}`, interval)
    );
  }
  return all;
}

/** The jackknife by its definition: each embedding really is left out. */
async function leftOutInTurn({ embeddings, dim, labels }: Points, options: object) {
  const full = intervalsOf(await anchorStatistics(embeddings, dim, labels, options)), n = labels.length;
  const means = new Map([...full.keys()].map((name) => [name, [] as number[]]));
  for (let i = 0; i < n; i++) {
    const rest = Float64Array.from([
      ...embeddings.subarray(0, i * dim),
      ...embeddings.subarray((i + 1) * dim),
    ]);
    const statistics = await anchorStatistics(rest, dim, labels.toSpliced(i, 1), { ...options, leaveOut: 0 });
    for (const [name, { mean }] of intervalsOf(statistics)) means.get(name)!.push(mean);
  }
  return new Map([...means].map(([name, values]) => {
    const { mean } = full.get(name)!, average = values.reduce((a, b) => a + b) / n;
    const bias = (n - 1) * (average - mean);
    const square = (n - 1) / n * values.reduce((sum, value) => sum + (value - average) ** 2, 0);
    const half = jstat.studentt.inv(0.975, n - 1) * Math.sqrt(square + bias ** 2 / 4);
    return [name, { mean, low: mean - bias - half, high: mean - bias + half }];
  }));
}

function cloud(random: Random, counts: readonly number[], dim: number, spread = 1): Points {
  const centres = counts.map(() => Array.from({ length: dim }, () => random.normal()));
  const labels = counts.flatMap((count, c) => Array<number>(count).fill(c));
  const order = random.permutation(labels.length), mixed = Array.from(order, (i) => labels[i]);
  const rows = mixed.map((c) => centres[c].map((x) => x + spread * random.normal()));
  return { embeddings: Float64Array.from(rows.flat()), dim, labels: mixed };
}

for (
  const [title, counts, options, tolerance] of [
    ["three classes", [8, 12, 5], {}, 2e-3],
    ["a class of one, a class of two", [1, 2, 9, 6], {}, 2e-3],
    ["hard pairs that outweigh all others", [7, 5, 6], { temperature: 0.05 }, 2e-2],
    ["large weights of the negatives", [6, 6, 6], { negativeWeight: 200, temperature: 1 }, 2e-3],
  ] as const
) {
  Deno.test(`an interval is that of embeddings left out in turn: ${title}`, async () => {
    const random = new Random(5).child(title), points = cloud(random, counts, 3);
    const hardenings = [exponential(0), exponential(1), exponential(6), logistic(0.2, 0.2), threshold(0.3)];
    const all = { ...options, hardenings };
    const actual = intervalsOf(await anchorStatistics(points.embeddings, 3, points.labels, all));
    for (const [name, wanted] of await leftOutInTurn(points, all)) {
      const { mean, low, high } = actual.get(name)!, width = wanted.high - wanted.low;
      assertEquals(mean, wanted.mean);
      assert(Number.isFinite(width) && width >= 0, name);
      assertAlmostEquals(
        low,
        wanted.low,
        tolerance * width + 1e-12,
        `${name} ${low} ${wanted.low} ${wanted.high}`,
      );
      assertAlmostEquals(high, wanted.high, tolerance * width + 1e-12, `${name} ${high}`);
    }
  });
}
