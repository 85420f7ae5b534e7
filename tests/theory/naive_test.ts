import { assertEquals, assertLess } from "@std/assert";
import {
  anchorStatistics,
  exponential,
  type Hardening,
  initBackend,
  logistic,
  noHardening,
  polynomial,
  Random,
  threshold,
} from "@hscl/hscl";
import type { HardenedAnchors } from "@hscl/hscl/theory";
import { naiveTheory } from "../reference/naive_theory.ts";
import { testOnBackends } from "../backends.ts";

const quantities = ["hSame", "hDiff", "hAll", "rho", "lossAll", "lossDiff"] as const;
const hardenings = [
  exponential(0),
  exponential(0.5),
  exponential(5),
  polynomial(3),
  logistic(0.2, 0.1),
  threshold(0.1),
];

/** Clusters that overlap, of unequal sizes, not sorted by class, not of unit norm. */
function randomPoints(count: number, dim: number, classes: number, seed: number) {
  const random = new Random(seed).child("points");
  const centres = Array.from({ length: classes }, () => Array.from({ length: dim }, () => random.normal()));
  const labels = Array.from({ length: count }, () => Math.floor(classes * random.uniform() ** 2));
  const points = labels.map((label) => {
    const length = random.uniform(0.1, 10);
    return centres[label].map((x) => length * (x + random.normal()));
  });
  return { points, labels, embeddings: Float64Array.from(points.flat()) };
}

/** Largest relative difference; where one side is NaN the other must be too. */
function worst(actual: Float64Array, expected: ArrayLike<number>): number {
  return actual.reduce((most, value, i) => {
    if (Object.is(value, expected[i])) return most; // also NaN and 0
    const difference = Math.abs(value - expected[i]) / Math.abs(expected[i]);
    return Number.isNaN(difference) ? Infinity : Math.max(most, difference);
  }, 0);
}

function compare(actual: HardenedAnchors, expected: HardenedAnchors, tolerance: number, what: string) {
  for (const quantity of quantities) {
    assertLess(worst(actual[quantity], expected[quantity]), tolerance, `${what} ${quantity}`);
  }
}

for (const [count, dim, classes] of [[200, 16, 7], [61, 3, 2], [5, 2, 5], [1, 2, 1]]) {
  Deno.test(`statistics agree with the naive loops to 1e-9: ${count} points, ${classes} classes`, async () => {
    const { points, labels, embeddings } = randomPoints(count, dim, classes, count);
    for (const temperature of [0.1, 0.5, 10]) {
      const options = { temperature, negativeWeight: 30 };
      const { unhardened, hardened, products } = await anchorStatistics(embeddings, dim, labels, {
        ...options,
        hardenings,
      });
      assertEquals(products, "float64");
      for (const anchors of [unhardened, ...hardened]) {
        const eta = (u: number) => Math.exp(anchors.hardening.logEtaAt(u, temperature));
        const expected = naiveTheory(points, labels, { ...options, eta });
        for (const quantity of quantities) {
          const naive = expected.map((anchor) => anchor[quantity]);
          assertLess(worst(anchors[quantity], naive), 1e-9, `${anchors.hardening.name} ${quantity}`);
        }
      }
    }
  });
}

testOnBackends("float32 products agree with float64 ones to their rounding", async () => {
  // No class size and no count is a multiple of four; at T = 0.02 the losses leave the range of a product of terms.
  for (const [count, classes] of [[301, 5], [118, 1], [53, 53]]) {
    const { labels, embeddings } = randomPoints(count, 9, classes, 1);
    for (const temperature of [0.02, 0.5, 10]) {
      const options = { temperature, hardenings: [...hardenings.slice(0, 5), exponential(20)] };
      const exact = await anchorStatistics(embeddings, 9, labels, { ...options, products: "float64" });
      const fast = await anchorStatistics(embeddings, 9, labels, { ...options, products: "float32" });
      const steepness = Math.max(1, 1 / temperature);
      compare(fast.unhardened, exact.unhardened, 1e-6 * steepness, "none");
      fast.hardened.forEach((anchors, h) => {
        const { name, parameters: { beta = 1 } } = anchors.hardening;
        const tolerance = 2e-6 * steepness * Math.max(1, beta);
        compare(anchors, exact.hardened[h], tolerance, `T ${temperature} ${name} ${beta}`);
      });
    }
  }
});

