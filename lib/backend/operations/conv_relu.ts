import * as tf from "../../core/tfjs.ts";
import { convBias } from "./conv_bias.ts";
import { hasKernel, runKernel } from "./has_kernel.ts";

/**
 * `max(0, x ∗ filter + bias)` with padding "same", one kernel each way where the backend has them; NaN stays NaN, and where
 * the result is 0 so is the gradient.
 *
 * @param x `[n, height, width, in]`
 * @param filter `[size, size, in, out]`
 * @param bias `[out]`
 * @param stride along both axes
 * @param inputGradient whether the gradient in x is computed along with the others; if not, it is only when it is asked for, at the price
 * of reading the output's gradient again, and it can be differentiated
 * @returns `[n, ⌈height/stride⌉, ⌈width/stride⌉, out]`
 */
export function convRelu(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  bias: tf.Tensor1D,
  stride: number,
  inputGradient: boolean,
): tf.Tensor4D {
  return hasKernel("ConvRelu", x, filter, bias)
    ? runKernel("ConvRelu", { x, filter, bias }, { stride, inputGradient: Number(inputGradient) })
    : tf.relu(convBias(x, filter, bias, stride));
}

/** Gives the kernel `ConvRelu` its gradient. */
export function installConvReluGradient(): void {
  if (tf.getGradient("ConvRelu")) return;
  refuseSecondDerivative();
  tf.registerGradient({
    kernelName: "ConvRelu",
    inputsToSave: ["x", "filter"],
    outputsToSave: [true],
    gradFunc: (upstream, [x, filter, y], attributes) => {
      const dy = upstream as tf.Tensor;
      const { stride, inputGradient } = attributes as unknown as Record<"stride" | "inputGradient", number>;
      const [dfilter, dbias, dx] = runKernel<tf.Tensor[]>(
        "ConvReluGrad",
        { dy, y, x, filter },
        { stride, inputGradient },
      );
      return {
        x: () => dx ?? inputGradientAlone(dy, y, x, filter, stride),
        filter: () => dfilter,
        bias: () => dbias,
      };
    },
  });
}

/** The gradient is made in one piece with the others, out of which no further one is. */
function refuseSecondDerivative(): void {
  tf.registerGradient({
    kernelName: "ConvReluGrad",
    inputsToSave: [],
    gradFunc: () => {
      throw new Error(
        "Cannot differentiate the gradient of a rectified convolution on wasm as it has derivatives of first order only: " +
          "received a second differentiation",
      );
    },
  });
}

function inputGradientAlone(
  dy: tf.Tensor,
  y: tf.Tensor,
  x: tf.Tensor,
  filter: tf.Tensor,
  stride: number,
): tf.Tensor {
  return tf.engine().runKernel(
    "Conv2DBackpropInput",
    { dy: runKernel<tf.Tensor>("ReluGrad", { dy, y }), filter },
    {
      strides: [stride, stride],
      pad: "same",
      dataFormat: "NHWC",
      inputShape: x.shape,
    } as unknown as tf.NamedAttrMap,
  ) as tf.Tensor;
}
