// The ends of every range.
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  classBalancedBatches,
  exponential,
  MemoryBank,
  negativeSampler,
  positiveSampler,
  Random,
  shuffledBatches,
} from "@hscl/hscl";
import { mixedBatches } from "@hscl/hscl/samplers";

Deno.test("a batch may hold all items, or one; where classes mix, two", () => {
  const random = new Random(0), sorted = (batch: Int32Array) => [...batch].sort((a, b) => a - b);
  assertEquals(shuffledBatches(4, 4, random).map(sorted), [[0, 1, 2, 3]]);
  assertEquals(shuffledBatches(3, 1, random).length, 3);
  assertThrows(() => shuffledBatches(3, 0, random), RangeError, "batch size");
  assertEquals(mixedBatches([5, 7], 2, random).map(sorted), [[0, 1]]);
  assertEquals(classBalancedBatches([5, 5, 5], { batchSize: 1, perClass: 1 }, random).length, 3);
});

Deno.test("classes give their items in turn: with equal counts all are used up", () => {
  for (let seed = 0; seed < 20; seed++) {
    const labels = Array.from({ length: 30 }, (_, i) => i % 5);
    const batches = classBalancedBatches(labels, { batchSize: 4, perClass: 2 }, new Random(seed));
    // Three groups of two per class, of which each batch takes two classes' one: fifteen groups, seven batches.
    assertEquals(batches.length, 7);
  }
});

Deno.test("a memory bank keeps every label of 32 bits; the smallest is of one embedding of length one", () => {
  const bank = new MemoryBank({ capacity: 1, dim: 1 }), ends = [-(2 ** 31), 2 ** 31 - 1];
  for (const label of ends) {
    bank.push(Float32Array.of(1), [label]);
    assertEquals([...bank.read().labels], [label]);
  }
  assertThrows(() => bank.push(Float32Array.of(1), [-(2 ** 31) - 1]), RangeError, "labels");
  assertThrows(() => new MemoryBank({ capacity: 1, dim: 0 }), RangeError, "dim");
});

Deno.test("every row can be an anchor, the last one too, and none before the first", () => {
  const positives = positiveSampler({ kind: "view", items: 1, seed: 0 });
  assertEquals([...positives.draw([0, 1], { k: 1 }).indices], [1, 0]);
  assertThrows(() => positives.draw([-1], { k: 1 }), RangeError, "anchors");
  assertThrows(() => positives.draw([2], { k: 1 }), RangeError, "anchors");
  const negatives = negativeSampler({ kind: "ucl", embeddings: Float32Array.of(1, 2), dim: 1, seed: 0 });
  assertEquals([...negatives.draw([0, 1], { k: 1 }).indices], [1, 0]);
});

Deno.test("a row of norm 1e-35 has a direction, one below 1e-36 counts as zero; sums of squares must be finite", () => {
  const embeddings = Float64Array.of(1, 0, 1e-35, 0, 1e-37, 0, 0, 0);
  const make = (embeddings: Float64Array) =>
    negativeSampler({ kind: "hucl", embeddings, dim: 2, hardening: exponential(1), temperature: 1, seed: 0 });
  const draws = make(embeddings).draw({ embeddings: Float64Array.of(1, 0) }, { k: 400, replacement: true });
  const logSum = Math.log(2 * Math.E + 2), seen = new Set(draws.indices);
  assertEquals(seen.size, 4);
  draws.indices.forEach((row, i) =>
    assertAlmostEquals(draws.logProbabilities[i], (row < 2 ? 1 : 0) - logSum, 1e-12)
  );
  assertThrows(() => make(Float64Array.of(1, 0, 1e200, 0)), RangeError, "received 1e+200 in row 1");
});

Deno.test("neither the size of a block nor what else is asked changes what an anchor draws", () => {
  const random = new Random(3).child("blocks"), count = 23, dim = 3;
  const embeddings = Float64Array.from({ length: count * dim }, () => random.normal());
  const labels = Array.from({ length: count }, () => random.integer(3)),
    anchors = Int32Array.from({ length: 9 }, (_, i) => 2 * i);
  for (const kind of ["ucl", "hscl"] as const) {
    for (const replacement of [false, true]) {
      const draw = (blockSize: number | undefined, asked: Int32Array) =>
        negativeSampler({ kind, embeddings, dim, labels, seed: 4, blockSize }).draw(asked, {
          k: 5,
          replacement,
        });
      const whole = draw(undefined, anchors);
      for (const blockSize of [1, 4, 7, count, 1000]) assertEquals(draw(blockSize, anchors), whole);
      for (const asked of [1, 3, 4, 5, 8]) {
        assertEquals(
          draw(undefined, anchors.subarray(0, asked)).indices,
          whole.indices.subarray(0, 5 * asked),
        );
      }
      assert(new Set(whole.indices).size > 5);
    }
  }
});

Deno.test("by default η is exp(u/T) at T = 0.5, and nothing is drawn twice", () => {
  const embeddings = Float32Array.of(1, 0, 0.8, 0.6, 0, 1, -1, 0),
    dim = 2,
    seed = 5,
    anchors = new Int32Array(50);
  const plain = negativeSampler({ kind: "hucl", embeddings, dim, seed }).draw(anchors, { k: 3 });
  const given = { hardening: exponential(1), temperature: 0.5 };
  const explicit = negativeSampler({ kind: "hucl", embeddings, dim, seed, ...given });
  assertEquals(explicit.draw(anchors, { k: 3, replacement: false }), plain);
  const labels = [1, 1, 1, 1], positives = () => positiveSampler({ kind: "label", labels, seed });
  assertEquals(
    positives().draw(anchors, { k: 2 }),
    positives().draw(anchors, { k: 2, replacement: false }),
  );
});

Deno.test("weights beyond every number are refused before anything is drawn", () => {
  const embeddings = Float32Array.of(1, 0, 0, 1), dim = 2, seed = 0;
  const sampler = (beta: number, temperature: number) =>
    negativeSampler({ kind: "hucl", embeddings, dim, seed, temperature, hardening: exponential(beta) });
  assertThrows(
    () => sampler(1e30, 1e-300),
    RangeError,
    "received Infinity at cosine 1, temperature 1e-300",
  );
  assertEquals(sampler(1e30, 1e-270).draw([0], { k: 1 }).indices[0], 1);
});
