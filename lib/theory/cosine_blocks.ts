import * as tf from "@tensorflow/tfjs";
import { type Borrowed, borrowValues } from "../core/borrow_values.ts";
import type { ClassSorted } from "./class_sorted.ts";

/** Cosines of some rows with all rows: `[count, n]`, the rows `first … first + count - 1`. */
export interface CosineBlock {
  first: number;
  count: number;
  cosines: Float32Array | Float64Array;
}

// Cosines held at a time; 32 MiB in float32. Fewer would repack the right side of the product more often.
const BLOCK_COSINES = 2 ** 23;

/** The cosine matrix block by block, from top to bottom. A block may be written to, but only until the next is asked for. */
export async function* cosineBlocks(
  sorted: ClassSorted,
  precision: "float64" | "float32",
): AsyncGenerator<CosineBlock> {
  const { count: n } = sorted;
  const height = Math.max(1, Math.min(n, Math.floor(BLOCK_COSINES / n)));
  const product = precision === "float64" ? plainProduct(sorted, height) : new BackendProduct(sorted);
  try {
    for (let first = 0; first < n; first += height) {
      const count = Math.min(height, n - first);
      yield { first, count, cosines: await product.rows(first, count) };
    }
  } finally {
    product.dispose();
  }
}

/** Inner products of one row with all rows, in float64. */
export function cosinesOfRow({ rows, count, dim }: ClassSorted, row: number, to: Float64Array): void {
  const start = row * dim;
  for (let j = 0, at = 0; j < count; j++) {
    let sum = 0;
    for (let k = 0; k < dim; k++, at++) sum += rows[start + k] * rows[at];
    to[j] = sum;
  }
}

function plainProduct(sorted: ClassSorted, height: number) {
  const { count: n } = sorted;
  const cosines = new Float64Array(height * n);
  return {
    rows(first: number, count: number): Float64Array {
      for (let r = 0; r < count; r++) cosinesOfRow(sorted, first + r, cosines.subarray(r * n, (r + 1) * n));
      return cosines.subarray(0, count * n);
    },
    dispose() {},
  };
}

/** Products on the current TensorFlow.js backend, in its float32. */
class BackendProduct {
  readonly #all: tf.Tensor2D;
  readonly #dim: number;
  #last: Borrowed | undefined;

  constructor({ rows, count, dim }: ClassSorted) {
    this.#all = tf.tensor2d(Float32Array.from(rows), [count, dim]);
    this.#dim = dim;
  }

  async rows(first: number, count: number): Promise<Float32Array> {
    this.#last?.release();
    this.#last = undefined;
    const block = tf.tidy(() =>
      tf.matMul(tf.slice(this.#all, [first, 0], [count, this.#dim]), this.#all, false, true)
    );
    this.#last = await borrowValues(block);
    return this.#last.values;
  }

  dispose(): void {
    this.#last?.release();
    this.#all.dispose();
  }
}
