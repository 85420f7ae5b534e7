import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { meanInterval, Random } from "@hscl/hscl";

Deno.test("the same seed and names give the same numbers, other names others", () => {
  const draw = (random: Random) => Array.from({ length: 5 }, () => random.uniform());
  assertEquals(draw(new Random(3).child("a").child(2)), draw(new Random(3).child("a").child(2)));
  const streams = [
    new Random(3),
    new Random(4),
    new Random(3).child("a"),
    new Random(3).child("b"),
    new Random(3).child("a").child(2),
  ];
  assertEquals(new Set(streams.map((random) => draw(random).join())).size, streams.length);
});

Deno.test("a child does not depend on what its parent has drawn", () => {
  const parent = new Random(5);
  const before = parent.child("x").uniform();
  parent.uniform();
  assertEquals(parent.child("x").uniform(), before);
});

Deno.test("uniform, normal, integer and chance have the moments they should", () => {
  const random = new Random(1).child("moments"), n = 50_000;
  const moments = (draw: () => number) => {
    const values = Array.from({ length: n }, draw);
    const mean = values.reduce((a, b) => a + b) / n;
    return [mean, values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n];
  };
  const near = ([mean, variance]: number[], expectedMean: number, expectedVariance: number) => {
    assertAlmostEquals(mean, expectedMean, 5 * Math.sqrt(expectedVariance / n));
    assertAlmostEquals(variance, expectedVariance, 0.05 * expectedVariance);
  };
  near(moments(() => random.uniform(2, 4)), 3, 1 / 3);
  near(moments(() => random.normal()), 0, 1);
  near(moments(() => random.integer(6)), 2.5, 35 / 12);
  near(moments(() => Number(random.chance(0.2))), 0.2, 0.16);
});

Deno.test("every permutation of three is about equally frequent", () => {
  const random = new Random(2), counts = new Map<string, number>(), draws = 12_000;
  for (let i = 0; i < draws; i++) {
    const order = random.permutation(3).join("");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assertEquals(counts.size, 6);
  const chiSquare = [...counts.values()].reduce(
    (sum, count) => sum + (count - draws / 6) ** 2 / (draws / 6),
    0,
  );
  assert(chiSquare < 25.7, `χ² = ${chiSquare}`); // 0.9999 quantile at 5 degrees of freedom
});

Deno.test("a seed must be a non-negative integer", () => {
  assertThrows(() => new Random(-1), RangeError, "seed");
  assertThrows(() => new Random(0.5), TypeError, "seed");
});

Deno.test("the interval of known samples, by Student's t", () => {
  // t(0.975, 4) = 2.776445; s = √2.5; n = 5.
  const { mean, halfWidth, count } = meanInterval([1, 2, 3, 4, 5]);
  assertEquals([mean, count], [3, 5]);
  assertAlmostEquals(halfWidth, 2.7764451 * Math.sqrt(2.5 / 5), 1e-6);
  assert(Number.isNaN(meanInterval([7]).halfWidth));
  assert(Number.isNaN(meanInterval([]).mean));
});

Deno.test("what a draw is asked for must make sense", () => {
  const random = new Random(3), other = new Random(3);
  for (const below of [0, -1, 0.5, 2.5, NaN, Infinity, "3", null, undefined, [3], {}, 3n] as number[]) {
    assertThrows(() => random.integer(below), Error, "Cannot use below as it must be");
  }
  for (
    const [min, max] of [[1, 0], [NaN, 1], [0, NaN], [0, Infinity], [-Infinity, 0], ["0", 1], [0, "1"], [
      null,
      1,
    ]]
  ) {
    assertThrows(() => random.uniform(min as number, max as number), Error, "Cannot use m");
  }
  for (const probability of [-0.1, 1.1, NaN, "0.5", null, undefined, true, {}] as number[]) {
    assertThrows(() => random.chance(probability), Error, "Cannot use probability as it must be");
  }
  for (const length of [-1, 0.5, NaN, Infinity, "3", null, undefined, [1]] as number[]) {
    assertThrows(() => random.permutation(length), Error, "Cannot use length as it must be");
  }
  assertThrows(
    () => random.permutation(2 ** 31),
    RangeError,
    "Cannot use length as length must be at most 268435456",
  );
  // What is refused draws nothing, and what is allowed at the ends is drawn.
  assertEquals(random.uniform(), other.uniform());
  assertEquals([random.integer(1), random.uniform(2, 2), random.chance(0), random.chance(1)], [
    0,
    2,
    false,
    true,
  ]);
  assertEquals(random.permutation(0).length, 0);
  assert(random.integer(2 ** 32) < 2 ** 32);
});

Deno.test("the numbers of a stream stay what they are", () => {
  const random = new Random(7).child("numbers");
  assertEquals(
    [random.uniform(), random.uniform(-2, 3), random.integer(1000), random.normal(), random.normal()],
    [0.08691851515322924, 0.43334242259152234, 375, 1.3096029057066034, -0.48404857884632313],
  );
  assertEquals([random.chance(0.5), random.chance(0.5), ...random.permutation(6)], [
    false,
    true,
    0,
    5,
    2,
    1,
    4,
    3,
  ]);
});
