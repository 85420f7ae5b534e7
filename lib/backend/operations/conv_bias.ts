import * as tf from "../../core/tfjs.ts";
import { hasKernel, runKernel } from "./has_kernel.ts";

/**
 * `x ∗ filter + bias` with padding "same", one kernel forward where the backend has it.
 *
 * @param x `[n, height, width, in]`
 * @param filter `[size, size, in, out]`
 * @param bias `[out]`
 * @param stride along both axes
 * @returns `[n, ⌈height/stride⌉, ⌈width/stride⌉, out]`
 */
export function convBias(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor1D,
  stride: number,
): tf.Tensor4D {
  // TensorFlow's kernel gives an empty x back as it is, and takes no empty filter.
  return x.size > 0 && filter.size > 0 && hasKernel("ConvBias", x, filter, bias)
    ? runKernel<tf.Tensor4D>("ConvBias", { x, filter, bias }, { stride })
    : tf.add(tf.conv2d(x, filter, stride, "same"), bias);
}

/** Gives the kernel `ConvBias` its gradient; each part is computed only if it is asked for. */
export function installConvBiasGradient(): void {
  if (tf.getGradient("ConvBias")) return;
  tf.registerGradient({
    kernelName: "ConvBias",
    inputsToSave: ["x", "filter"],
    gradFunc: (upstream, saved, attributes) => {
      const [x, filter] = saved, { stride } = attributes as unknown as { stride: number };
      const dy = upstream as tf.Tensor,
        convolution = { strides: [stride, stride], pad: "same", dataFormat: "NHWC" };
      const kernel = (name: string, inputs: tf.NamedTensorMap, more: Record<string, unknown>) =>
        tf.engine().runKernel(
          name,
          inputs,
          { ...convolution, ...more } as unknown as tf.NamedAttrMap,
        ) as tf.Tensor;
      return {
        x: () => kernel("Conv2DBackpropInput", { dy, filter }, { inputShape: x.shape }),
        filter: () => kernel("Conv2DBackpropFilter", { x, dy }, { filterShape: filter.shape }),
        bias: () => tf.sum(dy, [0, 1, 2]),
      };
    },
  });
}
