import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { cellAverages } from "../../lib/backend/operations/cell_averages.ts";
import { maxDifference, testOnBackends } from "../backends.ts";

/** tfjs' own mean of the pixels from one row and column up to another, exclusive. */
function meanOf(x: tf.Tensor4D, [top, left]: number[], [bottom, right]: number[]): tf.Tensor {
  const [n, , , channels] = x.shape;
  return tf.mean(tf.slice(x, [0, top, left, 0], [n, bottom - top, right - left, channels]), [1, 2]);
}

// Corners of the cells, row by row; those of five rows and three columns overlap.
const grids: [shape: [number, number, number, number], side: number, cells: [number[], number[]][]][] = [
  [[3, 2, 5, 7], 1, [[[0, 0], [2, 5]]]],
  [[2, 4, 4, 16], 2, [[[0, 0], [2, 2]], [[0, 2], [2, 4]], [[2, 0], [4, 2]], [[2, 2], [4, 4]]]],
  [[3, 5, 3, 4], 2, [[[0, 0], [3, 2]], [[0, 1], [3, 3]], [[2, 0], [5, 2]], [[2, 1], [5, 3]]]],
];

testOnBackends("the means over cells and their gradient are tfjs' own, cell by cell", async () => {
  for (const [shape, side, cells] of grids) {
    const x = tf.randomNormal<tf.Rank.R4>(shape, 0, 1, "float32", 1);
    const dy = tf.randomNormal<tf.Rank.R2>([shape[0], side * side * shape[3]], 0, 1, "float32", 2);
    const of = (means: (x: tf.Tensor) => tf.Tensor) => [means(x), tf.grad(means)(x, dy)];
    const computed = of((x) => cellAverages(x as tf.Tensor4D, side));
    const expected = of((x) => tf.concat(cells.map(([from, to]) => meanOf(x as tf.Tensor4D, from, to)), 1));
    for (const [i, tensor] of computed.entries()) {
      assertEquals(tensor.shape, expected[i].shape);
      assert(maxDifference(await tensor.data(), await expected[i].data()) < 1e-6);
    }
    tf.dispose([x, dy, computed, expected]);
  }
});
