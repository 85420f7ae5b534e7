import * as tf from "@tensorflow/tfjs";
import { nextTurn } from "../core/next_turn.ts";
import { normalizeRows } from "../core/similarity.ts";

// Cosines are computed for this many rows at a time: memory stays at rows × columns floats.
const BLOCK = 256;

/**
 * The cosines of every row of one array with all rows of another, one row after the other, in blocks on the running backend.
 *
 * @param rows `[count, dim]`, row-major, of any norm
 * @param columns `[bank, dim]`
 * @param use told the number of a row and its cosines, which it may change
 */
export async function eachCosineRow(
  rows: Float32Array,
  columns: Float32Array,
  dim: number,
  use: (row: number, cosines: Float32Array) => void,
): Promise<void> {
  const count = rows.length / dim, bank = columns.length / dim;
  const turned = tf.tidy(() => tf.transpose(normalizeRows(tf.tensor2d(columns, [bank, dim]))) as tf.Tensor2D);
  try {
    for (let first = 0; first < count; first += BLOCK) {
      const size = Math.min(BLOCK, count - first);
      const block = tf.tidy(() => {
        const asked = rows.subarray(first * dim, (first + size) * dim);
        return tf.matMul(normalizeRows(tf.tensor2d(asked, [size, dim])), turned);
      });
      const cosines = await block.data() as Float32Array;
      block.dispose();
      await nextTurn();
      for (let row = 0; row < size; row++) use(first + row, cosines.subarray(row * bank, (row + 1) * bank));
    }
  } finally {
    turned.dispose();
  }
}
