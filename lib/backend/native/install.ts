import * as tf from "../../core/tfjs.ts";
import type { NativeBackend } from "./backend.ts";
import { adamUpdate } from "./kernels/adam_update.ts";
import { batchNormTraining, batchNormTrainingGrad } from "./kernels/batch_norm.ts";
import { addWithBias, sumOfBias } from "./kernels/bias.ts";
import { imagewise } from "./kernels/conv2d.ts";
import { contrastiveLoss, hasXla } from "./kernels/contrastive_loss.ts";
import { convBias, hasConvBias } from "./kernels/conv_bias.ts";
import { emptyIfEmpty, zeroIfEmpty } from "./kernels/empty.ts";
import { gather } from "./kernels/gather.ts";
import { smallMatMul } from "./kernels/mat_mul.ts";
import { convolutions } from "./kernels/one_dnn.ts";
import { range } from "./kernels/range.ts";
import { reluGradient } from "./kernels/relu_gradient.ts";

const backendName = "tensorflow";

/** Registers this room's kernels with tfjs-node's backend, over its own where it has one. */
export function installNativeKernels(backend: NativeBackend): void {
  const original = (name: string) => tf.getKernel(name, backendName).kernelFunc;
  const { Conv2D, Conv2DBackpropFilter, Conv2DBackpropInput } = convolutions(backend, {
    Conv2D: original("Conv2D"),
    Conv2DBackpropFilter: original("Conv2DBackpropFilter"),
    Conv2DBackpropInput: original("Conv2DBackpropInput"),
  });
  const kernels: Record<string, unknown> = {
    AdamUpdate: adamUpdate(backend),
    Add: addWithBias(original("Add")),
    AvgPoolGrad: zeroIfEmpty(original("AvgPoolGrad")),
    BatchMatMul: smallMatMul(original("BatchMatMul")),
    BatchNormTraining: batchNormTraining,
    Conv2D: emptyIfEmpty(imagewise(Conv2D)),
    Conv2DBackpropFilter: zeroIfEmpty(imagewise(Conv2DBackpropFilter)),
    Conv2DBackpropInput: zeroIfEmpty(imagewise(Conv2DBackpropInput)),
    GatherV2: gather,
    MaxPoolGrad: zeroIfEmpty(original("MaxPoolGrad")),
    Range: range,
    ReluGrad: reluGradient,
    Sum: sumOfBias(original("Sum")),
  };
  // On a GPU the gradient takes cuDNN's own memory of the forward pass instead of the variance; there it is composed.
  if (!backend.isUsingGpuDevice) kernels.BatchNormTrainingGrad = batchNormTrainingGrad;
  if (hasConvBias(backend)) kernels.ConvBias = convBias;
  if (hasXla(backend)) kernels.ContrastiveLoss = contrastiveLoss;
  for (const [kernelName, kernelFunc] of Object.entries(kernels)) {
    if (tf.getKernel(kernelName, backendName)) tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({ kernelName, backendName, kernelFunc: kernelFunc as tf.KernelFunc });
  }
}
