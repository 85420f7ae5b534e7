/** A binary heap of `size` slots with a key each; all keys start at `-Infinity`, and only the least one can be replaced. */
export class SlotHeap {
  readonly #keys: Float64Array;
  readonly #order: Int32Array;

  constructor(size: number) {
    this.#keys = new Float64Array(size).fill(-Infinity);
    this.#order = Int32Array.from({ length: size }, (_, slot) => slot);
  }

  /** The slot with the least key. */
  get least(): number {
    return this.#order[0];
  }

  /** The least key. */
  get leastKey(): number {
    return this.#keys[this.#order[0]];
  }

  /** The key of a slot. */
  keyOf(slot: number): number {
    return this.#keys[slot];
  }

  /** Gives the slot with the least key another key. */
  replaceLeast(key: number): void {
    const keys = this.#keys, order = this.#order, size = order.length, slot = order[0];
    keys[slot] = key;
    let hole = 0;
    for (;;) {
      let child = 2 * hole + 1;
      if (child >= size) break;
      if (child + 1 < size && keys[order[child + 1]] < keys[order[child]]) child++;
      if (keys[order[child]] >= key) break;
      order[hole] = order[child];
      hole = child;
    }
    order[hole] = slot;
  }
}
