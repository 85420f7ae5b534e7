import { checkInteger } from "../core/checks.ts";
import type { Labels } from "../core/labels.ts";
import { checkRandom, type Random } from "../core/random.ts";
import { shuffledBatches } from "./batches.ts";
import { checkedLabels } from "./labels.ts";

/**
 * One epoch of shuffled batches each of which has items of at least two classes, so that every anchor has a negative of
 * another label.
 *
 * These are the batches of {@linkcode shuffledBatches}, but a batch of one class exchanges a random item with a random one
 * of another class, out of those left over or of a batch that keeps two classes. The exchange is found whenever the
 * guarantee can be given at all.
 *
 * @param labels one integer per item, any range
 * @param batchSize items per batch, from 2 to the number of items; a last batch that would be smaller is dropped
 * @param random stream of the order
 * @returns item indices of each batch
 * @throws {RangeError} if `batchSize` is out of range, or fewer items than there are batches are of another class than the
 * most frequent one
 * @throws {TypeError} if a label is no integer
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "@hscl/hscl";
 * import { mixedBatches } from "@hscl/hscl/samplers";
 * const labels = [0, 0, 0, 0, 0, 0, 1, 1, 1];
 * const batches = mixedBatches(labels, 3, new Random(0));
 * assert(batches.every((batch) => new Set(batch.map((item) => labels[item])).size === 2));
 * ```
 */
export function mixedBatches(labels: Labels, batchSize: number, random: Random): Int32Array[] {
  const checked = checkedLabels("labels", labels), count = checked.length;
  checkInteger("batch size", batchSize, { min: 2, max: count });
  checkRandom("random", random);
  const batches = shuffledBatches(count, batchSize, random.child("order"));
  checkFeasible(checked, batches.length);

  const used = new Set(batches.flatMap((batch) => Array.from(batch)));
  const unused = Int32Array.from(checked.keys()).filter((item) => !used.has(item));
  const places = [...batches, unused].flatMap((batch) =>
    Array.from(batch.keys(), (place) => ({ batch, place }))
  );

  const exchanges = random.child("exchanges");
  for (const batch of batches) {
    const own = checked[batch[0]];
    const others = (items: Int32Array) => items.reduce((sum, item) => sum + Number(checked[item] !== own), 0);
    if (others(batch) > 0) continue;
    const givers = new Set([...batches.filter((giver) => others(giver) > 1), unused]);
    const choices = places.filter(({ batch, place }) => givers.has(batch) && checked[batch[place]] !== own);
    const { batch: giver, place } = choices[exchanges.integer(choices.length)];
    const given = exchanges.integer(batchSize);
    [batch[given], giver[place]] = [giver[place], batch[given]];
  }
  return batches;
}

function checkFeasible(labels: Float64Array, batches: number): void {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const most = [...counts].reduce((a, b) => b[1] > a[1] ? b : a);
  if (labels.length - most[1] < batches) {
    throw new RangeError(
      `Cannot mix classes as each of the ${batches} batches must have an item that is not of class ${
        most[0]
      }: ` +
        `received ${labels.length - most[1]} such items`,
    );
  }
}
