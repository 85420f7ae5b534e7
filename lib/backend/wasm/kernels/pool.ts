import type * as tf from "@tensorflow/tfjs";
import { type KernelArguments, sizeOf } from "../heap.ts";
import { type PoolAttributes, poolInfo } from "../pooling.ts";

/** Kernels `MaxPool` and `AvgPool`: those of tfjs, which reach beyond the heap where the output is empty. */
export function pool(tfjsKernel: tf.KernelFunc): tf.KernelFunc {
  return (args) => {
    const { inputs: { x }, attrs, backend } = args as unknown as KernelArguments<
      { x: tf.TensorInfo },
      PoolAttributes
    >;
    const { outShape } = poolInfo(x.shape, attrs);
    return sizeOf(outShape) === 0 ? backend.makeOutput(outShape, "float32") : tfjsKernel(args);
  };
}
