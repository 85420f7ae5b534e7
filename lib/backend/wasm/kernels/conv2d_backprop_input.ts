import type * as tf from "@tensorflow/tfjs";
import { type ProductKernels, productKernels } from "../assembly/instances.ts";
import {
  type ConvAttributes,
  type ConvInfo,
  convInfo,
  hasPadding,
  imagesPerChunk,
  type Padding,
} from "../convolution.ts";
import { addressOf, fillZero, type KernelArguments, sizeOf } from "../heap.ts";
import { packedFloats, PANEL_ROW, tableFloats } from "../assembly/panels.ts";
import { FLOAT, withScratch } from "../scratch.ts";
import { inputGradientTiles } from "../winograd.ts";
import { stridedInputGradientTiles } from "../winograd_strided.ts";
import { tilingOf } from "../winograd_tiling.ts";

/**
 * What one phase of a stride means along one axis. Input positions `y` with `(y + before) mod stride = phase` are
 * `y = q·stride + phase − before` and see the output positions `q − t` through the filter entries `phase + t·stride`.
 */
interface Phase {
  phase: number;
  /** Filter entries of this phase. */
  taps: number;
  /** First `q`. */
  start: number;
  /** Number of `q`. */
  length: number;
}

function phases(stride: number, filter: number, before: number, input: number): Phase[] {
  return Array.from({ length: stride }, (_, phase) => {
    const start = Math.ceil((before - phase) / stride);
    const end = Math.floor((input - 1 + before - phase) / stride);
    return { phase, taps: Math.max(0, Math.ceil((filter - phase) / stride)), start, length: end - start + 1 };
  }).filter(({ length }) => length > 0);
}

/** Zeros before and after the `output` positions that the phases reach. */
function reach(all: readonly Phase[], output: number): [number, number] {
  const used = all.filter(({ taps }) => taps > 0);
  const before = used.map(({ taps, start }) => taps - 1 - start);
  const after = used.map(({ start, length }) => start + length - output);
  return [Math.max(0, ...before), Math.max(0, ...after)];
}

/**
 * Kernel `Conv2DBackpropInput`. For each phase of the stride the gradient is itself a convolution with stride 1: of the
 * padded `dy` with the filter's entries of that phase, turned round, its channels exchanged. No product is with a
 * zero that the stride would put in.
 */
export function conv2dBackpropInput(
  { inputs, attrs, backend }: KernelArguments<
    { dy: tf.TensorInfo; filter: tf.TensorInfo },
    ConvAttributes & { inputShape: number[] }
  >,
): tf.TensorInfo {
  const { dy, filter } = inputs;
  const info = convInfo(attrs.inputShape, filter.shape, attrs);
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = info;
  const out = backend.makeOutput(attrs.inputShape, "float32");
  if (sizeOf(attrs.inputShape) === 0) return out;
  if (sizeOf(dy.shape) === 0) {
    fillZero(backend, addressOf(backend, out), sizeOf(attrs.inputShape));
    return out;
  }
  const tiling = tilingOf(info);
  if (tiling) {
    const compute = tiling.stride === 1 ? inputGradientTiles : stridedInputGradientTiles;
    compute(
      backend,
      tiling,
      addressOf(backend, dy),
      addressOf(backend, filter),
      addressOf(backend, out),
    );
    return out;
  }

  const vertical = phases(info.strideHeight, info.filterHeight, info.padInfo.top, inHeight);
  const horizontal = phases(info.strideWidth, info.filterWidth, info.padInfo.left, inWidth);
  const [top, bottom] = reach(vertical, outHeight), [left, right] = reach(horizontal, outWidth);
  const padding: Padding = { top, bottom, left, right }, isPadded = hasPadding(padding);
  const paddedWidth = outWidth + left + right;
  const paddedFloats = (outHeight + top + bottom) * paddedWidth * outChannels;
  const chunk = imagesPerChunk(batchSize, paddedFloats);
  // Inputs that no filter entry reaches get no gradient.
  if ([...vertical, ...horizontal].some(({ taps }) => taps === 0)) {
    fillZero(backend, addressOf(backend, out), sizeOf(attrs.inputShape));
  }

  const pairs = vertical.flatMap((y) => horizontal.map((x) => ({ y, x })))
    .filter(({ y, x }) => y.taps > 0 && x.taps > 0);
  if (pairs.length === 0) return out;
  const kernels = productKernels(backend);
  const filterFloats = pairs.map(({ y, x }) => packedFloats(y.taps * x.taps * outChannels, inChannels));
  withScratch(
    backend,
    [
      Math.max(...pairs.map(({ y, x }) => tableFloats(chunk * y.length * x.length))),
      inChannels,
      isPadded ? chunk * paddedFloats : 0,
      ...filterFloats,
    ],
    (table, dump, padded, ...panels) => {
      const pixel = inChannels * FLOAT, outPixel = outChannels * FLOAT;
      pairs.forEach(({ y, x }, i) => packPhase(kernels, info, addressOf(backend, filter), panels[i], y, x));
      for (let first = 0; first < batchSize; first += chunk) {
        const images = Math.min(chunk, batchSize - first);
        const from = addressOf(backend, dy) + first * outHeight * outWidth * outPixel;
        const to = addressOf(backend, out) + first * inHeight * inWidth * pixel;
        if (isPadded) {
          kernels.pad(from, padded, images, outHeight, outWidth, outPixel, top, bottom, left, right);
        }
        pairs.forEach(({ y, x }, i) => {
          const row = top + y.start - (y.taps - 1), column = left + x.start - (x.taps - 1);
          const inRow = y.start * info.strideHeight + y.phase - info.padInfo.top;
          const inColumn = x.start * info.strideWidth + x.phase - info.padInfo.left;
          const rows = kernels.positions(
            table,
            images,
            y.length,
            x.length,
            (isPadded ? padded : from) + (row * paddedWidth + column) * outPixel,
            paddedFloats * FLOAT,
            paddedWidth * outPixel,
            outPixel,
            to + (inRow * inWidth + inColumn) * pixel,
            inHeight * inWidth * pixel,
            info.strideHeight * inWidth * pixel,
            info.strideWidth * pixel,
            dump,
          );
          kernels.product(
            table,
            rows,
            panels[i],
            y.taps,
            x.taps * outChannels,
            paddedWidth * outPixel,
            inChannels,
          );
        });
      }
    },
  );
  return out;
}

/** Packs the filter's entries of a phase, turned round, with output channels as rows and input channels as columns. */
function packPhase(
  kernels: ProductKernels,
  info: ConvInfo,
  filter: number,
  panels: number,
  y: Phase,
  x: Phase,
): void {
  const { inChannels, outChannels } = info;
  const panelBytes = y.taps * x.taps * outChannels * PANEL_ROW;
  for (let i = 0; i < y.taps; i++) {
    for (let j = 0; j < x.taps; j++) {
      const filterRow = y.phase + info.strideHeight * (y.taps - 1 - i);
      const filterColumn = x.phase + info.strideWidth * (x.taps - 1 - j);
      const entry = (filterRow * info.filterWidth + filterColumn) * inChannels * outChannels;
      kernels.pack(
        filter + entry * FLOAT,
        panels + (i * x.taps + j) * outChannels * PANEL_ROW,
        outChannels,
        inChannels,
        FLOAT,
        outChannels * FLOAT,
        panelBytes,
      );
    }
  }
}
