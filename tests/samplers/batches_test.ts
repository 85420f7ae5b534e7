import { assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { Random, shuffledBatches } from "@hscl/hscl";

Deno.test("an epoch holds every item at most once and drops a partial batch", () => {
  const batches = shuffledBatches(10, 3, new Random(0));
  assertEquals(batches.map((batch) => batch.length), [3, 3, 3]);
  assertEquals(new Set(batches.flatMap((batch) => Array.from(batch))).size, 9);
  assertEquals(shuffledBatches(10, 3, new Random(0)), batches);
  assertNotEquals(shuffledBatches(10, 3, new Random(1)), batches);
});

Deno.test("a batch larger than the set is refused", () => {
  assertThrows(() => shuffledBatches(10, 11, new Random(0)), RangeError, "at most 10: received 11");
});
