import * as tf from "@tensorflow/tfjs";
import type { KernelArguments } from "./heap.ts";
import { multiply, transposeMatrices } from "./mat_mul.ts";

// Patches are unfolded for as many images at a time as fit in this many floats (4 MB), which stays in cache.
const SCRATCH_FLOATS = 1 << 20;

type ConvInfo = ReturnType<typeof tf.backend_util.computeConv2DInfo>;

interface ConvAttributes {
  strides: number | [number, number];
  pad: "valid" | "same" | number | tf.backend_util.ExplicitPadding;
  dataFormat?: "NHWC" | "NCHW";
  dimRoundingMode?: "floor" | "round" | "ceil";
}

function convInfo(inputShape: number[], filterShape: number[], attrs: ConvAttributes): ConvInfo {
  if ((attrs.dataFormat ?? "NHWC") !== "NHWC") {
    throw new RangeError(
      `Cannot compute a convolution gradient as the data format must be NHWC: received ${attrs.dataFormat}`,
    );
  }
  return tf.backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    attrs.strides,
    1,
    attrs.pad,
    attrs.dimRoundingMode,
  );
}

function imagesPerChunk(info: ConvInfo, patchLength: number): number {
  const perImage = patchLength * info.outHeight * info.outWidth;
  return Math.max(1, Math.min(info.batchSize, Math.floor(SCRATCH_FLOATS / perImage)));
}

/**
 * Kernel `Conv2DBackpropFilter`, which tfjs-wasm lacks: `dW = unfold(x)ᵀ · dy`.
 *
 * The unfolded patches are written transposed, `[kh·kw·ci, images·oh·ow]`, so that the product needs no transposition.
 */
export function conv2dBackpropFilter(
  { inputs, attrs, backend }: KernelArguments<
    { x: tf.TensorInfo; dy: tf.TensorInfo },
    ConvAttributes & { filterShape: number[] }
  >,
): tf.TensorInfo {
  const { x, dy } = inputs;
  const info = convInfo(x.shape, attrs.filterShape, attrs);
  const patchLength = info.filterHeight * info.filterWidth * info.inChannels;
  const positions = info.outHeight * info.outWidth;
  const chunk = imagesPerChunk(info, patchLength);

  const out = backend.makeOutput(attrs.filterShape, "float32");
  const partial = backend.makeOutput(attrs.filterShape, "float32");
  const patches = backend.makeOutput([patchLength, chunk * positions], "float32");
  // Views only after every allocation: growing the heap detaches earlier ones.
  backend.typedArrayFromHeap(out).fill(0);
  for (let first = 0; first < info.batchSize; first += chunk) {
    const images = Math.min(chunk, info.batchSize - first);
    const columns = images * positions;
    unfoldTransposed(backend.typedArrayFromHeap(x), backend.typedArrayFromHeap(patches), info, first, images);
    multiply(
      backend,
      { tensor: patches, start: 0, rows: patchLength, columns },
      { tensor: dy, start: first * positions * info.outChannels, rows: columns, columns: info.outChannels },
      { tensor: partial, start: 0, rows: patchLength, columns: info.outChannels },
    );
    const total = backend.typedArrayFromHeap(out), added = backend.typedArrayFromHeap(partial);
    for (let i = 0; i < total.length; i++) total[i] += added[i];
  }
  backend.disposeData(patches.dataId);
  backend.disposeData(partial.dataId);
  return out;
}

