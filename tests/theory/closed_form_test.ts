// Points whose expectations have a closed form.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  anchorStatistics,
  assumption1,
  collapseGeometry,
  exponential,
  harris,
  populationLosses,
  theorem1,
  theorem2,
} from "@hscl/hscl";

const betas = [0, 1, 5], hardenings = betas.map(exponential);

function assertAll(values: Float64Array, expected: number) {
  for (const value of values) assertAlmostEquals(value, expected, 1e-11 * Math.max(1, Math.abs(expected)));
}

/** `perClass` points at each corner of the regular simplex of `classes` corners, in `classes` dimensions. */
function simplex(classes: number, perClass: number) {
  const labels = Array.from({ length: classes * perClass }, (_, i) => i % classes);
  const embeddings = Float64Array.from(
    labels.flatMap((label) => Array.from({ length: classes }, (_, k) => (k === label ? 1 : 0) - 1 / classes)),
  );
  return { embeddings, dim: classes, labels };
}

for (const [classes, perClass, temperature] of [[2, 3, 0.5], [4, 5, 0.5], [10, 2, 0.1]]) {
  Deno.test(`simplex of ${classes} corners (two: antipodal classes), ${perClass} points each`, async () => {
    const { embeddings, dim, labels } = simplex(classes, perClass), negativeWeight = 7;
    const options = { temperature, negativeWeight, hardenings };
    const statistics = await anchorStatistics(embeddings, dim, labels, options);
    const near = Math.exp(1 / temperature), far = Math.exp(-1 / (classes - 1) / temperature);
    const sameCount = perClass - 1, diffCount = perClass * (classes - 1);
    const loss = (h: number) => Math.log1p(negativeWeight * h / near);
    const mix = (share: number) => share * near + (1 - share) * far;
    const ucl = loss(mix(sameCount / (sameCount + diffCount)));
    assertAll(statistics.unhardened.lossAll, ucl);
    statistics.hardened.forEach(({ hSame, hDiff, hAll, rho, lossAll, lossDiff }, b) => {
      const same = sameCount * near ** betas[b], diff = diffCount * far ** betas[b];
      const share = same / (same + diff);
      assertAll(hSame, near);
      assertAll(hDiff, far);
      assertAll(rho, share);
      assertAll(hAll, mix(share));
      assertAll(lossDiff, loss(far));
      assertAll(lossAll, loss(mix(share)));
    });
    for (const { verdict, share, gap, anchors } of assumption1(statistics)) {
      assertEquals([verdict, share, anchors], ["holds", 1, classes * perClass]);
      for (const end of [gap.mean, gap.low, gap.high]) assertAlmostEquals(end, near - far, 1e-11 * near);
    }
    // Nothing is as far as another class, so a random sample is closer: the scenario of Theorem 2 is not this one.
    for (const { premise, conclusion } of theorem2(statistics)) {
      assertEquals([premise.verdict, premise.share, conclusion.verdict], ["fails", 0, "fails"]);
    }
    for (const { scl } of harris(statistics)) assertAlmostEquals(scl.gap.mean, 0, 1e-12);
    const [{ ucl: meanUcl, hscl }] = await populationLosses(embeddings, dim, labels, options);
    assertAlmostEquals(meanUcl.mean, ucl, 1e-11);
    assertAlmostEquals(hscl.high, loss(far), 1e-11);

    const geometry = collapseGeometry(embeddings, dim, labels);
    assertEquals(geometry.classes, classes);
    for (const key of ["zeroSum", "unitNorm", "equalInnerProducts", "withinClassSpread"] as const) {
      assertAlmostEquals(geometry[key], 0, 1e-14, key);
    }
    // C − 1 equal directions and the one along which all coordinates are equal.
    geometry.logSpectrum.subarray(0, classes - 1).forEach((value) =>
      assertAlmostEquals(value, -Math.log10(classes - 1), 1e-12)
    );
    assert(geometry.logSpectrum[classes - 1] < -15);
  });
}

/** Modified Bessel function of order 0 by its series: the mean of `exp(x·cos θ)` over the circle. */
function besselI0(x: number): number {
  let term = 1, sum = 1;
  for (let k = 1; term > 1e-18 * sum; k++) {
    term *= (x / 2 / k) ** 2;
    sum += term;
  }
  return sum;
}

Deno.test("uniform on the circle, every second point of the other class: Bessel functions", async () => {
  // Sums over evenly spaced points are integrals to the last digit, once the points are dense against exp((1+β)·cos θ/T).
  const n = 240, temperature = 0.5;
  const embeddings = Float64Array.from({ length: 2 * n }, (_, i) => {
    const angle = 2 * Math.PI * Math.floor(i / 2) / n;
    return i % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
  });
  const labels = Array.from({ length: n }, (_, i) => i % 2);
  const statistics = await anchorStatistics(embeddings, 2, labels, { temperature, hardenings });
  statistics.hardened.forEach(({ hSame, hDiff, hAll, rho }, b) => {
    const eta = betas[b] / temperature, product = (1 + betas[b]) / temperature;
    const same = (x: number) => n / 2 * besselI0(x) - Math.exp(x), diff = (x: number) => n / 2 * besselI0(x);
    assertAll(hDiff, besselI0(product) / besselI0(eta));
    assertAll(hSame, same(product) / same(eta));
    assertAll(hAll, (same(product) + diff(product)) / (same(eta) + diff(eta)));
    assertAll(rho, same(eta) / (same(eta) + diff(eta)));
  });
  // The nearest neighbours are of the other class, everywhere.
  for (const { verdict, share } of assumption1(statistics)) assertEquals([verdict, share], ["fails", 0]);
  for (const { conclusion, exceptions } of theorem1(statistics)) {
    assertEquals([conclusion.verdict, conclusion.share, exceptions], ["fails", 0, 0]);
  }
  const { zeroSum, unitNorm, withinClassSpread } = collapseGeometry(embeddings, 2, labels);
  assertAlmostEquals(zeroSum, 0, 1e-14);
  assertAlmostEquals(unitNorm, 1, 1e-14);
  assertAlmostEquals(withinClassSpread, 1, 1e-14);
});
