import * as tf from "@tensorflow/tfjs";

/** Kernels of this library that a backend may bring; the operations compose themselves from tfjs' where it does not. */
export type FusedKernel =
  | "AdamUpdate"
  | "BatchNormTraining"
  | "BatchNormTrainingGrad"
  | "ConvBias"
  | "ReluGrad";

/** Whether the running backend has this kernel. */
export function hasKernel(name: FusedKernel): boolean {
  return tf.getKernel(name, tf.getBackend()) !== undefined;
}

/** Runs a kernel of the running backend. */
export function runKernel<Result extends tf.Tensor | tf.Tensor[]>(
  name: FusedKernel,
  inputs: Record<string, tf.Tensor>,
  attributes: Record<string, number> = {},
): Result {
  return tf.engine().runKernel(name, inputs, attributes) as Result;
}
