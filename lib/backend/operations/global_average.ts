import * as tf from "../../core/tfjs.ts";

/**
 * Mean over the pixels, `[n, height, width, c] → [n, c]`, with the gradient `dy / (height · width)` at every pixel.
 *
 * tfjs' own gradient makes ones of the size of the images in JavaScript; this one spreads `dy` by a product with a column
 * of `height · width` numbers.
 */
export function globalAverage(x: tf.Tensor4D): tf.Tensor2D {
  const [n, height, width, channels] = x.shape, pixels = height * width;
  const op = tf.customGrad((images) => ({
    value: tf.mean(images as tf.Tensor, [1, 2]),
    gradFunc: (dy) => {
      const column = tf.fill([1, pixels, 1], 1 / pixels), row = tf.reshape(dy as tf.Tensor, [n, 1, channels]);
      return tf.reshape(tf.matMul(column, row), x.shape);
    },
  }));
  return op(x) as tf.Tensor2D;
}
