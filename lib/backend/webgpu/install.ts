import * as tf from "../../core/tfjs.ts";
import { addN } from "./kernels/add_n.ts";
import { conv2dBackpropFilter } from "./kernels/conv2d_backprop_filter.ts";
import { conv2dMayBeSplit, matMulMayBeSplit, ordered } from "./kernels/ordered_products.ts";
import { segmentSum } from "./kernels/segment_sum.ts";

const backendName = "webgpu";

const wrappers: Record<string, (tfjsKernel: tf.KernelFunc) => unknown> = {
  AddN: addN,
  BatchMatMul: (tfjsKernel) => ordered(tfjsKernel, matMulMayBeSplit),
  Conv2D: (tfjsKernel) => ordered(tfjsKernel, conv2dMayBeSplit),
  Conv2DBackpropFilter: conv2dBackpropFilter,
  FusedConv2D: (tfjsKernel) => ordered(tfjsKernel, conv2dMayBeSplit),
  _FusedMatMul: (tfjsKernel) => ordered(tfjsKernel, matMulMayBeSplit),
};

let isInstalled = false;

/** Registers this room's kernels with the WebGPU backend, over tfjs' own. */
export function installWebgpuKernels(): void {
  if (isInstalled) return;
  for (const [kernelName, wrap] of Object.entries(wrappers)) {
    const { kernelFunc } = tf.getKernel(kernelName, backendName);
    tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({ kernelName, backendName, kernelFunc: wrap(kernelFunc) as tf.KernelFunc });
  }
  tf.registerKernel({
    kernelName: "SegmentSum",
    backendName,
    kernelFunc: segmentSum as unknown as tf.KernelFunc,
  });
  isInstalled = true;
}
