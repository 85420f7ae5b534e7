import * as tf from "../../../core/tfjs.ts";
import type { KernelArguments } from "../backend.ts";
import type { ConvAttributes, Shape4 } from "./conv2d.ts";

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

/** tfjs-node's kernel `Conv2D`, but of the right shape where nothing comes out: oneDNN's result has the shape of what is convolved. */
export function emptyIfEmpty(original: tf.KernelFunc): tf.KernelFunc {
  return (args) => {
    const { inputs: { x, filter }, attrs } = args as unknown as KernelArguments<
      Record<"x" | "filter", tf.TensorInfo>,
      ConvAttributes
    >;
    const { outShape } = tf.backend_util.computeConv2DInfo(
      x.shape as Shape4,
      filter.shape as Shape4,
      attrs.strides,
      attrs.dilations ?? 1,
      attrs.pad,
      attrs.dimRoundingMode,
      false,
      attrs.dataFormat === "NCHW" ? "channelsFirst" : "channelsLast",
    );
    return tf.util.sizeFromShape(outShape) > 0 ? original(args) : tf.zeros(outShape);
  };
}
