import { checkInteger } from "../core/checks.ts";
import { checkRandom, type Random } from "../core/random.ts";

/**
 * One epoch of shuffled batches: every item at most once, in random order.
 *
 * @param count number of items
 * @param batchSize items per batch, at most `count`; a last batch that would be smaller is dropped, as in the paper's code
 * @param random stream of the order
 * @returns item indices of each batch
 * @throws {RangeError} if `batchSize` is below 1 or above `count`
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random, shuffledBatches } from "@hscl/hscl";
 * const batches = shuffledBatches(10, 4, new Random(0));
 * assertEquals(batches.length, 2);
 * assertEquals(batches[0].length, 4);
 * ```
 */
export function shuffledBatches(count: number, batchSize: number, random: Random): Int32Array[] {
  checkInteger("batch size", batchSize, { min: 1, max: count });
  const order = checkRandom("random", random).permutation(count);
  const batches = Math.floor(count / batchSize);
  return Array.from({ length: batches }, (_, i) => order.subarray(i * batchSize, (i + 1) * batchSize));
}