Deno.test("more rows than a block holds", async () => {
  await initBackend({ backend: "wasm" });
  const { labels, embeddings } = randomPoints(3000, 3, 4, 2);
  const options = { hardenings: [exponential(2)] };
  const exact = await anchorStatistics(embeddings, 3, labels, { ...options, products: "float64" });
  const fast = await anchorStatistics(embeddings, 3, labels, options);
  assertEquals(fast.products, "float32");
  compare(fast.hardened[0], exact.hardened[0], 4e-6, "");
});

Deno.test("the order of the points, their lengths and the names of the classes do not matter", async () => {
  const { labels, embeddings, points } = randomPoints(40, 4, 3, 3);
  const order = new Random(4).permutation(40);
  const shuffled = Float64Array.from([...order].flatMap((i) => points[i].map((x) => 1e200 * x)));
  const renamed = [...order].map((i) => [7, -3, 1000][labels[i]]);
  const straight = await anchorStatistics(embeddings, 4, labels),
    other = await anchorStatistics(shuffled, 4, renamed);
  for (const quantity of quantities) {
    const expected = Float64Array.from(order, (i) => straight.hardened[0][quantity][i]);
    assertLess(worst(other.hardened[0][quantity], expected), 1e-12, quantity);
  }
});

Deno.test("β = 0 is no hardening, exactly; β and 1/T in the hundreds stay finite", async () => {
  const { labels, embeddings } = randomPoints(50, 5, 3, 5);
  const [zero, huge] = (await anchorStatistics(embeddings, 5, labels, {
    hardenings: [exponential(0), exponential(500)],
    temperature: 0.01,
  })).hardened;
  const { unhardened } = await anchorStatistics(embeddings, 5, labels, {
    hardenings: [noHardening()],
    temperature: 0.01,
  });
  for (const quantity of quantities) assertLess(worst(zero[quantity], unhardened[quantity]), 1e-13, quantity);
  // At this β only the closest pair counts, so h_diff is at its largest possible value.
  for (const quantity of quantities) {
    assertEquals(huge[quantity].every((value) => Number.isFinite(value) && value >= 0), true, quantity);
  }
});

Deno.test("a hardening that silences pairs leaves what is over none undefined", async () => {
  // Angles 0°, 60°, 180° with classes 0, 0, 1; cosines 0.5, −1, −0.5.
  const points = Float64Array.of(1, 0, 0.5, Math.sqrt(0.75), -1, 0);
  const silent: Hardening = threshold(0.4);
  const [{ hSame, hDiff, hAll, rho, lossAll, lossDiff }] =
    (await anchorStatistics(points, 2, [0, 0, 1], { hardenings: [silent], temperature: 1 })).hardened;
  const close = (actual: Float64Array, expected: number[]) => {
    assertEquals(
      actual.map((x) => Math.round(1e9 * x) / 1e9),
      Float64Array.from(expected, (x) => Math.round(1e9 * x) / 1e9),
    );
  };
  close(hSame, [Math.exp(0.5), Math.exp(0.5), NaN]); // the third is alone in its class
  close(hDiff, [NaN, NaN, NaN]);
  close(hAll, [Math.exp(0.5), Math.exp(0.5), NaN]);
  close(rho, [1, 1, NaN]);
  close(lossAll, [Math.log(2), Math.log(2), NaN]);
  close(lossDiff, [NaN, NaN, NaN]);
});
