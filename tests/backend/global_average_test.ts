import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { globalAverage } from "../../lib/backend/operations/global_average.ts";
import { maxDifference, testOnBackends } from "../backends.ts";

testOnBackends("the mean over the pixels and its gradient are tfjs' own", async () => {
  for (const shape of [[1, 1, 1, 1], [3, 5, 4, 7], [2, 8, 8, 16]] as [number, number, number, number][]) {
    const x = tf.randomNormal<tf.Rank.R4>(shape, 0, 1, "float32", 1);
    const dy = tf.randomNormal<tf.Rank.R2>([shape[0], shape[3]], 0, 1, "float32", 2);
    const of = (mean: (x: tf.Tensor) => tf.Tensor) => [mean(x), tf.grad(mean)(x, dy)];
    const computed = of((x) => globalAverage(x as tf.Tensor4D)), expected = of((x) => tf.mean(x, [1, 2]));
    for (const [i, tensor] of computed.entries()) {
      assertEquals(tensor.shape, expected[i].shape);
      assert(maxDifference(await tensor.data(), await expected[i].data()) < 1e-6);
    }
    tf.dispose([x, dy, computed, expected]);
  }
});
