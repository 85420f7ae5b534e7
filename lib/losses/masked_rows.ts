import * as tf from "@tensorflow/tfjs";

// One op each with a closed-form gradient, rather than tfjs' compositions, which yield NaN on rows without an entry.

/** `x − max` on the mask and `-Infinity` off it, with the row maxima; an empty row has maximum 0. */
function shifted(x: tf.Tensor, mask: tf.Tensor): { entries: tf.Tensor; rowMax: tf.Tensor } {
  const masked = tf.where(mask, x, tf.fill(x.shape, -Infinity));
  const largest = tf.max(masked, 1, true);
  // -∞ − (−∞) would be NaN.
  const rowMax = tf.where(tf.equal(largest, -Infinity), tf.zerosLike(largest), largest);
  return { entries: tf.sub(masked, rowMax), rowMax };
}

/** Row sums, with 1 in place of the 0 of an empty row. */
function nonZeroSums(exponentials: tf.Tensor): tf.Tensor {
  const sums = tf.sum(exponentials, 1, true);
  return tf.add(sums, tf.cast(tf.equal(sums, 0), "float32"));
}

/**
 * `log Σ_j mask_ij · exp(x_ij)` of every row, with the row's softmax as gradient. A row whose mask is empty gives 0 and
 * no gradient: the caller leaves such rows out.
 *
 * @param x `[rows, columns]`, finite where the mask is set
 * @param mask `[rows, columns]`, bool
 * @returns `[rows, 1]`
 */
export function maskedLogSumExp(x: tf.Tensor2D, mask: tf.Tensor2D): tf.Tensor2D {
  const op = tf.customGrad((input, save) => {
    const { entries, rowMax } = shifted(input as tf.Tensor, mask);
    const exponentials = tf.exp(entries), sums = nonZeroSums(exponentials);
    (save as tf.GradSaveFunc)([exponentials, sums]);
    return {
      value: tf.add(tf.log(sums), rowMax),
      gradFunc: (dy, saved) => {
        const [numerators, total] = saved as tf.Tensor[];
        return tf.mul(numerators, tf.div(dy as tf.Tensor, total));
      },
    };
  });
  return tf.tidy(() => op(x) as tf.Tensor2D);
}

/**
 * `x_ij − log Σ_k mask_ik · exp(x_ik)` on the mask, 0 off it: the logarithm of each entry's share of its row.
 *
 * Subtracts the row's maximum first, so that entries of size 10⁵ keep the digits of their differences.
 *
 * @param x `[rows, columns]`, finite where the mask is set
 * @param mask `[rows, columns]`, bool
 * @returns `[rows, columns]`
 */
export function maskedLogSoftmax(x: tf.Tensor2D, mask: tf.Tensor2D): tf.Tensor2D {
  const op = tf.customGrad((input, save) => {
    const { entries } = shifted(input as tf.Tensor, mask);
    const exponentials = tf.exp(entries), sums = nonZeroSums(exponentials);
    (save as tf.GradSaveFunc)([tf.div(exponentials, sums), mask]);
    return {
      value: tf.where(mask, tf.sub(entries, tf.log(sums)), tf.zerosLike(entries)),
      gradFunc: (dy, saved) => {
        const [shares, entryMask] = saved as tf.Tensor[];
        const onMask = tf.where(entryMask, dy as tf.Tensor, tf.zerosLike(shares));
        return tf.sub(onMask, tf.mul(shares, tf.sum(onMask, 1, true)));
      },
    };
  });
  return tf.tidy(() => op(x) as tf.Tensor2D);
}
