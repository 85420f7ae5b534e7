import { assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { positiveSampler, Random } from "@hscl/hscl";
import { assertFits } from "./chi_square.ts";

const labels = [7, -1, 7, 7, 3, 7, -1, 7];

Deno.test("by view the positive is the other view, with certainty", () => {
  const sampler = positiveSampler({ kind: "view", items: 4, seed: 0 });
  assertEquals(sampler.count, 8);
  const draws = sampler.draw([0, 3, 4, 7], { k: 2, replacement: true });
  assertEquals(Array.from(draws.indices), [4, 4, 7, 7, 0, 0, 3, 3]);
  assertEquals(draws.logProbabilities.every((log) => log === 0), true);
  const once = sampler.draw([5], { k: 2 });
  assertEquals([Array.from(once.indices), Array.from(once.counts)], [[1, -1], [1]]);
});

Deno.test("by label positives are uniform over the others of the label, with and without replacement", () => {
  const times = 20_000, k = 3, others = [2, 3, 5, 7];
  for (const replacement of [false, true]) {
    const sampler = positiveSampler({ kind: "label", labels, seed: 4 });
    const { indices, logProbabilities, counts } = sampler.draw(new Int32Array(times), { k, replacement });
    const pairs = new Float64Array(16);
    for (let i = 0; i < times; i++) {
      const [a, b] = indices.subarray(i * k);
      pairs[4 * others.indexOf(a) + others.indexOf(b)]++;
      assertEquals(counts[i], k);
      for (let place = 0; place < k; place++) {
        assertAlmostEquals(logProbabilities[i * k + place], -Math.log(replacement ? 4 : 4 - place), 1e-15);
      }
      if (!replacement) assertEquals(new Set(indices.subarray(i * k, (i + 1) * k)).size, k);
    }
    const expected = others.flatMap((a) =>
      others.map((b) => replacement ? -Math.log(16) : a === b ? -Infinity : -Math.log(12))
    );
    assertFits(pairs, expected, `replacement ${replacement}`);
  }
});

Deno.test("anchors with few or no positives get what there is", () => {
  const sampler = positiveSampler({ kind: "label", labels, seed: 0 });
  for (const replacement of [false, true]) {
    const { indices, counts, logProbabilities } = sampler.draw([4, 1], { k: 2, replacement });
    assertEquals(Array.from(counts), replacement ? [0, 2] : [0, 1]);
    assertEquals(Array.from(indices), [-1, -1, 6, replacement ? 6 : -1]);
    assertEquals(Array.from(logProbabilities), [-Infinity, -Infinity, 0, replacement ? 0 : -Infinity]);
  }
});

Deno.test("the same seed and call give the same positives, others not", () => {
  const make = (seed: number) => positiveSampler({ kind: "label", labels, seed });
  const anchors = new Int32Array(50), one = make(1), first = one.draw(anchors, { k: 2 });
  assertEquals(make(1).draw(anchors, { k: 2 }), first);
  assertNotEquals(one.draw(anchors, { k: 2 }), first);
  assertNotEquals(make(2).draw(anchors, { k: 2 }), first);
  const stream = () => new Random(3).child("mine");
  assertEquals(
    one.draw(anchors, { k: 2, random: stream() }),
    make(9).draw(anchors, { k: 2, random: stream() }),
  );
});

Deno.test("wrong options and anchors are refused by name", () => {
  assertThrows(
    () => positiveSampler({ kind: "other" as "view", items: 1, seed: 0 }),
    RangeError,
    "view, label",
  );
  assertThrows(() => positiveSampler({ kind: "view", items: 0, seed: 0 }), RangeError, "items");
  assertThrows(() => positiveSampler({ kind: "label", labels: [0.5], seed: 0 }), TypeError, "0.5 at index 0");
  const sampler = positiveSampler({ kind: "label", labels, seed: 0 });
  assertThrows(() => sampler.draw([8], { k: 1 }), RangeError, "anchors");
  assertThrows(() => sampler.draw([0], { k: 0 }), RangeError, "k");
});
