import * as tf from "../../core/tfjs.ts";

/** Kernels of this library that a backend may bring; the operations compose themselves from tfjs' where it does not. */
export type FusedKernel =
  | "AdamUpdate"
  | "BatchNormTraining"
  | "BatchNormTrainingGrad"
  | "ContrastiveLoss"
  | "ConvBias"
  | "ConvRelu"
  | "ConvReluGrad"
  | "ReluGrad"
  | "SegmentSum";

/** Whether the running backend has this kernel for these tensors, which have to be float32. */
export function hasKernel(name: FusedKernel, ...inputs: tf.Tensor[]): boolean {
  return tf.getKernel(name, tf.getBackend()) !== undefined &&
    inputs.every(({ dtype }) => dtype === "float32");
}

/** Runs a kernel of the running backend. */
export function runKernel<Result extends tf.Tensor | tf.Tensor[]>(
  name: FusedKernel,
  inputs: Record<string, tf.Tensor>,
  attributes: Record<string, number> = {},
): Result {
  return tf.engine().runKernel(name, inputs, attributes) as Result;
}
