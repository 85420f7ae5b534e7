import * as tf from "../../core/tfjs.ts";

/** The share of each pixel in each of `side × side` cells, `[cells, pixels]` row by row; cells overlap where they do not fit. */
function shares(height: number, width: number, side: number): Float32Array {
  const matrix = new Float32Array(side * side * height * width);
  const within = (cell: number, size: number): [from: number, to: number] => [
    Math.floor(cell * size / side),
    Math.ceil((cell + 1) * size / side),
  ];
  for (let cell = 0; cell < side * side; cell++) {
    const [top, bottom] = within(Math.floor(cell / side), height), [left, right] = within(cell % side, width);
    for (let y = top; y < bottom; y++) {
      for (let x = left; x < right; x++) {
        matrix[(cell * height + y) * width + x] = 1 / ((bottom - top) * (right - left));
      }
    }
  }
  return matrix;
}

/**
 * Means over the cells that a grid of `side × side` cuts images into, `[n, height, width, c] → [n, side² · c]`, cell by cell; as
 * adaptive average pooling in PyTorch, cells overlap where the grid does not fit.
 *
 * @param side at most height and width
 */
export function cellAverages(x: tf.Tensor4D, side: number): tf.Tensor2D {
  const [n, height, width, channels] = x.shape, pixels = height * width;
  const matrix = shares(height, width, side), size: [number, number, number] = [1, side * side, pixels];
  const op = tf.customGrad((images) => ({
    value: tf.reshape(
      tf.matMul(tf.tensor3d(matrix, size), tf.reshape(images as tf.Tensor, [n, pixels, channels])),
      [n, side * side * channels],
    ),
    gradFunc: (dy) => {
      const rows = tf.reshape(dy as tf.Tensor, [n, side * side, channels]);
      return tf.reshape(tf.matMul(tf.tensor3d(matrix, size), rows, true), x.shape);
    },
  }));
  return op(x) as tf.Tensor2D;
}
