// The ends of every range, and terms at which the fast sums change their way.
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import {
  anchorStatistics,
  checkConvergence,
  customHardening,
  exponential,
  initBackend,
  populationLosses,
  Random,
  threshold,
} from "@hscl/hscl";
import { PlainRowSums } from "../../lib/theory/row_sums.ts";
import { VectorRowSums } from "../../lib/theory/vector_row_sums.ts";

const points = Float64Array.of(1, 0, 0.6, 0.8, 0, 1, -1, 0), labels = [0, 0, 1, 1];

Deno.test("T = 0.01 is the lowest temperature, and of one embedding left out there is no interval", async () => {
  const [{ ucl }] = await populationLosses(points, 2, labels, { temperature: 0.01, leaveOut: 1, seed: 0 });
  assert(ucl.mean > 0 && Number.isNaN(ucl.low) && Number.isNaN(ucl.high));
  await assertRejects(() => anchorStatistics(points, 2, labels, { temperature: 0.0099 }), RangeError, "0.01");
  await assertRejects(() => anchorStatistics(points, 0, labels), RangeError, "dim");
});

Deno.test("any finite numbers have a direction, from the least above zero to the largest", async () => {
  const { hardened: [expected] } = await anchorStatistics(points, 2, labels);
  for (const size of [Number.MAX_VALUE, Number.MIN_VALUE * 2 ** 53]) {
    const { hardened: [{ hAll }] } = await anchorStatistics(points.map((x) => x * size), 2, labels);
    hAll.forEach((value, i) => assertAlmostEquals(value, expected.hAll[i], 1e-12 * value));
  }
});

Deno.test("one anchor, one draw and k = 1 are the fewest there are to see convergence", () => {
  const [{ anchors, negatives }] = checkConvergence(points, 2, labels, {
    anchors: 1,
    draws: 1,
    negatives: [1, 2],
  });
  assertEquals([anchors, negatives], [1, [1, 2]]);
});

for (const fused of [true, false]) {
  const title = fused ? "with" : "without";

  Deno.test(`a mean loss of any size is that in float64, ${title} fused multiply-add`, () => {
    const cosines = Float32Array.from({ length: 61 }, (_, i) => -1 + i / 1e4);
    const vectors = new VectorRowSums([exponential(1)], 0.5, 61, fused),
      plain = new PlainRowSums([exponential(1)], 0.5, 61);
    for (const sums of [vectors, plain]) sums.load(cosines);
    // From terms without digits beside 1 to ones whose product leaves the range of float64.
    for (let logQ = -60; logQ <= 120; logQ += 0.5) {
      const [[value], [wanted]] = [vectors, plain].map((sums) => sums.positiveLosses([1, 61], [logQ]));
      assertAlmostEquals(value / wanted, 1, 2e-6, `log Q ${logQ}: ${value} for ${wanted}`);
    }
  });

  Deno.test(`rows of any length are summed whole, ${title} fused multiply-add`, () => {
    const random = new Random(1).child("lengths");
    for (const length of [1, 2, 3, 4, 5, 63, 4085, 4091, 4092, 4093, 8184, 8192, 9001]) {
      const cosines = Float32Array.from({ length }, () => random.uniform(-1, 1));
      const [sums, wanted] = [
        new VectorRowSums([exponential(2)], 0.5, length, fused),
        new PlainRowSums([exponential(2)], 0.5, length),
      ]
        .map((rowSums) => {
          rowSums.load(cosines);
          return rowSums.over([[0, length]]);
        });
      assertEquals(sums.count, length);
      assertAlmostEquals(sums.logG, wanted.logG, 2e-6);
      assertAlmostEquals(sums.logEtaG[0], wanted.logEtaG[0], 4e-6);
    }
  });
}

Deno.test("a parameter called beta does not make a hardening of one's own exponential", () => {
  const mine = customHardening("mine", (u) => 3 * u ** 3, { parameters: { beta: 2 } });
  const hardenings = [exponential(1), mine, exponential(4)],
    cosines = Float32Array.of(-0.9, -0.2, 0.1, 0.5, 0.8);
  const [sums, wanted] = [new VectorRowSums(hardenings, 0.5, 5), new PlainRowSums(hardenings, 0.5, 5)].map(
    (rowSums) => {
      rowSums.load(cosines);
      return rowSums.over([[0, 5]]);
    },
  );
  hardenings.forEach((_, h) => assertAlmostEquals(sums.logEtaG[h], wanted.logEtaG[h], 2e-6));
});

Deno.test("cosines are in float64 up to 2,048 embeddings, and the defaults are those of the documentation", async () => {
  await initBackend({ backend: "wasm" });
  const circle = (count: number) =>
    Float32Array.from({ length: 2 * count }, (_, i) => i % 2 ? Math.sin(i - 1) : Math.cos(i));
  for (const [count, products] of [[2048, "float64"], [2049, "float32"]] as const) {
    const statistics = await anchorStatistics(
      circle(count),
      2,
      Array.from({ length: count }, (_, i) => i % 2),
    );
    const { temperature, negativeWeight, hardened } = statistics;
    assertEquals([statistics.count, statistics.products, temperature, negativeWeight], [
      count,
      products,
      0.5,
      1,
    ]);
    assertEquals(hardened.map(({ hardening: { name, parameters } }) => [name, parameters.beta]), [[
      "exponential",
      1,
    ]]);
  }
  const count = 210,
    [report] = checkConvergence(circle(count), 2, Array.from({ length: count }, (_, i) => i % 3));
  assertEquals([report.negatives, report.anchors], [[4, 8, 16, 32, 64, 128, 256], 200]);
});

