import * as tf from "../../core/tfjs.ts";
import type { Tensor1D } from "../../core/tensors.ts";
import { hasKernel, runKernel } from "./has_kernel.ts";

/** Which rows of a matrix are added up to which sum: the i-th part adds row `rows[i]` to sum `sums[i]`. */
export interface Segments {
  /** Of every part. */
  readonly rows: Tensor1D;
  /** Of every part, ascending; each sum has at least one part. */
  readonly sums: Tensor1D;
  /** How many sums there are. */
  readonly count: number;
}

/**
 * Sums of rows, `[n, dim] → [count, dim]`. It can be differentiated any number of times.
 *
 * @param x `[n, dim]`
 * @param segments which rows are added up
 * @param transposed the same parts the other way: which sums a row is part of
 */
export function segmentSum(x: tf.Tensor2D, segments: Segments, transposed: Segments): tf.Tensor2D {
  const op = tf.customGrad((input) => ({
    value: sumOf(input as tf.Tensor2D, segments),
    gradFunc: (dy) => segmentSum(dy as tf.Tensor2D, transposed, segments),
  }));
  return op(x) as tf.Tensor2D;
}

function sumOf(x: tf.Tensor2D, { rows, sums, count }: Segments): tf.Tensor2D {
  if (hasKernel("SegmentSum", x)) return runKernel<tf.Tensor2D>("SegmentSum", { x, rows, sums }, { count });
  return tf.getKernel("SparseSegmentSum", tf.getBackend())
    ? tf.sparse.sparseSegmentSum(x, rows, sums) as tf.Tensor2D
    : tf.unsortedSegmentSum(tf.gather(x, rows), sums, count) as tf.Tensor2D;
}
