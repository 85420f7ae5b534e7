import * as tf from "../../core/tfjs.ts";
import { allowRelaxedSimd } from "./assembly/instances.ts";
import type { WasmBackend } from "./heap.ts";
import { adamUpdate } from "./kernels/adam_update.ts";
import { batchNormTraining, batchNormTrainingGrad } from "./kernels/batch_norm.ts";
import { contrastiveLoss } from "./kernels/contrastive_loss.ts";
import { conv2d } from "./kernels/conv2d.ts";
import { conv2dBackpropFilter } from "./kernels/conv2d_backprop_filter.ts";
import { conv2dBackpropInput } from "./kernels/conv2d_backprop_input.ts";
import { convRelu } from "./kernels/conv_relu.ts";
import { convReluGrad } from "./kernels/conv_relu_grad.ts";
import { fusedConv2d } from "./kernels/fused_conv2d.ts";
import { batchMatMul } from "./kernels/mat_mul.ts";
import { maxPoolGrad } from "./kernels/max_pool_grad.ts";
import { pool } from "./kernels/pool.ts";
import { reluGradient } from "./kernels/relu_gradient.ts";
import { mean, sum } from "./kernels/sum.ts";
import { cast, identity, slice } from "./kernels/views.ts";

/** How the kernels are installed. */
export interface WasmKernelOptions {
  /** `false` puts tfjs' own kernels back. */
  fastKernels: boolean;
  /** `false` multiplies without fused multiply-add. */
  relaxedSimd: boolean;
}

/** A kernel of this library; the wrappers hand cases they do not cover to tfjs' kernel. */
// deno-lint-ignore no-explicit-any
type Kernel = (args: any) => tf.TensorInfo | tf.TensorInfo[];

/** These read their inputs as floats, whatever they hold. */
const floatKernels: Record<string, Kernel> = {
  AdamUpdate: adamUpdate,
  BatchMatMul: batchMatMul,
  BatchNormTraining: batchNormTraining,
  BatchNormTrainingGrad: batchNormTrainingGrad,
  ContrastiveLoss: contrastiveLoss,
  Conv2DBackpropFilter: conv2dBackpropFilter,
  Conv2DBackpropInput: conv2dBackpropInput,
  ConvRelu: convRelu,
  ConvReluGrad: convReluGrad,
  MaxPoolGrad: maxPoolGrad,
  ReluGrad: reluGradient,
};

const wrappers: Record<string, (tfjsKernel: tf.KernelFunc) => Kernel> = {
  AvgPool: (tfjsKernel) => ofTypes(["float32"], "AvgPool", pool(tfjsKernel)),
  Cast: cast,
  Conv2D: (tfjsKernel) => ofTypes(["float32"], "Conv2D", conv2d(tfjsKernel)),
  FusedConv2D: () => ofTypes(["float32"], "FusedConv2D", fusedConv2d(tfjsKernels.get("Conv2D")!)),
  Identity: () => identity,
  MaxPool: (tfjsKernel) => ofTypes(["float32"], "MaxPool", pool(tfjsKernel)),
  Mean: mean,
  Slice: slice,
  Sum: (tfjsKernel) => ofTypes(["float32", "int32"], "Sum", sum(tfjsKernel)),
};

/** The kernel, refusing tensors of other types, which most of tfjs' own kernels read as floats, beyond their ends too. */
function ofTypes(types: tf.DataType[], name: string, kernel: Kernel): Kernel {
  return (args) => {
    const given = Object.values<tf.TensorInfo | undefined>(args.inputs).flatMap((input) =>
      input?.dtype ?? []
    );
    if (given.every((type) => types.includes(type))) return kernel(args);
    throw new TypeError(
      `Cannot run ${name} on wasm as its tensors must be ${
        types.join(" or ")
      }, which tf.cast makes of others: ` +
        `received ${given.join(" and ")}`,
    );
  };
}

/** Names of all kernels that {@linkcode installWasmKernels} registers. */
export const wasmKernelNames: readonly string[] = [...Object.keys(floatKernels), ...Object.keys(wrappers)];

/** tfjs' kernels of these names, as they were before any was replaced. */
const tfjsKernels = new Map<string, tf.KernelFunc>();

const withOwnKernels = new WeakSet<object>();

/** Whether this room's kernels run on a backend. */
export function usesOwnKernels(backend: object): boolean {
  return withOwnKernels.has(backend);
}

/** Registers this room's kernels with the running WebAssembly backend in place of tfjs' own, or puts those back. */
export function installWasmKernels({ fastKernels, relaxedSimd }: WasmKernelOptions): void {
  allowRelaxedSimd(tf.backend() as unknown as WasmBackend, relaxedSimd);
  if (fastKernels) withOwnKernels.add(tf.backend());
  else withOwnKernels.delete(tf.backend());
  if (tfjsKernels.size === 0) {
    for (const name of wasmKernelNames) {
      const kernel = tf.getKernel(name, "wasm");
      if (kernel) tfjsKernels.set(name, kernel.kernelFunc);
    }
  }
  for (const kernelName of wasmKernelNames) {
    const tfjsKernel = tfjsKernels.get(kernelName);
    const own = kernelName in floatKernels
      ? ofTypes(["float32"], kernelName, floatKernels[kernelName])
      : wrappers[kernelName](tfjsKernel!);
    if (tf.getKernel(kernelName, "wasm")) tf.unregisterKernel(kernelName, "wasm");
    const kernelFunc = fastKernels ? own as tf.KernelFunc : tfjsKernel;
    if (kernelFunc) tf.registerKernel({ kernelName, backendName: "wasm", kernelFunc });
  }
}
