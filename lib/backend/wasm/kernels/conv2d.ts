import type * as tf from "@tensorflow/tfjs";
import { productKernels } from "../assembly/instances.ts";
import { type ConvAttributes, convInfo, hasPadding, imagesPerChunk, paddingOf } from "../convolution.ts";
import { addressOf, type KernelArguments, sizeOf } from "../heap.ts";
import { packedFloats, PANEL_ROW, tableFloats } from "../assembly/panels.ts";
import { type Finish, finishArguments } from "../finish.ts";
import { FLOAT, withScratch } from "../scratch.ts";
import { convolveTiles } from "../winograd.ts";
import { convolveStridedTiles } from "../winograd_strided.ts";
import { tilingOf } from "../winograd_tiling.ts";

type ConvArguments = KernelArguments<{ x: tf.TensorInfo; filter: tf.TensorInfo }, ConvAttributes>;

/**
 * Kernel `Conv2D`: a matrix product whose left rows are the patches of the padded input, read in place. Replaces
 * tfjs' kernel, which is a third as fast, wrong for explicit padding along a filter side of 1, and wrong for padding
 * "same" with a filter smaller than the stride. Dilated convolutions, which tfjs cannot differentiate, stay with it.
 */
export function conv2d(tfjsKernel: tf.KernelFunc): tf.KernelFunc {
  return (args) => {
    const { inputs: { x, filter }, attrs, backend } = args as unknown as ConvArguments;
    if ((attrs.dataFormat ?? "NHWC") !== "NHWC") return tfjsKernel(args);
    const dilated = [attrs.dilations ?? 1].flat().some((dilation) => dilation !== 1);
    if (!dilated) return convolve(args as unknown as ConvArguments);
    // Where nothing comes out, tfjs' kernel reaches beyond the heap.
    const { outShape } = convInfo(x.shape, filter.shape, attrs, attrs.dilations);
    return sizeOf(outShape) === 0 ? backend.makeOutput(outShape, "float32") : tfjsKernel(args);
  };
}

/** A convolution without dilation; `finish` says what is done to each result before it is written. */
export function convolve(
  { inputs: { x, filter }, attrs, backend }: ConvArguments,
  finish?: Finish,
): tf.TensorInfo {
  const info = convInfo(x.shape, filter.shape, attrs);
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = info;
  const { top, bottom, left, right } = paddingOf(info);
  const out = backend.makeOutput(info.outShape, "float32");
  if (sizeOf(info.outShape) === 0) return out;
  const tiling = tilingOf(info);
  if (tiling) {
    const compute = tiling.stride === 1 ? convolveTiles : convolveStridedTiles;
    compute(
      backend,
      tiling,
      addressOf(backend, x),
      addressOf(backend, filter),
      addressOf(backend, out),
      finish,
    );
    return out;
  }

  const isPadded = hasPadding({ top, bottom, left, right });
  const paddedHeight = inHeight + top + bottom;
  const paddedWidth = inWidth + left + right;
  const paddedFloats = paddedHeight * paddedWidth * inChannels;
  const chunk = imagesPerChunk(batchSize, paddedFloats);
  const k = info.filterHeight * info.filterWidth * inChannels;
  const kernels = productKernels(backend);
  withScratch(
    backend,
    [
      packedFloats(k, outChannels),
      tableFloats(chunk * outHeight * outWidth),
      outChannels,
      isPadded ? chunk * paddedFloats : 0,
    ],
    (panels, table, dump, padded) => {
      const pixel = inChannels * FLOAT, outPixel = outChannels * FLOAT;
      kernels.pack(addressOf(backend, filter), panels, k, outChannels, outPixel, FLOAT, k * PANEL_ROW);
      for (let first = 0; first < batchSize; first += chunk) {
        const images = Math.min(chunk, batchSize - first);
        const from = addressOf(backend, x) + first * inHeight * inWidth * pixel;
        if (isPadded) kernels.pad(from, padded, images, inHeight, inWidth, pixel, top, bottom, left, right);
        const rows = kernels.positions(
          table,
          images,
          outHeight,
          outWidth,
          isPadded ? padded : from,
          paddedFloats * FLOAT,
          info.strideHeight * paddedWidth * pixel,
          info.strideWidth * pixel,
          addressOf(backend, out) + first * outHeight * outWidth * outPixel,
          outHeight * outWidth * outPixel,
          outWidth * outPixel,
          outPixel,
          dump,
        );
        kernels.product(
          table,
          rows,
          panels,
          info.filterHeight,
          info.filterWidth * inChannels,
          paddedWidth * pixel,
          outChannels,
          0,
          0,
          ...finishArguments(finish),
        );
      }
    },
  );
  return out;
}
