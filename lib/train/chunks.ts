import { checkInteger } from "../core/checks.ts";

/** Consecutive items of a batch. */
export interface Chunk {
  /** The first of them, from 0. */
  first: number;
  /** How many, at least 2. */
  count: number;
}

/**
 * A batch in as few chunks as its size allows, which differ by one item at most: 100 items in chunks of at most 64 are 50 and 50.
 * No chunk has one item only, of which batch norm could make nothing; an odd batch in twos would have one, and is taken in threes.
 *
 * @param batchSize items, at least 2
 * @param chunkSize most items of a chunk, at least 2
 * @throws {RangeError} if the size of a chunk is below 2
 * @throws {TypeError} if it is no integer
 */
export function chunksOf(batchSize: number, chunkSize: number): Chunk[] {
  checkInteger("chunk size", chunkSize, { min: 2 });
  const most = chunkSize === 2 ? 2 + batchSize % 2 : chunkSize;
  const chunks = Math.ceil(batchSize / most),
    start = (index: number) => Math.ceil(index * batchSize / chunks);
  return Array.from({ length: chunks }, (_, i) => ({ first: start(i), count: start(i + 1) - start(i) }));
}

/**
 * The size of the largest chunk, which names a division into chunks: divided by it, the batch falls into the same. None where the
 * batch is one chunk.
 */
export function largestChunk(batchSize: number, chunkSize: number): number | undefined {
  const chunks = chunksOf(batchSize, chunkSize);
  return chunks.length === 1 ? undefined : chunks[0].count;
}
