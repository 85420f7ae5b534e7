import * as tf from "@tensorflow/tfjs";
import { conv2dBackpropFilter, conv2dBackpropInput } from "./conv2d_gradients.ts";
import { allowGemm } from "./compiled.ts";
import { batchMatMul } from "./mat_mul.ts";
import type { WasmBackend } from "./heap.ts";

const kernels: Record<string, unknown> = {
  BatchMatMul: batchMatMul,
  Conv2DBackpropFilter: conv2dBackpropFilter,
  Conv2DBackpropInput: conv2dBackpropInput,
};

/**
 * Registers this room's kernels with the running WebAssembly backend, in place of tfjs' own where it has one. Without
 * `relaxedSimd` matrix products stay with tfjs' kernel, slower by about half.
 */
export function installWasmKernels({ relaxedSimd }: { relaxedSimd: boolean }): void {
  allowGemm(tf.backend() as unknown as WasmBackend, relaxedSimd);
  for (const [kernelName, kernelFunc] of Object.entries(kernels)) {
    if (tf.getKernel(kernelName, "wasm")) tf.unregisterKernel(kernelName, "wasm");
    tf.registerKernel({ kernelName, backendName: "wasm", kernelFunc: kernelFunc as tf.KernelFunc });
  }
}