/** Writes `patches[(i, j, c), (image, row, column)] = x[image, row·stride + i − pad, column·stride + j − pad, c]`. */
function unfoldTransposed(x: Float32Array, patches: Float32Array, info: ConvInfo, first: number, images: number): void {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, strideHeight, strideWidth, padInfo } = info;
  const columns = images * outHeight * outWidth;
  const step = strideWidth * inChannels;
  for (let i = 0; i < info.filterHeight; i++) {
    for (let j = 0; j < info.filterWidth; j++) {
      const patchRow = (i * info.filterWidth + j) * inChannels;
      // Output columns [begin, end) read inside the image; the others read padding.
      const begin = Math.min(outWidth, Math.max(0, Math.ceil((padInfo.left - j) / strideWidth)));
      const end = Math.max(begin, Math.min(outWidth, Math.floor((inWidth - 1 + padInfo.left - j) / strideWidth) + 1));
      for (let image = 0; image < images; image++) {
        for (let row = 0; row < outHeight; row++) {
          const inRow = row * strideHeight + i - padInfo.top;
          const outside = inRow < 0 || inRow >= inHeight;
          const target = (image * outHeight + row) * outWidth;
          const source = (((first + image) * inHeight + inRow) * inWidth + begin * strideWidth + j - padInfo.left) *
            inChannels;
          for (let c = 0; c < inChannels; c++) {
            let to = (patchRow + c) * columns + target;
            if (outside) {
              patches.fill(0, to, to + outWidth);
              continue;
            }
            for (let column = 0; column < begin; column++) patches[to++] = 0;
            for (let column = begin, from = source + c; column < end; column++, from += step) patches[to++] = x[from];
            for (let column = end; column < outWidth; column++) patches[to++] = 0;
          }
        }
      }
    }
  }
}

/** Kernel `Conv2DBackpropInput`: `dx = fold(dy · Wᵀ)`, one matrix product and a scatter-add of patches. */
export function conv2dBackpropInput(
  { inputs, attrs, backend }: KernelArguments<
    { dy: tf.TensorInfo; filter: tf.TensorInfo },
    ConvAttributes & { inputShape: number[] }
  >,
): tf.TensorInfo {
  const { dy, filter } = inputs;
  const info = convInfo(attrs.inputShape, filter.shape, attrs);
  const patchLength = info.filterHeight * info.filterWidth * info.inChannels;
  const positions = info.outHeight * info.outWidth;
  const chunk = imagesPerChunk(info, patchLength);

  const out = backend.makeOutput(attrs.inputShape, "float32");
  const patches = backend.makeOutput([chunk * positions, patchLength], "float32");
  const transposed = transposeMatrices(backend, filter, [1, patchLength, info.outChannels]);
  backend.typedArrayFromHeap(out).fill(0);
  for (let first = 0; first < info.batchSize; first += chunk) {
    const images = Math.min(chunk, info.batchSize - first);
    const rows = images * positions;
    multiply(
      backend,
      { tensor: dy, start: first * positions * info.outChannels, rows, columns: info.outChannels },
      { tensor: transposed, start: 0, rows: info.outChannels, columns: patchLength },
      { tensor: patches, start: 0, rows, columns: patchLength },
    );
    fold(backend.typedArrayFromHeap(patches), backend.typedArrayFromHeap(out), info, first, images);
  }
  backend.disposeData(patches.dataId);
  backend.disposeData(transposed.dataId);
  return out;
}

/** Adds every patch `[(image, row, column), (i, j, c)]` back to the pixels it was taken from. */
function fold(patches: Float32Array, dx: Float32Array, info: ConvInfo, first: number, images: number): void {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, filterHeight, filterWidth, padInfo } = info;
  const rowLength = filterWidth * inChannels;
  let patch = 0;
  for (let image = first; image < first + images; image++) {
    for (let row = 0; row < outHeight; row++) {
      for (let column = 0; column < outWidth; column++) {
        const left = column * info.strideWidth - padInfo.left;
        const begin = Math.max(0, -left) * inChannels, end = Math.min(filterWidth, inWidth - left) * inChannels;
        for (let i = 0; i < filterHeight; i++, patch += rowLength) {
          const inRow = row * info.strideHeight + i - padInfo.top;
          if (inRow < 0 || inRow >= inHeight) continue;
          const target = ((image * inHeight + inRow) * inWidth + left) * inChannels;
          for (let offset = begin; offset < end; offset++) dx[target + offset] += patches[patch + offset];
        }
      }
    }
  }
}
