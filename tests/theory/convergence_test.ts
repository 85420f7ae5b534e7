import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { checkConvergence, exponential, Random, threshold } from "@hscl/hscl";
import type { ConvergenceOptions } from "@hscl/hscl/theory";

Deno.test("gaps agree with the binomial sums of two antipodal classes", () => {
  const perClass = 4, temperature = 0.5, negativeWeight = 3, beta = 0.25;
  const embeddings = Float64Array.from({ length: 4 * perClass }, (_, i) => i % 2 ? 0 : (i % 4 ? -1 : 1));
  const labels = Array.from({ length: 2 * perClass }, (_, i) => i % 2);
  const negatives = [1, 3, 10];
  const [ucl, scl, hucl, hscl] = checkConvergence(embeddings, 2, labels, {
    temperature,
    negativeWeight,
    negatives,
    draws: 4000,
    hardenings: [exponential(beta)],
  });
  const near = Math.exp(1 / temperature), far = 1 / near;
  /** `L_∞ − L_k` where a negative is near with this probability. */
  const gap = (p: number, k: number) => {
    const loss = (h: number) => Math.log1p(negativeWeight * h / near);
    let finite = 0, probability = (1 - p) ** k;
    for (let j = 0; j <= k; j++) {
      finite += probability * loss((j * near + (k - j) * far) / k);
      probability *= (k - j) / (j + 1) * p / (1 - p);
    }
    return loss(p * near + (1 - p) * far) - finite;
  };
  const share = (eta: number) => 3 * near ** eta / (3 * near ** eta + 4 * far ** eta);
  for (const [{ meanGaps }, p] of [[ucl, share(0)], [hucl, share(beta)]] as const) {
    meanGaps.forEach(({ mean }, i) => {
      const expected = gap(p, negatives[i]);
      assert(Math.abs(mean / expected - 1) < 0.03, `k ${negatives[i]}: ${mean} for ${expected}`);
    });
  }
  // All negatives of the other class are at the same place: nothing to converge.
  for (const { meanGaps, verdict, slope, share } of [scl, hscl]) {
    assertEquals([verdict, slope.mean, share], ["holds", NaN, 1]);
    for (const { mean } of meanGaps) assertAlmostEquals(mean, 0, 1e-24);
  }
});

function cloud(count: number, dim: number, classes: number) {
  const random = new Random(7).child("cloud");
  const embeddings = Float64Array.from({ length: count * dim }, () => random.normal());
  return { embeddings, dim, labels: Array.from({ length: count }, (_, i) => i % classes) };
}

Deno.test("the gap falls like 1/k for all four losses; small k alone is too early to see it", () => {
  const { embeddings, dim, labels } = cloud(300, 8, 5);
  const check = (options: ConvergenceOptions) =>
    checkConvergence(embeddings, dim, labels, {
      anchors: 60,
      hardenings: [exponential(1), exponential(5)],
      ...options,
    });
  const reports = check({});
  assertEquals(reports.map(({ loss, hardening }) => `${loss} ${hardening.parameters.beta ?? "-"}`), [
    "ucl -",
    "scl -",
    "hucl 1",
    "hscl 1",
    "hucl 5",
    "hscl 5",
  ]);
  for (const { loss, verdict, slope, share, meanGaps, anchors, gaps } of reports) {
    assert(verdict.startsWith("holds"), `${loss} ${slope.mean}`);
    assert(slope.low <= slope.mean && slope.mean <= slope.high && slope.high - slope.low < 0.2, loss);
    assert(share > 0.95 && anchors === 60);
    meanGaps.forEach(({ mean }, i) => assert(mean > 0 && (i === 0 || mean < meanGaps[i - 1].mean)));
    assertEquals(gaps[0].filter((gap) => !Number.isNaN(gap)).length, 60);
  }
  assertEquals(check({}), reports);
  // With a large Q and a low temperature one of the first k decides all: far from the limit.
  const early = { negatives: [1, 2], temperature: 0.02, hardenings: [exponential(0)] };
  const [{ verdict, slope: { low, high }, meanGaps }] = check({ ...early, anchors: 300, draws: 200 });
  assertEquals(verdict, "fails");
  // A draw that is 1e-20 of the limit has a gap of 46, not an infinite one.
  assert(low < high && high < -0.2 && meanGaps[0].mean < 50, `${low} … ${high} ${meanGaps[0].mean}`);
  const one = check({ anchors: 4, draws: 1, seed: 5 })[0];
  assert(one.slope.low < -0.85 && one.slope.high > -0.85, `${one.slope.low} … ${one.slope.high}`);
  assertEquals(one.verdict, "not decided");
});

Deno.test("anchors without a positive or a negative are counted; wrong options are refused", () => {
  const { embeddings, dim } = cloud(6, 2, 2), labels = [0, 0, 0, 1, 1, 2];
  const [ucl, , hucl] = checkConvergence(embeddings, dim, labels, { hardenings: [threshold(1)] });
  assertEquals([ucl.anchors, ucl.undefinedAnchors], [5, 1]);
  assertEquals([hucl.verdict, hucl.anchors, hucl.undefinedAnchors], ["undefined", 0, 6]);
  const refused = (options: ConvergenceOptions, message: string) =>
    assertThrows(() => checkConvergence(embeddings, dim, labels, options), RangeError, message);
  refused({ negatives: [4] }, "at least two");
  refused({ negatives: [4, 4] }, "negatives as it must be at least 5: received 4");
  refused({ negatives: [0, 4] }, "negatives");
  refused({ draws: 0 }, "draws");
  refused({ anchors: 0 }, "anchors");
});
