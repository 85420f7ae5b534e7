import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  meanInterval,
  pairedInterval,
  shareInterval,
  simultaneousInterval,
} from "../../lib/core/interval.ts";

Deno.test("meanInterval: Student's t by hand; no interval for one sample, no mean for none", () => {
  const { mean, halfWidth, count } = meanInterval([1, 2, 3, 4]);
  assertEquals([mean, count], [2.5, 4]);
  // t(0.975, 3) = 3.18245, s = √(5/3).
  assertAlmostEquals(halfWidth, 3.18245 * Math.sqrt(5 / 3) / 2, 1e-4);
  assertEquals(meanInterval([7]), { mean: 7, halfWidth: NaN, count: 1 });
  assertEquals(meanInterval([]).mean, NaN);
});

Deno.test("pairedInterval: what pairs share does not widen it", () => {
  const first = [10.1, 20.2, 30.15], second = [10, 20, 30];
  assertEquals(
    pairedInterval(first, second),
    meanInterval(first.map((value, index) => value - second[index])),
  );
  assertEquals(pairedInterval(first, second).halfWidth < 0.2, true);
  assertEquals(meanInterval(first).halfWidth > 20, true);
  assertThrows(() => pairedInterval([1, 2], [1]), RangeError, "2 items");
});

Deno.test("simultaneousInterval: Bonferroni's quantile; one mean, or one sample, is left as it is", () => {
  const one = meanInterval([1, 2, 3, 4]);
  // t(1 − 0.025 / 5, 3) = 5.84091.
  const { mean, halfWidth, count } = simultaneousInterval(one, 5);
  assertEquals([mean, count], [2.5, 4]);
  assertAlmostEquals(halfWidth, 5.84091 * Math.sqrt(5 / 3) / 2, 1e-4);
  assertAlmostEquals(simultaneousInterval(one, 1).halfWidth, one.halfWidth, 1e-12);
  assertEquals(simultaneousInterval(meanInterval([7]), 5), { mean: 7, halfWidth: NaN, count: 1 });
});

Deno.test("shareInterval: where p is 1.96 standard errors away, within 0 … 1, and of nothing none", () => {
  for (const [hits, count] of [[0, 10], [3, 10], [90, 100], [10, 10]]) {
    const { value, low, high } = shareInterval(hits, count);
    assertEquals(value, hits / count);
    for (const end of [low, high]) {
      if (end === value) continue;
      assertAlmostEquals(Math.abs(value - end) / Math.sqrt(end * (1 - end) / count), 1.959964, 1e-5);
    }
  }
  // 1.96² / (10 + 1.96²), and its mirror image.
  assertAlmostEquals(shareInterval(0, 10).high, 0.27753, 1e-4);
  assertEquals(shareInterval(0, 10).low, 0);
  assertAlmostEquals(shareInterval(10, 10).low, 1 - 0.27753, 1e-4);
  assertEquals(Object.values(shareInterval(0, 0)), [NaN, NaN, NaN, 0]);
});
