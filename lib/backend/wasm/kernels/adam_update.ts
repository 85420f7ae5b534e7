import type * as tf from "@tensorflow/tfjs";
import { trainingKernels } from "../assembly/instances.ts";
import { addressOf, type KernelArguments, sizeOf } from "../heap.ts";

interface AdamInputs {
  weight: tf.TensorInfo;
  gradient: tf.TensorInfo;
  m: tf.TensorInfo;
  v: tf.TensorInfo;
}

interface AdamAttributes {
  stepSize: number;
  epsilonHat: number;
  beta1: number;
  beta2: number;
  weightDecay: number;
}

/** Kernel `AdamUpdate`; see `adamUpdate`. */
export function adamUpdate(
  { inputs, attrs, backend }: KernelArguments<AdamInputs, AdamAttributes>,
): tf.TensorInfo[] {
  const { weight, gradient, m, v } = inputs;
  const outputs = [weight, m, v].map(({ shape }) => backend.makeOutput(shape, "float32"));
  const { stepSize, epsilonHat, beta1, beta2, weightDecay } = attrs;
  trainingKernels(backend).adam(
    ...[weight, gradient, m, v, ...outputs].map((tensor) => addressOf(backend, tensor)),
    sizeOf(weight.shape),
    stepSize,
    epsilonHat,
    beta1,
    beta2,
    weightDecay,
  );
  return outputs;
}
