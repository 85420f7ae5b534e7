import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { classBalancedBatches, Random } from "@hscl/hscl";

const perClass = (batch: Int32Array, labels: number[]) => {
  const counts = new Map<number, number>();
  for (const item of batch) counts.set(labels[item], (counts.get(labels[item]) ?? 0) + 1);
  return counts;
};

Deno.test("every batch has m items of each of its classes, every item at most once", () => {
  const random = new Random(1);
  for (let trial = 0; trial < 30; trial++) {
    const stream = random.child(trial), classes = 2 + stream.integer(6), m = 1 + stream.integer(4);
    const labels = Array.from(
      { length: 30 * classes },
      (_, i) => i < classes * m ? i % classes : stream.integer(classes),
    );
    const chosen = 1 + stream.integer(classes), options = { batchSize: chosen * m, perClass: m };
    const batches = classBalancedBatches(labels, options, stream);
    assert(batches.length > 0);
    for (const batch of batches) {
      assertEquals([...perClass(batch, labels).values()], Array(chosen).fill(m));
    }
    const items = batches.flatMap((batch) => Array.from(batch));
    assertEquals(new Set(items).size, items.length);
  }
});

Deno.test("classes of equal size are used up, whichever classes a batch has", () => {
  const labels = Array.from({ length: 60 }, (_, i) => 10 * (i % 6));
  for (const batchSize of [4, 6, 12]) {
    assertEquals(
      classBalancedBatches(labels, { batchSize, perClass: 2 }, new Random(0)).length,
      60 / batchSize,
    );
  }
});

Deno.test("unequal classes give as many batches as there can be", () => {
  // Groups of one: 5, 3, 2 of the classes; pairs of different classes: 5.
  const labels = [0, 0, 0, 0, 0, 1, 1, 1, 2, 2];
  assertEquals(classBalancedBatches(labels, { batchSize: 2, perClass: 1 }, new Random(0)).length, 5);
  // The largest class alone bounds it: 8 of one class, 3 others.
  const skewed = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2];
  assertEquals(classBalancedBatches(skewed, { batchSize: 2, perClass: 1 }, new Random(0)).length, 3);
});

Deno.test("the order is that of the seed", () => {
  const labels = Array.from({ length: 40 }, (_, i) => i % 4), options = { batchSize: 8, perClass: 4 };
  const batches = classBalancedBatches(labels, options, new Random(5));
  assertEquals(classBalancedBatches(labels, options, new Random(5)), batches);
  assertNotEquals(classBalancedBatches(labels, options, new Random(6)), batches);
});

Deno.test("sizes that do not fit are refused with the reason", () => {
  const labels = [0, 0, 0, 1, 1, 1, 2, 2];
  const make = (batchSize: number, perClass: number) => () =>
    classBalancedBatches(labels, { batchSize, perClass }, new Random(0));
  assertThrows(make(7, 2), RangeError, "multiple of the items per class (2): received 7");
  assertThrows(make(8, 2), RangeError, "must have 4 classes: received 3");
  assertThrows(make(6, 3), RangeError, "at least 3 items: received 2 of class 2");
  assertThrows(make(0, 1), RangeError, "batch size");
  assertThrows(make(2, 0), RangeError, "items per class");
  assertThrows(make(2.5, 1), TypeError, "batch size");
  assertThrows(
    () => classBalancedBatches([0.5], { batchSize: 1, perClass: 1 }, new Random(0)),
    TypeError,
    "labels",
  );
  assertThrows(
    () => classBalancedBatches([], { batchSize: 1, perClass: 1 }, new Random(0)),
    RangeError,
    "received 0",
  );
});
