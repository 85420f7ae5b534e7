import type * as tf from "@tensorflow/tfjs";
import type { KernelArguments } from "../backend.ts";

/** Tensors that a shader can read beside the one that it writes: every GPU has eight buffers for it, and not all have more. */
const MOST_INPUTS = 7;

/**
 * Kernel `AddN`, of so many tensors at a time as a shader can read, the sum so far among them.
 *
 * tfjs reads all of them in one shader. Where there are too many, that shader never runs, and what lay in the memory of the
 * output before comes out as the sum.
 */
export function addN(tfjsKernel: tf.KernelFunc) {
  return ({ inputs, attrs, backend }: KernelArguments<tf.TensorInfo[], object>): tf.TensorInfo => {
    const add = (parts: tf.TensorInfo[]) =>
      tfjsKernel({ inputs: parts, attrs, backend } as never) as tf.TensorInfo;
    let sum = add(inputs.slice(0, MOST_INPUTS));
    for (let start = MOST_INPUTS; start < inputs.length; start += MOST_INPUTS - 1) {
      const before = sum;
      sum = add([before, ...inputs.slice(start, start + MOST_INPUTS - 1)]);
      backend.disposeData(before.dataId);
    }
    return sum;
  };
}
