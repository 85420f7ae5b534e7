import * as tf from "../core/tfjs.ts";
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

/** The `[count, rows, size]` tensors of the blocks that lie one after the other in `flat`. */
export function splitBlocks(flat: tf.Tensor, { blocks }: PositivePairs): tf.Tensor3D[] {
  let offset = 0;
  return blocks.map(({ count, rows, size }) => {
    const length = count * rows * size;
    const part = blocks.length > 1 ? tf.slice(flat, [offset], [length]) : flat;
    offset += length;
    return tf.reshape(part, [count, rows, size]);
  });
}

/**
 * Cosines of all pairs of an anchor and a member within the blocks, one block after the other.
 *
 * @param anchors `[n, dim]`, unit rows
 * @param members `[m, dim]`, unit rows; the same tensor where both are all embeddings of a batch
 * @returns `[Σ count · rows · size]`
 */
export function blockCosines(
  anchors: tf.Tensor2D,
  members: tf.Tensor2D,
  positives: PositivePairs,
): tf.Tensor1D {
  const { blocks, rowOf, columnOf } = positives, dim = anchors.shape[1];
  const op = tf.customGrad((a, m, save) => {
    const left = blocks.map(({ count, rows, anchors }) =>
      tf.reshape(gatherRows(a as tf.Tensor, anchors), [count, rows, dim])
    );
    const right = members === anchors
      ? left
      : blocks.map(({ count, size, members }) =>
        tf.reshape(gatherRows(m as tf.Tensor, members), [count, size, dim])
      );
    (save as tf.GradSaveFunc)([...left, ...right]);
    return {
      value: joinBlocks(left.map((part, b) => tf.reshape(tf.matMul(part, right[b], false, true), [-1]))),
      gradFunc: (dy, saved) => {
        // Each of the two embeddings of a pair gets the pair's gradient times the other.
        const pulls = splitBlocks(dy as tf.Tensor, positives), parts = saved as tf.Tensor[];
        const toRows = pulls.map((pull, b) => tf.matMul(pull, parts[blocks.length + b]));
        const toColumns = pulls.map((pull, b) => tf.matMul(pull, parts[b], true));
        const flat = (part: tf.Tensor) => tf.reshape(part, [-1, dim]);
        return [
          gatherRows(joinBlocks(toRows.map(flat)), rowOf),
          gatherRows(joinBlocks(toColumns.map(flat)), columnOf),
        ];
      },
    };
  });
  return op(anchors, members) as tf.Tensor1D;
}
