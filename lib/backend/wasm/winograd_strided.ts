import { productKernels, stridedWinogradKernels, winogradKernels } from "./assembly/instances.ts";
import { fillZero, sizeOf, type WasmBackend } from "./heap.ts";
import { copiedFloats, packedFloats, PANEL_ROW, tableFloats, wholeTiles } from "./assembly/panels.ts";
import { FLOAT, withScratch } from "./scratch.ts";
import { type Finish, finishArguments } from "./finish.ts";
import { blockTiles, forBlocks, oddLines, tileGrid, type Tiling } from "./winograd_tiling.ts";

/** Blocks of channels that each of the 25 entries of a transformed tile sums over. */
const entryBlocks = Array.from({ length: 25 }, (_, e) => (e < 20 ? 2 : 1) * (e % 5 < 4 ? 2 : 1));

/** Entries of a transformed tile. */
const ENTRIES = entryBlocks.length;

/** Most blocks of an entry. */
const BLOCKS = 4;

/** Addresses of the kernels' `pixels`. */
const PIXELS = 81;

/** Floats of the kernels' `work`. */
const WORK_FLOATS = 4 * 108;

/** Where the transformed tiles of a block lie. */
function layout(tiling: Tiling) {
  const { inChannels, outChannels } = tiling;
  const block = blockTiles(tiling, ENTRIES * (BLOCKS * inChannels + outChannels));
  const inRow = oddLines(BLOCKS * inChannels), outRow = oddLines(outChannels);
  return {
    block,
    inRow,
    // With a row to spare, for the surplus of the last 6.
    inEntry: oddLines((block + 1) * inRow / FLOAT),
    outRow,
    outEntry: oddLines((block + 1) * outRow / FLOAT),
  };
}

/**
 * Convolves the images at `x` with the filter at `filter`, both in the heap, with stride 2 by Winograd's minimal
 * filtering of the input's phases: nine sixteenths of the direct sum's products.
 *
 * @param finish what is done to each result before it is written
 *
 * Source: Lavin & Gray, arXiv 1509.09308; see assembly/winograd_strided.as.
 */
export function convolveStridedTiles(
  backend: WasmBackend,
  tiling: Tiling,
  x: number,
  filter: number,
  y: number,
  finish?: Finish,
): void {
  const { input, output, inChannels, outChannels, before } = tiling;
  const grid = tileGrid(tiling), { block, inRow, inEntry, outRow, outEntry } = layout(tiling);
  const filterEntry = oddLines(packedFloats(BLOCKS * inChannels, outChannels));
  const winograd = stridedWinogradKernels(backend), { positions, product } = productKernels(backend);
  withScratch(
    backend,
    [
      ENTRIES * filterEntry / FLOAT,
      ENTRIES * inEntry / FLOAT,
      ENTRIES * outEntry / FLOAT,
      tableFloats(block),
      outChannels,
      inChannels,
      PIXELS,
      WORK_FLOATS,
    ],
    (panels, inputs, outputs, table, dump, zeros, pixels, work) => {
      const tap = inChannels * outChannels * FLOAT;
      fillZero(backend, zeros, inChannels);
      winograd.filterPanels(filter, tap, panels, inChannels, outChannels, 0, filterEntry, work);
      forBlocks(tiling, block, (first, count) => {
        const tiles = [first, count, ...grid];
        winograd.inputTiles(
          ...[x, inputs, ...tiles, ...input, inChannels, ...before, inRow, inEntry, zeros, pixels, work],
        );
        const rows = positions(table, 1, 1, count, 0, 0, 0, inRow, 0, 0, 0, outRow, count * outRow);
        entryBlocks.forEach((blocks, entry) => {
          const from = inputs + entry * inEntry, to = outputs + entry * outEntry, k = blocks * inChannels;
          product(table, rows, panels + entry * filterEntry, 1, k, 0, outChannels, from, to);
        });
        winograd.outputTiles(
          ...[outputs, y, ...tiles, ...output, outChannels, outRow, outEntry, dump, pixels, work],
          ...finishArguments(finish),
        );
      });
    },
  );
}

