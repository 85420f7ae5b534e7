// Bootstrap intervals, verdicts and tolerances on numbers chosen by hand.
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { exponential } from "@hscl/hscl";
import { bootstrapMeans, percentileInterval, resampledMeans } from "../../lib/theory/bootstrap.ts";
import { checkClaim, meansStatement, theoremReport, toleranceOf, verdictOf } from "../../lib/theory/claim.ts";
import { LeftOut } from "../../lib/theory/jackknife.ts";

Deno.test("an interval goes from the 2.5 % to the 97.5 % quantile, between two values if need be", () => {
  const shuffled = Float64Array.from({ length: 101 }, (_, i) => 37 * i % 101);
  assertEquals(percentileInterval(7, shuffled), { mean: 7, low: 2.5, high: 97.5 });
  assertEquals(percentileInterval(7, Float64Array.of(4)), { mean: 7, low: 4, high: 4 });
  const { low, high } = percentileInterval(7, Float64Array.of(20, 10));
  assertAlmostEquals(low, 10.25, 1e-12);
  assertAlmostEquals(high, 19.75, 1e-12);
});

Deno.test("a resample draws as many values as there are, with replacement, for all series the same ones", () => {
  const count = 50, values = Float64Array.from({ length: count }, (_, i) => i);
  const series = [values, values.map((x) => 3 - 2 * x), values.map(() => 1)];
  const [means, turned, ones] = resampledMeans(series, { resamples: 4000, seed: 3 });
  assertEquals(means.length, 4000);
  assert(ones.every((mean) => mean === 1));
  turned.forEach((mean, b) => assertAlmostEquals(mean, 3 - 2 * means[b], 1e-9));
  // A mean of n draws from a variance of (n² − 1)/12.
  const mean = means.reduce((a, b) => a + b) / 4000;
  const variance = means.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 4000,
    wanted = (count ** 2 - 1) / 12 / count;
  assert(Math.abs(mean - 24.5) < 4 * Math.sqrt(wanted / 4000) && Math.abs(variance / wanted - 1) < 0.1);
  assertEquals(resampledMeans([values], {})[0].length, 1000);
  assertEquals(
    resampledMeans([values], { resamples: 5 }),
    resampledMeans([values], { resamples: 5, seed: 0 }),
  );
  assertThrows(() => resampledMeans([values], { resamples: 0 }), RangeError, "resamples");
});

Deno.test("without anchors every end is undefined, with one it is its value", () => {
  assertEquals(bootstrapMeans([new Float64Array(0)], {}), [{ mean: NaN, low: NaN, high: NaN }]);
  assertEquals(bootstrapMeans([Float64Array.of(5), Float64Array.of(-1)], {}), [
    { mean: 5, low: 5, high: 5 },
    { mean: -1, low: -1, high: -1 },
  ]);
});

Deno.test("a statement holds at every anchor, on average, or not at all", () => {
  assertEquals(
    [verdictOf(0, 0, true), verdictOf(3, 3, true), verdictOf(2, 3, true), verdictOf(2, 3, false)],
    [
      "undefined",
      "holds",
      "holds on average",
      "fails",
    ],
  );
  assertEquals([verdictOf(0, 3, false), verdictOf(1, 1, true), verdictOf(0, 1, false)], [
    "fails",
    "holds",
    "fails",
  ]);
});

function claimOf(lower: number[], upper: number[], tolerance: number) {
  const statement = meansStatement("a ≤ b", Float64Array.from(lower), Float64Array.from(upper), tolerance);
  const nothing = new LeftOut(lower.length, 0, ["a", "b"]);
  return checkClaim(statement, exponential(1), nothing, { lower: "a", upper: "b" }, tolerance);
}

Deno.test("a gap below zero by rounding is none, relative to the larger side, whatever their signs", () => {
  const check = (lower: number[], upper: number[]) => claimOf(lower, upper, 1e-3);
  assertEquals([...check([1, 1, -1000, -1000, 0], [0.9995, 0.998, -1000.9, -1001.1, 0]).holdsAt], [
    1,
    0,
    1,
    0,
    1,
  ]);
  const {
    verdict,
    share,
    anchors,
    undefinedAnchors,
    gap,
    gaps,
    lower,
    upper,
    hardening,
    statement,
    tolerance,
  } = check(
    [1, NaN, 2, 5, 7],
    [2, 3, NaN, 4, 9],
  );
  assertEquals([verdict, share, anchors, undefinedAnchors], ["holds on average", 2 / 3, 3, 2]);
  assertEquals([...gaps], [1, NaN, NaN, -1, 2]);
  assertAlmostEquals(gap.mean, 2 / 3, 1e-15);
  assertAlmostEquals(lower.mean, 13 / 3, 1e-15);
  assertAlmostEquals(upper.mean, 5, 1e-15);
  assertEquals([hardening, statement, tolerance], [
    { name: "exponential", parameters: { beta: 1 } },
    "a ≤ b",
    1e-3,
  ]);
  assertEquals(check([3, 1], [1, 2]).verdict, "fails");
});

Deno.test("an exception is an anchor with the premise and, where it is defined, without the conclusion", () => {
  const claim = (lower: number[], upper: number[]) => claimOf(lower, upper, 0);
  const premise = claim([0, 0, 1, 0, 1], [1, 1, 0, 1, 0]),
    conclusion = claim([0, 1, 1, NaN, 0], [1, 0, 0, 1, 1]);
  assertEquals(theoremReport(premise, conclusion).exceptions, 1);
});

Deno.test("the tolerance is the rounding of float64, or of float32 scores", () => {
  const of = (products: "float64" | "float32", temperature: number) =>
    toleranceOf({ products, temperature } as Parameters<typeof toleranceOf>[0]);
  assertEquals([of("float64", 0.1), of("float64", 10)], [1e-12, 1e-12]);
  assertAlmostEquals(of("float32", 0.1), 4e-5, 1e-12);
  assertAlmostEquals(of("float32", 10), 4e-6, 1e-12);
});
