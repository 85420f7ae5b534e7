import { encode } from "fast-png";
import { checkArray, checkInteger, checkObject, checkOptions } from "../core/checks.ts";
import { checkImages } from "../data/check_image_set.ts";
import type { ImageSet, ImageShape } from "../data/dataset.ts";
import { escapeHtml } from "../figures/page.ts";
import { type Displayable, displayable } from "./display.ts";

/** How an {@linkcode imageGrid} looks. */
export interface ImageGridOptions {
  /** Images side by side before a new line starts; 10 when left out. */
  columns?: number;
  /** Screen pixels per image pixel, an integer; 2 when left out. */
  zoom?: number;
  /** Images that get an orange frame, by their index. */
  framed?: (index: number) => boolean;
}

/** Which images: a list, or several with a name each. */
export type ImageSelection = ArrayLike<number> | Readonly<Record<string, ArrayLike<number>>>;

const GAP = 4, FRAME = 2;
const ORANGE = [0xd5, 0x5e, 0x00], WHITE = 255;

/**
 * Images of a set side by side, as PNG; several named lists make one row each, with the name in front.
 *
 * @param set where the images are
 * @param shape height, width and channels (1 or 3) of every image
 * @param selection indices into the set, or an object of such lists
 * @param options columns, zoom, frames
 * @throws {RangeError} if an index is not in the set, a list is empty, or images have neither 1 nor 3 channels
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { notebook } from "@hscl/hscl";
 * import { syntheticImages } from "@hscl/hscl/data";
 * const { train, shape } = syntheticImages({ trainImages: 20, testImages: 1 });
 * const grid = notebook.imageGrid(train, shape, [0, 1, 2], { framed: (index) => train.labels[index] === 1 });
 * assert("image/png" in grid[notebook.jupyterDisplay]());
 * ```
 */
export function imageGrid(
  set: ImageSet,
  shape: ImageShape,
  selection: ImageSelection,
  options: ImageGridOptions = {},
): Displayable {
  checkOptions(options, { columns: true, zoom: true, framed: true });
  checkImages(set, shape);
  if (isList(selection)) {
    const png = encodeGrid(set, shape, Array.from(selection), options);
    return displayable({ "image/png": png.toBase64(), "text/plain": describeImages(selection) });
  }
  checkObject("selection", selection);
  const rows = Object.entries(selection).map(([name, indices]) => {
    checkArray(`selection ${name}`, indices, "integers");
    const png = encodeGrid(set, shape, Array.from(indices), options).toBase64();
    const cell = "text-align:left;vertical-align:middle;background:#fff;color:#222";
    const alt = escapeHtml(`${name}: ${describeImages(indices)}`);
    return `<tr><th style="${cell}">${escapeHtml(name)}</th><td style="${cell}">` +
      `<img alt="${alt}" src="data:image/png;base64,${png}"></td></tr>`;
  });
  const lines = Object.entries(selection).map(([name, indices]) => `${name}: ${describeImages(indices)}`);
  return displayable({
    "text/html": `<table>\n${rows.join("\n")}\n</table>`,
    "text/plain": lines.join("\n"),
  });
}

function isList(selection: ImageSelection): selection is ArrayLike<number> {
  return Array.isArray(selection) || ArrayBuffer.isView(selection);
}

function describeImages(indices: ArrayLike<number>): string {
  return `${indices.length} image${indices.length === 1 ? "" : "s"}`;
}

function encodeGrid(
  set: ImageSet,
  shape: ImageShape,
  indices: readonly number[],
  options: ImageGridOptions,
): Uint8Array<ArrayBuffer> {
  const { height, width, channels } = shape;
  const zoom = checkInteger("zoom", options.zoom ?? 2, { min: 1 });
  const columns = Math.min(checkInteger("columns", options.columns ?? 10, { min: 1 }), indices.length);
  if (indices.length === 0 || (channels !== 1 && channels !== 3)) {
    throw new RangeError(
      `Cannot show images as there must be some, of 1 or 3 channels: received ${indices.length} of ${channels}`,
    );
  }
  const cellWidth = width * zoom + 2 * FRAME + GAP, cellHeight = height * zoom + 2 * FRAME + GAP;
  const rows = Math.ceil(indices.length / columns);
  const total = { width: columns * cellWidth, height: rows * cellHeight };
  const data = new Uint8Array(total.width * total.height * 3).fill(WHITE);

  indices.forEach((index, position) => {
    checkInteger("an image's index", index, { min: 0, max: set.count - 1 });
    const left = (position % columns) * cellWidth, top = Math.floor(position / columns) * cellHeight;
    const color = options.framed?.(index) ? ORANGE : [WHITE, WHITE, WHITE];
    for (let y = 0; y < cellHeight - GAP; y++) {
      for (let x = 0; x < cellWidth - GAP; x++) {
        const row = Math.floor((y - FRAME) / zoom), column = Math.floor((x - FRAME) / zoom);
        const inside = row >= 0 && row < height && column >= 0 && column < width;
        const pixel = ((index * height + row) * width + column) * channels;
        const at = ((top + y) * total.width + left + x) * 3;
        for (let channel = 0; channel < 3; channel++) {
          data[at + channel] = inside ? set.images[pixel + Math.min(channel, channels - 1)] : color[channel];
        }
      }
    }
  });
  return new Uint8Array(encode({ ...total, data, channels: 3, depth: 8 }));
}