/** The gradient of {@linkcode convolveStridedTiles} in its images: the adjoint of the transforms. */
export function stridedInputGradientTiles(
  backend: WasmBackend,
  tiling: Tiling,
  dy: number,
  filter: number,
  dx: number,
): void {
  const { images, input, output, inChannels, outChannels, before } = tiling;
  const grid = tileGrid(tiling), { block, inRow, inEntry, outRow, outEntry } = layout(tiling);
  const filterEntry = oddLines(packedFloats(outChannels, BLOCKS * inChannels));
  const winograd = stridedWinogradKernels(backend), { positions, product } = productKernels(backend);
  withScratch(
    backend,
    [
      9 * inChannels * outChannels,
      ENTRIES * filterEntry / FLOAT,
      ENTRIES * inEntry / FLOAT,
      ENTRIES * outEntry / FLOAT,
      tableFloats(block),
      BLOCKS * inChannels,
      outChannels,
      PIXELS,
      WORK_FLOATS,
    ],
    (turned, panels, inputs, outputs, table, dump, zeros, pixels, work) => {
      const tap = inChannels * outChannels * FLOAT;
      fillZero(backend, zeros, outChannels);
      fillZero(backend, dx, sizeOf([images, ...input, inChannels]));
      winogradKernels(backend).turnFilter(filter, turned, inChannels, outChannels);
      // The turned filter's taps are read from its last one back.
      winograd.filterPanels(turned + 8 * tap, -tap, panels, outChannels, inChannels, 1, filterEntry, work);
      forBlocks(tiling, block, (first, count) => {
        const tiles = [first, count, ...grid];
        winograd.gradientTiles(
          ...[
            dy,
            outputs,
            ...tiles,
            ...output,
            outChannels,
            outRow,
            PANEL_ROW,
            outEntry,
            zeros,
            pixels,
            work,
          ],
        );
        const rows = positions(table, 1, 1, count, 0, 0, 0, outRow, 0, 0, 0, inRow, count * inRow);
        entryBlocks.forEach((blocks, entry) => {
          const from = outputs + entry * outEntry, to = inputs + entry * inEntry, n = blocks * inChannels;
          product(table, rows, panels + entry * filterEntry, 1, outChannels, 0, n, from, to);
        });
        winograd.spreadTiles(
          ...[inputs, dx, ...tiles, ...input, inChannels, ...before, inRow, inEntry, dump, pixels, work],
        );
      });
    },
  );
}

/** The gradient of {@linkcode convolveStridedTiles} in its filter: the adjoint of the transforms. */
export function stridedFilterGradientTiles(
  backend: WasmBackend,
  tiling: Tiling,
  x: number,
  dy: number,
  filter: number,
): void {
  const { input, output, inChannels, outChannels, before } = tiling;
  const grid = tileGrid(tiling), { block, inRow, inEntry } = layout(tiling);
  const gradientEntry = oddLines(packedFloats(block, outChannels));
  const sumEntry = oddLines(packedFloats(wholeTiles(BLOCKS * inChannels), outChannels));
  const sumFloats = ENTRIES * sumEntry / FLOAT, pixelFloats = Math.max(inChannels, outChannels);
  const winograd = stridedWinogradKernels(backend), { positions, outer } = productKernels(backend);
  withScratch(
    backend,
    [
      sumFloats,
      ENTRIES * inEntry / FLOAT,
      ENTRIES * gradientEntry / FLOAT,
      tableFloats(block),
      copiedFloats(block),
      pixelFloats,
      PIXELS,
      WORK_FLOATS,
    ],
    (sums, inputs, gradients, table, tile, zeros, pixels, work) => {
      fillZero(backend, zeros, pixelFloats);
      fillZero(backend, sums, sumFloats);
      forBlocks(tiling, block, (first, count) => {
        const tiles = [first, count, ...grid], steps = [PANEL_ROW, count * PANEL_ROW, gradientEntry];
        winograd.inputTiles(
          ...[x, inputs, ...tiles, ...input, inChannels, ...before, inRow, inEntry, zeros, pixels, work],
        );
        winograd.gradientTiles(
          ...[dy, gradients, ...tiles, ...output, outChannels, ...steps, zeros, pixels, work],
        );
        positions(table, 1, 1, count, 0, 0, 0, inRow, 0, 0, 0, 0, 0);
        entryBlocks.forEach((blocks, entry) => {
          const left = inputs + entry * inEntry, right = gradients + entry * gradientEntry;
          const sum = sums + entry * sumEntry, k = blocks * inChannels;
          outer(table, count, tile, right, sum, 1, k, 0, outChannels, left);
        });
      });
      winograd.filterGradient(sums, filter, inChannels, outChannels, sumEntry, work);
    },
  );
}

