import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { Random, shuffledBatches } from "@hscl/hscl";
import { mixedBatches } from "@hscl/hscl/samplers";

const classes = (batch: Int32Array, labels: number[]) =>
  new Set(Array.from(batch, (item) => labels[item])).size;

Deno.test("every batch has two classes whenever that is possible, and every item at most once", () => {
  const random = new Random(2);
  let refused = 0, tight = 0;
  for (let trial = 0; trial < 400; trial++) {
    const stream = random.child(trial),
      batchSize = 2 + stream.integer(4),
      count = batchSize + stream.integer(30);
    const rare = stream.uniform(0, 0.7);
    const labels = Array.from({ length: count }, () => stream.chance(rare) ? 1 + stream.integer(3) : 0);
    const batchCount = Math.floor(count / batchSize);
    const most = Math.max(...[0, 1, 2, 3].map((label) => labels.filter((other) => other === label).length));
    if (count - most < batchCount) {
      assertThrows(
        () => mixedBatches(labels, batchSize, stream),
        RangeError,
        `each of the ${batchCount} batches`,
      );
      refused++;
      continue;
    }
    if (count - most === batchCount) tight++;
    const batches = mixedBatches(labels, batchSize, stream);
    assertEquals(batches.length, batchCount);
    assert(batches.every((batch) => batch.length === batchSize && classes(batch, labels) >= 2));
    const items = batches.flatMap((batch) => Array.from(batch));
    assertEquals(new Set(items).size, items.length);
  }
  assert(refused > 20 && tight > 10, `${refused} refused, ${tight} tight`);
});

Deno.test("batches that have two classes anyway are those of shuffledBatches", () => {
  const labels = Array.from({ length: 64 }, (_, i) => i % 8), random = new Random(3);
  assertEquals(mixedBatches(labels, 16, random), shuffledBatches(64, 16, random.child("order")));
  assertNotEquals(mixedBatches(labels, 16, new Random(4)), mixedBatches(labels, 16, random));
});

Deno.test("one class, batches of one and labels that are no integers are refused", () => {
  assertThrows(() => mixedBatches([1, 1, 1, 1], 2, new Random(0)), RangeError, "not of class 1: received 0");
  assertThrows(() => mixedBatches([1, 2], 1, new Random(0)), RangeError, "batch size");
  assertThrows(() => mixedBatches([1, 2], 3, new Random(0)), RangeError, "batch size");
  assertThrows(() => mixedBatches([1, NaN], 2, new Random(0)), TypeError, "NaN at index 1");
});

Deno.test("a batch may leave any number of items", () => {
  const labels = Int32Array.from({ length: 500_000 }, (_, i) => i % 2);
  assertEquals(mixedBatches(labels, 260_000, new Random(0)).map(({ length }) => length), [260_000]);
});
