import * as tf from "@tensorflow/tfjs";
import type { PositivePairs } from "./positives.ts";

/**
 * Rows `[m, d]` of a tensor by index; the tensor itself if that is all of them in order. Not differentiable: the gradient
 * of a gather is a scatter, for which the inverse index does better.
 */
export function gatherRows(x: tf.Tensor, index: Int32Array): tf.Tensor {
  if (index.length === x.shape[0] && index.every((row, i) => row === i)) return x;
  return tf.gatherND(x, tf.tensor2d(index, [index.length, 1], "int32"));
}

/** One tensor of what was computed block by block, along the first axis. */
export function joinBlocks(parts: tf.Tensor[]): tf.Tensor {
  return parts.length > 1 ? tf.concat(parts, 0) : parts[0];
}

/** The `[count, size, size]` tensors of the blocks that lie one after the other in `flat`. */
export function splitBlocks(flat: tf.Tensor, { blocks }: PositivePairs): tf.Tensor3D[] {
  let offset = 0;
  return blocks.map(({ count, size }) => {
    const length = count * size * size;
    const part = blocks.length > 1 ? tf.slice(flat, [offset], [length]) : flat;
    offset += length;
    return tf.reshape(part, [count, size, size]);
  });
}

/**
 * Cosines of all pairs within the blocks, one block after the other.
 *
 * @param embeddings `[n, dim]`, unit rows
 * @returns `[Σ count · size²]`
 */
export function blockCosines(embeddings: tf.Tensor2D, positives: PositivePairs): tf.Tensor1D {
  const op = tf.customGrad((z, save) => {
    const rows = positives.blocks.map(({ count, size, members }) =>
      tf.reshape(gatherRows(z as tf.Tensor, members), [count, size, embeddings.shape[1]])
    );
    (save as tf.GradSaveFunc)(rows);
    return {
      value: joinBlocks(rows.map((part) => tf.reshape(tf.matMul(part, part, false, true), [-1]))),
      gradFunc: (dy, saved) => {
        // Each of the two embeddings of a pair gets the pair's gradient times the other.
        const toRows = splitBlocks(dy as tf.Tensor, positives).map((pulls, b) => {
          const part = (saved as tf.Tensor[])[b];
          const both = tf.add(tf.matMul(pulls, part), tf.matMul(pulls, part, true));
          return tf.reshape(both, [-1, embeddings.shape[1]]);
        });
        return gatherRows(joinBlocks(toRows), positives.rowOf);
      },
    };
  });
  return op(embeddings) as tf.Tensor1D;
}
