import { checkInteger, checkLength, checkOptions } from "../core/checks.ts";
import { float32Array } from "../core/float_array.ts";
import { integerLabels, type Labels } from "../core/labels.ts";

/** Embeddings with their labels. */
export interface LabelledEmbeddings {
  /** Row-major `[count, dim]`. */
  readonly embeddings: Float32Array;
  /** One per row. */
  readonly labels: Int32Array;
}

/**
 * The last `capacity` embeddings, first in, first out: a source of more negatives than a batch has.
 *
 * A ring buffer, so adding a batch costs `O(batch)` whatever the capacity; rows are kept as they are given, without
 * normalising.
 *
 * Source: He et al., *Momentum Contrast*, arXiv 1911.05722, section 3.2; Wu et al., arXiv 1805.01978, section 3.1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { MemoryBank } from "@hscl/hscl";
 * const bank = new MemoryBank({ capacity: 2, dim: 1 });
 * bank.push(Float32Array.of(1, 2, 3), [7, 8, 9]);
 * const { embeddings, labels } = bank.read();
 * assertEquals(embeddings.join(), "2,3");
 * assertEquals(labels.join(), "8,9");
 * ```
 */
export class MemoryBank {
  /** Embeddings it can hold. */
  readonly capacity: number;
  /** Length of an embedding. */
  readonly dim: number;
  readonly #embeddings: Float32Array;
  readonly #labels: Int32Array;
  #size = 0;
  /** Row that the next embedding is written to; the oldest one once the bank is full. */
  #next = 0;

  /**
   * An empty bank.
   *
   * @throws {RangeError} if `capacity` or `dim` is below 1
   * @throws {TypeError} if either is no integer
   */
  constructor(options: { capacity: number; dim: number }) {
    const { capacity, dim } = checkOptions(options, { capacity: true, dim: true });
    this.capacity = checkInteger("capacity", capacity, { min: 1 });
    this.dim = checkInteger("dim", dim, { min: 1 });
    this.#embeddings = new Float32Array(capacity * dim);
    this.#labels = new Int32Array(capacity);
  }

  /** Embeddings it holds now. */
  get size(): number {
    return this.#size;
  }

  /**
   * Adds embeddings in their order, in place of the oldest ones if there is no room. Of more than `capacity`, the last ones
   * stay. Nothing is added if this throws.
   *
   * @param embeddings row-major `[count, dim]`
   * @param labels `count` integers of 32 bits
   * @throws {RangeError} if the lengths do not fit, an embedding is not finite or a label is out of range
   * @throws {TypeError} if an embedding is no number or a label no integer
   */
  push(embeddings: ArrayLike<number>, labels: Labels): void {
    const { capacity, dim } = this, classes = integerLabels("labels", labels), count = classes.length;
    const added = float32Array("embeddings", embeddings);
    checkLength("embeddings", added, count * dim, `${count} labels × dim ${dim}`);
    const broken = added.findIndex((value) => !Number.isFinite(value));
    if (broken >= 0) {
      throw new RangeError(
        `Cannot remember embeddings as they must be finite: received ${added[broken]} in row ${
          Math.floor(broken / dim)
        }`,
      );
    }
    const checked = Int32Array.from(
      classes,
      (label) => checkInteger("labels", label, { min: -(2 ** 31), max: 2 ** 31 - 1 }),
    );
    for (let row = Math.max(count - capacity, 0); row < count;) {
      const rows = Math.min(count - row, capacity - this.#next);
      this.#embeddings.set(added.subarray(row * dim, (row + rows) * dim), this.#next * dim);
      this.#labels.set(checked.subarray(row, row + rows), this.#next);
      row += rows;
      this.#next = (this.#next + rows) % capacity;
      this.#size = Math.min(this.#size + rows, capacity);
    }
  }

  /** A copy of what it holds, oldest first. */
  read(): LabelledEmbeddings {
    const { dim } = this, oldest = this.#size < this.capacity ? 0 : this.#next;
    const embeddings = new Float32Array(this.#size * dim), labels = new Int32Array(this.#size);
    const { embeddings: all, labels: allLabels } = this.view();
    embeddings.set(all.subarray(oldest * dim));
    embeddings.set(all.subarray(0, oldest * dim), (this.#size - oldest) * dim);
    labels.set(allLabels.subarray(oldest));
    labels.set(allLabels.subarray(0, oldest), this.#size - oldest);
    return { embeddings, labels };
  }

  /** What it holds without copying, in no particular order; the next {@linkcode MemoryBank.push} changes it. */
  view(): LabelledEmbeddings {
    return {
      embeddings: this.#embeddings.subarray(0, this.#size * this.dim),
      labels: this.#labels.subarray(0, this.#size),
    };
  }

  /** Forgets everything. */
  clear(): void {
    this.#size = this.#next = 0;
  }
}
