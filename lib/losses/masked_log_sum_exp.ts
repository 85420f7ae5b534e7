import * as tf from "@tensorflow/tfjs";

/**
 * `log Σ_j mask_ij · exp(x_ij)` of every row, with the row's softmax as gradient. A row whose mask is empty gives 0 and
 * no gradient: the caller leaves such rows out.
 *
 * One op with a closed-form gradient rather than tfjs' composition, which yields NaN on rows without an entry.
 *
 * @param x `[rows, columns]`, finite where the mask is set
 * @param mask `[rows, columns]`, bool
 * @returns `[rows, 1]`
 */
export function maskedLogSumExp(x: tf.Tensor2D, mask: tf.Tensor2D): tf.Tensor2D {
  const op = tf.customGrad((input, save) => {
    const masked = tf.where(mask, input as tf.Tensor, tf.scalar(-Infinity));
    const rowMax = tf.max(masked, 1, true);
    // An empty row has maximum -∞; shifting by 0 instead keeps exp(-∞) = 0 rather than exp(-∞ + ∞).
    const shift = tf.where(tf.equal(rowMax, -Infinity), tf.zerosLike(rowMax), rowMax);
    const exponentials = tf.exp(tf.sub(masked, shift));
    const sum = tf.sum(exponentials, 1, true);
    const safeSum = tf.add(sum, tf.cast(tf.equal(sum, 0), "float32"));
    (save as tf.GradSaveFunc)([exponentials, safeSum]);
    return {
      value: tf.add(tf.log(safeSum), shift),
      gradFunc: (dy, saved) => {
        const [weights, total] = saved as tf.Tensor[];
        return tf.mul(weights, tf.div(dy as tf.Tensor, total));
      },
    };
  });
  return tf.tidy(() => op(x) as tf.Tensor2D);
}
