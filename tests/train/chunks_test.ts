import { assert, assertEquals, assertThrows } from "@std/assert";
import { chunksOf, largestChunk } from "../../lib/train/chunks.ts";

const sizes = (batchSize: number, chunkSize: number) =>
  chunksOf(batchSize, chunkSize).map(({ count }) => count);

Deno.test("a batch falls into chunks of about the same size", () => {
  assertEquals(sizes(100, 64), [50, 50]);
  assertEquals(sizes(1024, 64), Array(16).fill(64));
  assertEquals(sizes(65, 64), [33, 32]);
  assertEquals(sizes(10, 4), [4, 3, 3]);
  assertEquals(sizes(64, 64), [64]);
  assertEquals(sizes(10, 1000), [10]);
});

Deno.test("chunks cover the batch in order, none has one item or is too large, and the largest names the division", () => {
  for (let batchSize = 2; batchSize <= 60; batchSize++) {
    for (let chunkSize = 2; chunkSize <= 61; chunkSize++) {
      const chunks = chunksOf(batchSize, chunkSize), what = `${batchSize} in ${chunkSize}`;
      let next = 0;
      for (const { first, count } of chunks) {
        assertEquals(first, next, what);
        next += count;
        assert(count >= 2 && count <= Math.max(chunkSize, 2 + batchSize % 2), `${what}: ${count}`);
        assert(chunks[0].count - count <= 1 && count <= chunks[0].count, what);
      }
      assertEquals(next, batchSize, what);
      const largest = largestChunk(batchSize, chunkSize);
      assertEquals(largest, chunks.length > 1 ? chunks[0].count : undefined, what);
      if (largest !== undefined) assertEquals(chunksOf(batchSize, largest), chunks, what);
    }
  }
});

Deno.test("an odd batch in twos is taken in threes", () => {
  assertEquals(sizes(6, 2), [2, 2, 2]);
  assertEquals(sizes(7, 2), [3, 2, 2]);
  assertEquals(sizes(3, 2), [3]);
});

Deno.test("a chunk of one item, or of a part of one, is refused", () => {
  assertThrows(() => chunksOf(8, 1), RangeError, "chunk size");
  assertThrows(() => chunksOf(8, 2.5), TypeError, "chunk size");
});
