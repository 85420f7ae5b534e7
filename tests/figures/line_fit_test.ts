import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { fitLine } from "../../lib/figures/line_fit.ts";

Deno.test("fitLine: an exact line, and least squares by hand", () => {
  const exact = fitLine([0, 1, 2], [5, 3, 1]);
  assertEquals([exact.slope, exact.intercept, exact.halfWidth], [-2, 5, 0]);
  // Residuals 1/6, −1/3, 1/6 around y = x/2 − 1/6: variance of the slope (1/6)/1/2, t(0.975, 1) = 12.7062.
  const { slope, intercept, halfWidth } = fitLine([0, 1, 2], [0, 0, 1]);
  assertAlmostEquals(slope, 0.5, 1e-12);
  assertAlmostEquals(intercept, -1 / 6, 1e-12);
  assertAlmostEquals(halfWidth, 12.7062 * Math.sqrt(1 / 12), 1e-3);
});

Deno.test("fitLine: sure points count more, and errors keep the interval open", () => {
  assertAlmostEquals(fitLine([0, 1, 2], [0, 1, 9], [0.01, 0.01, 100]).slope, 1, 1e-3);
  const { halfWidth } = fitLine([0, 1, 2, 3], [0, 1, 2, 3], [0.1, 0.1, 0.1, 0.1]);
  // t(0.975, 2) = 4.30265 times 0.1 / √Σ(x − 1.5)².
  assertAlmostEquals(halfWidth, 4.30265 * 0.1 / Math.sqrt(5), 1e-4);
  assertEquals(fitLine([0, 1], [0, 1]).halfWidth, NaN);
  assertThrows(() => fitLine([1, 1], [0, 1]), RangeError, "two positions must differ");
});
