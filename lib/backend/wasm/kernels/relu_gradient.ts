import type * as tf from "@tensorflow/tfjs";
import { trainingKernels } from "../assembly/instances.ts";
import { addressOf, type KernelArguments, sizeOf } from "../heap.ts";

/** Kernel `ReluGrad`: `dy` where the rectifier's output `y` is positive, else 0. */
export function reluGradient(
  { inputs: { dy, y }, backend }: KernelArguments<{ dy: tf.TensorInfo; y: tf.TensorInfo }, unknown>,
): tf.TensorInfo {
  const dx = backend.makeOutput(dy.shape, "float32");
  const at = (tensor: tf.TensorInfo) => addressOf(backend, tensor);
  trainingKernels(backend).reluGradient(at(dy), at(y), at(dx), sizeOf(dy.shape));
  return dx;
}
