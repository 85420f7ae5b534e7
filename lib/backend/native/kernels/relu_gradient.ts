import type * as tf from "@tensorflow/tfjs";
import { float32, type KernelArguments } from "../backend.ts";

/** Kernel `ReluGrad`: `dx = dy · [y > 0]` with `y` the rectifier's output. */
export function reluGradient(
  { inputs: { dy, y }, backend }: KernelArguments<{ dy: tf.TensorInfo; y: tf.TensorInfo }>,
): tf.TensorInfo {
  return backend.executeSingleOutput("ReluGrad", [float32(backend)], [dy, y]);
}
