import type * as tf from "@tensorflow/tfjs";
import { productKernels } from "../assembly/instances.ts";
import {
  type ConvAttributes,
  type ConvInfo,
  convInfo,
  hasPadding,
  imagesPerChunk,
  paddingOf,
} from "../convolution.ts";
import { addressOf, fillZero, type KernelArguments, sizeOf, type WasmBackend } from "../heap.ts";
import { OUTER_ROWS } from "./mat_mul.ts";
import {
  copiedFloats,
  packedFloats,
  PANEL_ROW,
  TABLE_ENTRY,
  tableFloats,
  wholeTiles,
} from "../assembly/panels.ts";
import { FLOAT, withScratch } from "../scratch.ts";
import { filterGradientTiles } from "../winograd.ts";
import { stridedFilterGradientTiles } from "../winograd_strided.ts";
import { tilingOf } from "../winograd_tiling.ts";

/**
 * Kernel `Conv2DBackpropFilter`, which tfjs-wasm lacks: `dW = patchesᵀ · dy`, with the patches of the padded input
 * read in place.
 */
export function conv2dBackpropFilter(
  { inputs, attrs, backend }: KernelArguments<
    { x: tf.TensorInfo; dy: tf.TensorInfo },
    ConvAttributes & { filterShape: number[] }
  >,
): tf.TensorInfo {
  const { x, dy } = inputs;
  const info = convInfo(x.shape, attrs.filterShape, attrs);
  const out = backend.makeOutput(attrs.filterShape, "float32");
  if (sizeOf(attrs.filterShape) === 0) return out;
  if (sizeOf(dy.shape) === 0) {
    fillZero(backend, addressOf(backend, out), sizeOf(attrs.filterShape));
    return out;
  }
  const tiling = tilingOf(info);
  if (tiling) {
    const compute = tiling.stride === 1 ? filterGradientTiles : stridedFilterGradientTiles;
    compute(
      backend,
      tiling,
      addressOf(backend, x),
      addressOf(backend, dy),
      addressOf(backend, out),
    );
    return out;
  }

  directFilterGradient(backend, info, x, dy, out);
  return out;
}

/** What a rectifier after the convolution does to its gradient. */
export interface Rectified {
  /** The rectifier's output: where it is not positive, the gradient is 0. */
  y: tf.TensorInfo;
  /** Address that the gradient's sums over the pixels are added to. */
  sums: number;
}

/** Writes the filter's gradient to `out`, without tiles. */
export function directFilterGradient(
  backend: WasmBackend,
  info: ConvInfo,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  out: tf.TensorInfo,
  rectified?: Rectified,
): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = info;
  const { top, bottom, left, right } = paddingOf(info);
  const isPadded = hasPadding({ top, bottom, left, right });
  const paddedHeight = inHeight + top + bottom;
  const paddedWidth = inWidth + left + right;
  const paddedFloats = paddedHeight * paddedWidth * inChannels;
  const positions = outHeight * outWidth;
  const chunk = imagesPerChunk(batchSize, paddedFloats);
  const run = info.filterWidth * inChannels, k = info.filterHeight * run, sumRows = wholeTiles(k);
  const sumFloats = packedFloats(sumRows, outChannels);
  const kernels = productKernels(backend);
  withScratch(
    backend,
    [
      packedFloats(Math.min(OUTER_ROWS, chunk * positions), outChannels),
      tableFloats(chunk * positions),
      copiedFloats(OUTER_ROWS),
      sumFloats,
      isPadded ? chunk * paddedFloats : 0,
    ],
    (panels, table, tile, sums, padded) => {
      const pixel = inChannels * FLOAT, outPixel = outChannels * FLOAT;
      fillZero(backend, sums, sumFloats);
      for (let first = 0; first < batchSize; first += chunk) {
        const images = Math.min(chunk, batchSize - first);
        const from = addressOf(backend, x) + first * inHeight * inWidth * pixel;
        if (isPadded) kernels.pad(from, padded, images, inHeight, inWidth, pixel, top, bottom, left, right);
        kernels.positions(
          table,
          images,
          outHeight,
          outWidth,
          isPadded ? padded : from,
          paddedFloats * FLOAT,
          info.strideHeight * paddedWidth * pixel,
          info.strideWidth * pixel,
          0,
          0,
          0,
          0,
          0,
        );
        for (let row = 0; row < images * positions; row += OUTER_ROWS) {
          const rows = Math.min(OUTER_ROWS, images * positions - row);
          const start = (first * positions + row) * outPixel, from = addressOf(backend, dy) + start;
          if (rectified) {
            const y = addressOf(backend, rectified.y) + start;
            kernels.packRectified(from, y, panels, rows, outChannels, rectified.sums);
          } else kernels.pack(from, panels, rows, outChannels, outPixel, FLOAT, rows * PANEL_ROW);
          kernels.outer(
            table + row * TABLE_ENTRY,
            rows,
            tile,
            panels,
            sums,
            info.filterHeight,
            run,
            paddedWidth * pixel,
            outChannels,
          );
        }
      }
      kernels.unpack(sums, addressOf(backend, out), k, sumRows, outChannels);
    },
  );
}
