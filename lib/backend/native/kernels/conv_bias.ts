import * as tf from "../../../core/tfjs.ts";
import { channelsLast, float32, type KernelArguments, type NativeBackend } from "../backend.ts";

type Inputs = Record<"x" | "filter" | "bias", tf.TensorInfo>;

/**
 * Kernel `ConvBias` by oneDNN's convolution, which adds the bias while it writes its results. TensorFlow puts it into
 * graphs itself; eagerly it has to be asked for by its internal name. (It could rectify as well, but makes NaN 0 then.)
 */
export function convBias(
  { inputs: { x, filter, bias }, attrs: { stride }, backend }: KernelArguments<Inputs, { stride: number }>,
): tf.TensorInfo {
  const { binding: b } = backend;
  return backend.executeSingleOutput("_MklNativeFusedConv2D", [
    float32(backend),
    { name: "strides", type: b.TF_ATTR_INT, value: [1, stride, stride, 1] },
    { name: "padding", type: b.TF_ATTR_STRING, value: "SAME" },
    channelsLast(backend),
    { name: "dilations", type: b.TF_ATTR_INT, value: [1, 1, 1, 1] },
    { name: "fused_ops", type: b.TF_ATTR_STRING, value: ["BiasAdd"] },
    { name: "num_args", type: b.TF_ATTR_INT, value: 1 },
    { name: "TArgs", type: b.TF_ATTR_TYPE, value: [b.TF_FLOAT] },
    { name: "_kernel", type: b.TF_ATTR_STRING, value: "MklNameChangeOp" },
  ], [x, filter, bias]);
}

/** Whether this TensorFlow has that convolution and computes with it what it should. */
export function hasConvBias(backend: NativeBackend): boolean {
  if (backend.isUsingGpuDevice) return false;
  try {
    return tf.tidy(() => {
      const one = tf.fill([1, 1, 1, 1], 1), bias = tf.tensor1d([1]);
      const y = convBias({ inputs: { x: one, filter: one, bias }, attrs: { stride: 1 }, backend });
      return (y as tf.Tensor).dataSync()[0] === 2;
    });
  } catch {
    return false;
  }
}
