import type * as tf from "@tensorflow/tfjs";
import { panelFloats } from "../assembly/panels.ts";
import type { Finish } from "../finish.ts";
import type { KernelArguments, WasmBackend } from "../heap.ts";
import { withScratch } from "../scratch.ts";
import { convolve } from "./conv2d.ts";

type Inputs = Record<"x" | "filter" | "bias", tf.TensorInfo>;

/** Kernel `ConvRelu`: bias and rectifier are part of writing the results; see `convRelu`. */
export function convRelu(
  { inputs: { x, filter, bias }, attrs: { stride }, backend }: KernelArguments<Inputs, { stride: number }>,
): tf.TensorInfo {
  return withFinish(
    backend,
    bias,
    true,
    (finish) => convolve({ inputs: { x, filter }, attrs: { strides: stride, pad: "same" }, backend }, finish),
  );
}

/** Lends a copy of the bias that has room for whole panels. */
export function withFinish<R>(
  backend: WasmBackend,
  bias: tf.TensorInfo,
  rectified: boolean,
  use: (finish: Finish) => R,
): R {
  const [channels] = bias.shape;
  return withScratch(backend, [panelFloats(channels)], (address) => {
    const values = new Float32Array(backend.wasm.asm.memory.buffer, address, panelFloats(channels));
    values.fill(0).set(backend.typedArrayFromHeap(bias));
    return use({ bias: address, rectified });
  });
}
