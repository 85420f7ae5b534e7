import * as tf from "@tensorflow/tfjs";
import { addressOf, type KernelArguments } from "./heap.ts";
import { multiply, transposeMatrices } from "./mat_mul.ts";
import { patchKernels } from "./compiled.ts";

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

/** The geometry of a convolution in the order that the patch kernels take it. */
function geometry(info: ConvInfo): number[] {
  return [
    info.inHeight,
    info.inWidth,
    info.inChannels,
    info.outHeight,
    info.outWidth,
    info.filterHeight,
    info.filterWidth,
    info.strideHeight,
    info.strideWidth,
    info.padInfo.top,
    info.padInfo.left,
  ];
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

  const { unfoldTransposed } = patchKernels(backend);

  const out = backend.makeOutput(attrs.filterShape, "float32");
  const partial = backend.makeOutput(attrs.filterShape, "float32");
  const patches = backend.makeOutput([patchLength, chunk * positions], "float32");
  // Views only after every allocation: growing the heap detaches earlier ones.
  backend.typedArrayFromHeap(out).fill(0);
  for (let first = 0; first < info.batchSize; first += chunk) {
    const images = Math.min(chunk, info.batchSize - first);
    const columns = images * positions;
    unfoldTransposed(addressOf(backend, x), addressOf(backend, patches), first, images, ...geometry(info));
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

  const { fold } = patchKernels(backend);

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
    fold(addressOf(backend, patches), addressOf(backend, out), first, images, ...geometry(info));
  }
  backend.disposeData(patches.dataId);
  backend.disposeData(transposed.dataId);
  return out;
}
