import * as tf from "../../../core/tfjs.ts";
import { conv2d } from "./conv2d.ts";
import type { ConvAttributes } from "../convolution.ts";
import type { KernelArguments } from "../heap.ts";

type FusedArguments = KernelArguments<
  Record<"x" | "filter", tf.TensorInfo> & Partial<Record<"bias" | "preluActivationWeights", tf.Tensor>>,
  ConvAttributes & { activation: string; leakyreluAlpha?: number }
>;

/**
 * Kernel `FusedConv2D`, which `tf.fused.conv2d` and layers run: {@linkcode conv2d}, then the bias and the activation. Replaces
 * tfjs' kernel, which has the faults of its `Conv2D`, and one of its own for padding "same" along a side of 1.
 *
 * @param tfjsConv2d tfjs' kernel `Conv2D`, for dilated convolutions
 */
export function fusedConv2d(tfjsConv2d: tf.KernelFunc): tf.KernelFunc {
  const convolve = conv2d(tfjsConv2d);
  return (args) => {
    const { inputs: { x, filter, bias, preluActivationWeights }, attrs, backend } =
      args as unknown as FusedArguments;
    const activate = activations[attrs.activation];
    if (!activate) {
      throw new RangeError(
        `Cannot run FusedConv2D on wasm as its activation must be one of ${
          Object.keys(activations).join(", ")
        }: ` +
          `received ${attrs.activation}`,
      );
    }
    return tf.tidy(() => {
      const info = convolve(
        { inputs: { x, filter }, attrs, backend } as unknown as typeof args,
      ) as tf.TensorInfo;
      const sums = tf.engine().makeTensorFromTensorInfo(info);
      return activate(bias ? tf.add(sums, bias) : sums, preluActivationWeights, attrs.leakyreluAlpha);
    });
  };
}

const activations: Record<
  string,
  (x: tf.Tensor, weights: tf.Tensor | undefined, slope: number | undefined) => tf.Tensor
> = {
  linear: (x) => x,
  relu: (x) => tf.relu(x),
  relu6: (x) => tf.relu6(x),
  elu: (x) => tf.elu(x),
  sigmoid: (x) => tf.sigmoid(x),
  prelu: (x, weights) => tf.prelu(x, weights!),
  leakyrelu: (x, _weights, slope) => tf.leakyRelu(x, slope),
};
