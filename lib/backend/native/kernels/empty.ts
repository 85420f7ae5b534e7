import * as tf from "@tensorflow/tfjs";
import type { KernelArguments } from "../backend.ts";

/**
 * tfjs-node's kernels of gradients in windows, but with zeros where nothing comes from above: TensorFlow leaves what was in the
 * memory before.
 */
export function zeroIfEmpty(original: tf.KernelFunc): tf.KernelFunc {
  return (args) => {
    const { inputs: { dy, input }, attrs: { filterShape, inputShape } } = args as unknown as KernelArguments<
      { dy: tf.TensorInfo; input?: tf.TensorInfo },
      { filterShape?: number[]; inputShape?: number[] }
    >;
    if (tf.util.sizeFromShape(dy.shape) > 0) return original(args);
    return tf.zeros(filterShape ?? inputShape ?? input!.shape);
  };
}
