/**
 * Runs in a process of its own, since a broken library can end the process: starts TensorFlow from one place and computes.
 * `HSCL_NATIVE_PLACE` names the place, as start.ts does.
 */
import * as tf from "../../core/tfjs.ts";
import { startNative } from "./start.ts";

await startNative(Deno.env.get("HSCL_NATIVE_PLACE"));
const product = tf.matMul([[1, 2], [3, 4]], [[5, 6], [7, 8]]);
const image = tf.ones<tf.Rank.R4>([2, 5, 5, 3]), filter = tf.ones<tf.Rank.R4>([3, 3, 3, 4]);
const numbers = [product, tf.conv2d(image, filter, 1, "valid").sum()].flatMap((
  tensor,
) => [...tensor.dataSync()]);
if (numbers.join() !== "19,22,43,50,1944") {
  throw new Error(`its numbers must be 19, 22, 43, 50 and 1944: received ${numbers.join(", ")}`);
}
