import * as tf from "../../core/tfjs.ts";

/** Attributes of tfjs' pooling kernels. */
export interface PoolAttributes {
  filterSize: number | [number, number];
  strides: number | [number, number];
  pad: "valid" | "same" | number | tf.backend_util.ExplicitPadding;
  dimRoundingMode?: "floor" | "round" | "ceil";
}

/**
 * Geometry of a pooling, as tfjs computes it.
 *
 * @throws {RangeError} if the window is larger than the image by more than a pixel, which tfjs takes for a negative size
 */
export function poolInfo(
  shape: number[],
  attrs: PoolAttributes,
): ReturnType<typeof tf.backend_util.computePool2DInfo> {
  const { filterSize, strides, pad, dimRoundingMode } = attrs;
  const info = tf.backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  checkOutput("pool", info.outShape);
  return info;
}

/** Throws if a window does not fit into its image. */
export function checkOutput(action: string, outShape: readonly number[]): void {
  if (outShape.every((length) => length >= 0)) return;
  throw new RangeError(
    `Cannot ${action} images as the window must fit into them: received an output of [${
      outShape.join(", ")
    }]`,
  );
}
