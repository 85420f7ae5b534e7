import * as tf from "../../../core/tfjs.ts";
import type { KernelArguments } from "../backend.ts";

/** Of four axes. */
export type Shape4 = [number, number, number, number];

/** What tfjs-node's kernels of convolutions are told. */
export interface ConvAttributes {
  strides: number | [number, number];
  dilations?: number | [number, number];
  pad: "valid" | "same";
  dataFormat?: "NHWC" | "NCHW";
  dimRoundingMode?: "floor" | "round" | "ceil";
  filterShape?: Shape4;
  inputShape?: Shape4;
}

type Inputs = Partial<Record<"x" | "filter" | "dy", tf.Tensor>>;

/**
 * tfjs-node's kernels `Conv2D`, `Conv2DBackpropInput` and `Conv2DBackpropFilter`, but image by image where TensorFlow 2.21 with
 * oneDNN can be wrong on several: strides that differ and an output one pixel wide or high.
 */
export function imagewise(original: tf.KernelFunc): tf.KernelFunc {
  return (args) => {
    const { inputs, attrs, backend } = args as unknown as KernelArguments<Inputs, ConvAttributes>;
    const { x, dy, filter } = inputs, [down, across] = [attrs.strides, attrs.strides].flat();
    if (down === across || (attrs.dataFormat ?? "NHWC") !== "NHWC") return original(args);
    const xShape = x?.shape ?? attrs.inputShape, filterShape = filter?.shape ?? attrs.filterShape;
    const { batchSize, outHeight, outWidth } = tf.backend_util.computeConv2DInfo(
      xShape as Shape4,
      filterShape as Shape4,
      attrs.strides,
      attrs.dilations ?? 1,
      attrs.pad,
      attrs.dimRoundingMode,
    );
    if (batchSize < 2 || (outHeight !== 1 && outWidth !== 1)) return original(args);
    const image = <T extends tf.Tensor | undefined>(tensor: T, i: number) =>
      tensor && tf.slice(tensor, [i, 0, 0, 0], [1, -1, -1, -1]);
    return tf.tidy(() => {
      const parts = Array.from({ length: batchSize }, (_, i) => {
        const given = { filter, x: image(x, i), dy: image(dy, i) };
        const own = Object.fromEntries(Object.entries(given).filter(([, tensor]) => tensor !== undefined));
        const ownAttrs = attrs.inputShape
          ? { ...attrs, inputShape: [1, ...attrs.inputShape.slice(1)] }
          : attrs;
        return original({ inputs: own, attrs: ownAttrs, backend } as unknown as typeof args) as tf.Tensor;
      });
      return attrs.filterShape ? tf.addN(parts) : tf.concat(parts, 0);
    });
  };
}
