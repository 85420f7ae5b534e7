import * as tf from "@tensorflow/tfjs";
import type { NativeBackend } from "./backend.ts";
import { adamUpdate } from "./ops/adam_update.ts";
import { batchNormTraining, batchNormTrainingGrad } from "./ops/batch_norm.ts";
import { addWithBias, sumOfBias } from "./ops/bias.ts";
import { convBias, hasConvBias } from "./ops/conv_bias.ts";
import { smallMatMul } from "./ops/mat_mul.ts";
import { reluGrad } from "./ops/relu_grad.ts";

const backendName = "tensorflow";

/** Registers this room's kernels with tfjs-node's backend, over its own where it has one. */
export function installNativeKernels(backend: NativeBackend): void {
  const kernels: Record<string, unknown> = {
    AdamUpdate: adamUpdate,
    Add: addWithBias(tf.getKernel("Add", backendName).kernelFunc),
    BatchMatMul: smallMatMul(tf.getKernel("BatchMatMul", backendName).kernelFunc),
    BatchNormTraining: batchNormTraining,
    ReluGrad: reluGrad,
    Sum: sumOfBias(tf.getKernel("Sum", backendName).kernelFunc),
  };
  // On a GPU the gradient takes cuDNN's own memory of the forward pass instead of the variance; there it is composed.
  if (!backend.isUsingGpuDevice) kernels.BatchNormTrainingGrad = batchNormTrainingGrad;
  if (hasConvBias(backend)) kernels.ConvBias = convBias;
  for (const [kernelName, kernelFunc] of Object.entries(kernels)) {
    if (tf.getKernel(kernelName, backendName)) tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({ kernelName, backendName, kernelFunc: kernelFunc as tf.KernelFunc });
  }
}
