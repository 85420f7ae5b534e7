import * as tf from "../../core/tfjs.ts";
import { checkOutput } from "./pooling.ts";

/** Geometry of a convolution, as tfjs computes it. */
export type ConvInfo = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

/** Attributes of tfjs' convolution kernels. */
export interface ConvAttributes {
  strides: number | [number, number];
  pad: "valid" | "same" | number | tf.backend_util.ExplicitPadding;
  dilations?: number | [number, number];
  dataFormat?: "NHWC" | "NCHW";
  dimRoundingMode?: "floor" | "round" | "ceil";
}

/** The geometry; only `NHWC`, and by default no dilation, which is all that tfjs can differentiate. */
export function convInfo(
  inputShape: number[],
  filterShape: number[],
  attrs: ConvAttributes,
  dilations: number | [number, number] = 1,
): ConvInfo {
  if ((attrs.dataFormat ?? "NHWC") !== "NHWC") {
    throw new RangeError(
      `Cannot compute a convolution gradient as the data format must be NHWC: received ${attrs.dataFormat}`,
    );
  }
  const info = tf.backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    attrs.strides,
    dilations,
    attrs.pad,
    attrs.dimRoundingMode,
  );
  checkOutput("convolve", info.outShape);
  return info;
}

/** Images that with their padding fill this many floats (1 MB) are worked on at a time: they stay in the second-level cache. */
const CHUNK_FLOATS = 1 << 18;

/** Images per pass, when each takes this many floats. */
export function imagesPerChunk(images: number, floatsPerImage: number): number {
  return Math.max(1, Math.min(images, Math.floor(CHUNK_FLOATS / floatsPerImage)));
}

/** Zeros around an image. */
export interface Padding {
  top: number;
  bottom: number;
  left: number;
  right: number;
}

/**
 * The zeros that the filter sees around the input. tfjs computes both sides of the output from the filter's height when
 * padding is a number, so with an oblong filter the output may reach further than the padding.
 */
export function paddingOf(info: ConvInfo): Padding {
  const { top, bottom, left, right } = info.padInfo;
  const height = (info.outHeight - 1) * info.strideHeight + info.filterHeight;
  const width = (info.outWidth - 1) * info.strideWidth + info.filterWidth;
  return {
    top,
    bottom: Math.max(bottom, height - info.inHeight - top),
    left,
    right: Math.max(right, width - info.inWidth - left),
  };
}

/** Whether there are any. */
export function hasPadding({ top, bottom, left, right }: Padding): boolean {
  return top + bottom + left + right > 0;
}