/** The gradients that {@linkcode stridedGradientTiles} computes at once, and what of; addresses. */
export interface StridedGradients {
  x: number;
  filter: number;
  /** The rectified output, and the gradient in it. */
  y: number;
  dy: number;
  /** To be written. */
  dx: number;
  dfilter: number;
  /** Receives the gradient's sums over the pixels. */
  dbias: Float64Array;
}

/**
 * Both gradients of {@linkcode convolveStridedTiles} followed by a rectifier: the output's gradient, 0 where the output is not
 * positive, is transformed once. The number of output channels must be a multiple of 8.
 */
export function stridedGradientTiles(
  backend: WasmBackend,
  tiling: Tiling,
  { x, filter, y, dy, dx, dfilter, dbias }: StridedGradients,
): void {
  const { images, input, output, inChannels, outChannels, before } = tiling;
  const grid = tileGrid(tiling), { block, inRow, inEntry } = layout(tiling);
  const gradientEntry = oddLines(packedFloats(block, outChannels));
  const filterEntry = oddLines(packedFloats(outChannels, BLOCKS * inChannels));
  const sumEntry = oddLines(packedFloats(wholeTiles(BLOCKS * inChannels), outChannels));
  const sumFloats = ENTRIES * sumEntry / FLOAT, pixelFloats = Math.max(inChannels, outChannels);
  const winograd = stridedWinogradKernels(backend), { positions, product, outer } = productKernels(backend);
  withScratch(
    backend,
    [
      9 * inChannels * outChannels,
      ENTRIES * filterEntry / FLOAT,
      sumFloats,
      ENTRIES * inEntry / FLOAT,
      ENTRIES * gradientEntry / FLOAT,
      tableFloats(block),
      tableFloats(block),
      copiedFloats(block),
      pixelFloats,
      inChannels,
      outChannels,
      PIXELS,
      WORK_FLOATS,
    ],
    (turned, panels, sums, inputs, gradients, rows, columns, tile, zeros, dump, biases, pixels, work) => {
      const tap = inChannels * outChannels * FLOAT;
      fillZero(backend, zeros, pixelFloats);
      fillZero(backend, sums, sumFloats);
      fillZero(backend, dx, sizeOf([images, ...input, inChannels]));
      winogradKernels(backend).turnFilter(filter, turned, inChannels, outChannels);
      // The turned filter's taps are read from its last one back.
      winograd.filterPanels(turned + 8 * tap, -tap, panels, outChannels, inChannels, 1, filterEntry, work);
      forBlocks(tiling, block, (first, count) => {
        const tiles = [first, count, ...grid], panel = count * PANEL_ROW;
        winograd.inputTiles(
          ...[x, inputs, ...tiles, ...input, inChannels, ...before, inRow, inEntry, zeros, pixels, work],
        );
        fillZero(backend, biases, outChannels);
        winograd.gradientTiles(
          ...[dy, gradients, ...tiles, ...output, outChannels, PANEL_ROW, panel, gradientEntry],
          ...[zeros, pixels, work, y, biases],
        );
        new Float32Array(backend.wasm.asm.memory.buffer, biases, outChannels).forEach((sum, channel) =>
          dbias[channel] += sum
        );
        positions(columns, 1, 1, count, 0, 0, 0, inRow, 0, 0, 0, 0, 0);
        // Left rows are read from the panels, 8 channels from each.
        const whole = positions(rows, 1, 1, count, 0, 0, 0, PANEL_ROW, 0, 0, 0, inRow, count * inRow);
        entryBlocks.forEach((blocks, entry) => {
          const ofInput = inputs + entry * inEntry, gradient = gradients + entry * gradientEntry;
          const sum = sums + entry * sumEntry,
            filters = panels + entry * filterEntry,
            k = blocks * inChannels;
          outer(columns, count, tile, gradient, sum, 1, k, 0, outChannels, ofInput);
          // The transformed input has been used, and its place is free.
          product(rows, whole, filters, outChannels / 8, 8, panel, k, gradient, ofInput);
        });
        winograd.spreadTiles(
          ...[inputs, dx, ...tiles, ...input, inChannels, ...before, inRow, inEntry, dump, pixels, work],
        );
      });
      winograd.filterGradient(sums, dfilter, inChannels, outChannels, sumEntry, work);
    },
  );
}
