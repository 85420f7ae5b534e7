import { productKernels, winogradKernels } from "./assembly/instances.ts";
import { fillZero, type WasmBackend } from "./heap.ts";
import { copiedFloats, packedFloats, PANEL_ROW, tableFloats, wholeTiles } from "./assembly/panels.ts";
import { FLOAT, withScratch } from "./scratch.ts";
import { type Finish, finishArguments } from "./finish.ts";
import { blockTiles, forBlocks, oddLines, tileGrid, type Tiling } from "./winograd_tiling.ts";

/** Entries of a transformed tile. */
const ENTRIES = 36;

/** Floats of the kernels' `work`. */
const WORK_FLOATS = 4 * (ENTRIES + 1);

/**
 * Convolves the images at `x` with the filter at `filter`, both in the heap, by Winograd's minimal filtering: a quarter
 * of the direct sum's products, at twice its rounding errors.
 *
 * @param finish what is done to each result before it is written
 *
 * Source: Lavin & Gray, arXiv 1509.09308; see assembly/winograd.as.
 */
export function convolveTiles(
  backend: WasmBackend,
  tiling: Tiling,
  x: number,
  filter: number,
  y: number,
  finish?: Finish,
): void {
  const { input, output, inChannels, outChannels, before } = tiling;
  const grid = tileGrid(tiling), block = blockTiles(tiling, ENTRIES * (inChannels + outChannels));
  const filterEntry = oddLines(packedFloats(inChannels, outChannels));
  const inRow = oddLines(inChannels), inEntry = oddLines(block * inRow / FLOAT);
  // With a row to spare, for the surplus of the last 6.
  const outRow = oddLines(outChannels), outEntry = oddLines((block + 1) * outRow / FLOAT);
  const winograd = winogradKernels(backend), { positions, product } = productKernels(backend);
  withScratch(
    backend,
    [
      ENTRIES * filterEntry / FLOAT,
      ENTRIES * inEntry / FLOAT,
      ENTRIES * outEntry / FLOAT,
      tableFloats(block),
      outChannels,
      inChannels,
      ENTRIES,
      WORK_FLOATS,
    ],
    (panels, inputs, outputs, table, dump, zeros, pixels, work) => {
      fillZero(backend, zeros, inChannels);
      winograd.filterPanels(filter, panels, inChannels, outChannels, filterEntry, work);
      forBlocks(tiling, block, (first, count) => {
        const tiles = [first, count, ...grid];
        winograd.inputTiles(
          ...[x, inputs, ...tiles, ...input, inChannels, ...before, inRow, inEntry, zeros, pixels, work],
        );
        const rows = positions(table, 1, 1, count, 0, 0, 0, inRow, 0, 0, 0, outRow, count * outRow);
        for (let entry = 0; entry < ENTRIES; entry++) {
          const from = inputs + entry * inEntry, to = outputs + entry * outEntry;
          product(table, rows, panels + entry * filterEntry, 1, inChannels, 0, outChannels, from, to);
        }
        winograd.outputTiles(
          ...[outputs, y, ...tiles, ...output, outChannels, outRow, outEntry, dump, pixels, work],
          ...finishArguments(finish),
        );
      });
    },
  );
}

/**
 * The gradient of {@linkcode convolveTiles} in its images: the convolution of `dy` with the filter turned round, its
 * channels exchanged.
 */
export function inputGradientTiles(
  backend: WasmBackend,
  tiling: Tiling,
  dy: number,
  filter: number,
  dx: number,
): void {
  const { images, input, output, inChannels, outChannels, before } = tiling;
  const gradient: Tiling = {
    stride: 1,
    images,
    input: output,
    output: input,
    inChannels: outChannels,
    outChannels: inChannels,
    before: [2 - before[0], 2 - before[1]],
  };
  withScratch(backend, [9 * inChannels * outChannels], (turned) => {
    winogradKernels(backend).turnFilter(filter, turned, inChannels, outChannels);
    convolveTiles(backend, gradient, dy, turned, dx);
  });
}

/** The gradient of {@linkcode convolveTiles} in its filter: the adjoint of the transforms. */
export function filterGradientTiles(
  backend: WasmBackend,
  tiling: Tiling,
  x: number,
  dy: number,
  filter: number,
): void {
  const { input, output, inChannels, outChannels, before } = tiling;
  const grid = tileGrid(tiling), block = blockTiles(tiling, ENTRIES * (inChannels + outChannels));
  const inRow = oddLines(inChannels), inEntry = oddLines(block * inRow / FLOAT);
  const gradientEntry = oddLines(packedFloats(block, outChannels));
  const sumRows = wholeTiles(inChannels), sumEntry = oddLines(packedFloats(sumRows, outChannels));
  const sumFloats = ENTRIES * sumEntry / FLOAT, pixelFloats = Math.max(inChannels, outChannels);
  const winograd = winogradKernels(backend), { positions, outer } = productKernels(backend);
  withScratch(
    backend,
    [
      sumFloats,
      ENTRIES * inEntry / FLOAT,
      ENTRIES * gradientEntry / FLOAT,
      tableFloats(block),
      copiedFloats(block),
      pixelFloats,
      ENTRIES,
      WORK_FLOATS,
    ],
    (sums, inputs, gradients, table, tile, zeros, pixels, work) => {
      fillZero(backend, zeros, pixelFloats);
      fillZero(backend, sums, sumFloats);
      forBlocks(tiling, block, (first, count) => {
        const tiles = [first, count, ...grid], panel = count * PANEL_ROW;
        winograd.inputTiles(
          ...[x, inputs, ...tiles, ...input, inChannels, ...before, inRow, inEntry, zeros, pixels, work],
        );
        winograd.gradientTiles(
          ...[dy, gradients, ...tiles, ...output, outChannels, panel, gradientEntry, zeros, pixels, work],
        );
        positions(table, 1, 1, count, 0, 0, 0, inRow, 0, 0, 0, 0, 0);
        for (let entry = 0; entry < ENTRIES; entry++) {
          const left = inputs + entry * inEntry, right = gradients + entry * gradientEntry;
          outer(table, count, tile, right, sums + entry * sumEntry, 1, inChannels, 0, outChannels, left);
        }
      });
      winograd.filterGradient(
        ...[sums, filter, inChannels, outChannels, sumRows * PANEL_ROW, sumEntry, work],
      );
    },
  );
}
