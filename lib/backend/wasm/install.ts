import * as tf from "@tensorflow/tfjs";
import { conv2dBackpropFilter, conv2dBackpropInput } from "./conv2d_gradients.ts";
import { batchMatMul } from "./mat_mul.ts";

const kernels: Record<string, unknown> = {
  BatchMatMul: batchMatMul,
  Conv2DBackpropFilter: conv2dBackpropFilter,
  Conv2DBackpropInput: conv2dBackpropInput,
};

/** Registers this room's kernels with the WebAssembly backend, in place of tfjs' own where it has one. */
export function installWasmKernels(): void {
  for (const [kernelName, kernelFunc] of Object.entries(kernels)) {
    if (tf.getKernel(kernelName, "wasm")) tf.unregisterKernel(kernelName, "wasm");
    tf.registerKernel({ kernelName, backendName: "wasm", kernelFunc: kernelFunc as tf.KernelFunc });
  }
}