Deno.test("the means are over the anchors at which all four losses are defined", async () => {
  // The last point is alone in its class; with the threshold, others lose their negatives too.
  const five = Float64Array.of(1, 0, 0.6, 0.8, 0, 1, -1, 0, 0, -1), classes = [0, 0, 1, 1, 2];
  for (const [hardening, anchors] of [[exponential(1), 4], [threshold(0.7), 2]] as const) {
    const statistics = await anchorStatistics(five, 2, classes, { hardenings: [hardening] });
    const [losses] = populationLosses(statistics);
    assertEquals([losses.anchors, losses.undefinedAnchors], [anchors, 5 - anchors]);
    assertEquals([losses.hardening.name, losses.hardening.parameters], [
      hardening.name,
      hardening.parameters,
    ]);
    const { unhardened, hardened: [hard] } = statistics;
    const series = {
      ucl: unhardened.lossAll,
      scl: unhardened.lossDiff,
      hucl: hard.lossAll,
      hscl: hard.lossDiff,
    };
    const defined = [0, 1, 2, 3, 4].filter((i) =>
      Object.values(series).every((values) => !Number.isNaN(values[i]))
    );
    for (const [key, values] of Object.entries(series)) {
      const mean = defined.reduce((sum, i) => sum + values[i], 0) / defined.length;
      assertAlmostEquals(losses[key as keyof typeof series].mean, mean, 1e-14);
    }
  }
});

Deno.test("with one negative the gap of every anchor is that of all its pairs of a positive and a negative", () => {
  const degrees = [0, 60, 180, 100, 90, 200],
    classes = [0, 1, 0, 1, 0, 1],
    temperature = 0.7,
    negativeWeight = 4;
  const embeddings = Float64Array.from(
    degrees.flatMap((a) => [Math.cos(a * Math.PI / 180), Math.sin(a * Math.PI / 180)]),
  );
  const hardening = exponential(0.8), options = { temperature, negativeWeight, hardenings: [hardening] };
  const reports = checkConvergence(embeddings, 2, classes, { ...options, negatives: [1, 2], draws: 20_000 });
  const u = (i: number, j: number) => Math.cos((degrees[i] - degrees[j]) * Math.PI / 180),
    all = [...degrees.keys()];
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  for (const { loss, gaps } of reports) {
    for (const i of all) {
      const negatives = all.filter((j) => loss.endsWith("scl") ? classes[j] !== classes[i] : j !== i);
      const etas = negatives.map((j) =>
        loss.startsWith("h") ? Math.exp(hardening.logEtaAt(u(i, j), temperature)) : 1
      );
      const total = etas.reduce((sum, eta) => sum + eta),
        g = negatives.map((j) => Math.exp(u(i, j) / temperature));
      const expected = (f: (g: number) => number) =>
        g.reduce((sum, value, j) => sum + etas[j] / total * f(value), 0);
      const positives = all.filter((j) => j !== i && classes[j] === classes[i]);
      const gap = mean(positives.map((p) => {
        const lossOf = (h: number) => Math.log1p(negativeWeight * h / Math.exp(u(i, p) / temperature));
        return lossOf(expected((value) => value)) - expected(lossOf);
      }));
      assert(Math.abs(gaps[0][i] / gap - 1) < 0.05, `${loss} ${i}: ${gaps[0][i]} for ${gap}`);
    }
  }
});

Deno.test("the gap to the limit is finite where η itself would overflow", () => {
  const random = new Random(4), embeddings = Float64Array.from({ length: 12 * 3 }, () => random.normal());
  const labels = Array.from({ length: 12 }, (_, i) => i % 3), hardenings = [exponential(2000)];
  for (const { meanGaps } of checkConvergence(embeddings, 3, labels, { hardenings, negatives: [1, 8] })) {
    for (const { mean } of meanGaps) assert(Number.isFinite(mean) && mean >= 0, `${mean}`);
  }
});

Deno.test("where the negatives weigh little, the gap to the limit is that of the second order, Q² times a constant", () => {
  const random = new Random(5), embeddings = Float64Array.from({ length: 20 * 3 }, () => random.normal());
  const labels = Array.from({ length: 20 }, (_, i) => i % 2);
  const gapsAt = (negativeWeight: number) =>
    checkConvergence(embeddings, 3, labels, { negativeWeight, negatives: [2, 32] })
      .flatMap(({ meanGaps }) => meanGaps.map(({ mean }) => mean));
  // δ is about Q: at 1e-3 the difference itself is exact, at 1e-7 it would be rounding.
  const large = gapsAt(1e-3), small = gapsAt(1e-7);
  small.forEach((gap, i) => assertAlmostEquals(gap / large[i] / 1e-8, 1, 0.1));
});

Deno.test("float32 products are those of the backend, float64 products need none", async () => {
  await initBackend({ backend: "cpu" });
  const kernels = async (products: "float32" | "float64") =>
    (await tf.profile(async () => {
      await anchorStatistics(points, 2, labels, { products });
      return tf.scalar(0);
    })).kernelNames;
  assert((await kernels("float32")).includes("BatchMatMul"));
  assertEquals((await kernels("float64")).includes("BatchMatMul"), false);
});
