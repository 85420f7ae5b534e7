import type { ConvInfo } from "./convolution.ts";
import { TILE } from "./assembly/panels.ts";
import { FLOAT } from "./scratch.ts";

/** Results along one side of a tile. */
const SIDE = 4;

/** Transformed tiles of this many floats (1 MB), of both sides together, are worked on at a time. */
const BLOCK_FLOATS = 1 << 18;

/** Tiles that a block has at least: each block reads the whole transformed filter, which may not fit in any cache. */
const BLOCK_TILES = 32 * TILE;

/** A 3 × 3 convolution that Winograd's minimal filtering computes in tiles of 4 × 4 results. */
export interface Tiling {
  stride: 1 | 2;
  images: number;
  input: [height: number, width: number];
  output: [height: number, width: number];
  inChannels: number;
  outChannels: number;
  /** Zeros above and left of the input; a negative number cuts pixels off. */
  before: [top: number, left: number];
}

/** The tiles of a convolution, if that way is open to it and, as measured, faster than the direct kernels. */
export function tilingOf(info: ConvInfo): Tiling | undefined {
  const { inChannels, outChannels, outHeight, outWidth, strideHeight: stride } = info;
  if (info.filterHeight !== 3 || info.filterWidth !== 3) return undefined;
  if ((stride !== 1 && stride !== 2) || info.strideWidth !== stride) return undefined;
  if (inChannels % (4 * stride) !== 0 || outChannels % 4 !== 0) return undefined;
  if (Math.min(inChannels, outChannels) < 8 || inChannels * outChannels < 128 * stride ** 2) return undefined;
  const tiling: Tiling = {
    stride,
    images: info.batchSize,
    input: [info.inHeight, info.inWidth],
    output: [outHeight, outWidth],
    inChannels,
    outChannels,
    before: [info.padInfo.top, info.padInfo.left],
  };
  // In units of the direct sum's time for a pixel: a tile's products and, about a fifth more, its transforms; those of the
  // filter.
  const [tile, filter] = stride === 1 ? [5.2, 64] : [11, 200];
  return tiling.images * outHeight * outWidth > tile * tileCount(tiling) + filter ? tiling : undefined;
}

/** Tiles below each other and next to each other in an image. */
export function tileGrid({ output }: Tiling): [rows: number, columns: number] {
  return [Math.ceil(output[0] / SIDE), Math.ceil(output[1] / SIDE)];
}

function tileCount(tiling: Tiling): number {
  const [rows, columns] = tileGrid(tiling);
  return tiling.images * rows * columns;
}

/** Tiles of a block, when each takes this many floats. */
export function blockTiles(tiling: Tiling, floatsPerTile: number): number {
  const fitting = Math.floor(BLOCK_FLOATS / floatsPerTile / TILE) * TILE;
  return Math.min(tileCount(tiling), Math.max(BLOCK_TILES, fitting));
}

/** Calls `use` for one block of tiles after the other. */
export function forBlocks(tiling: Tiling, block: number, use: (first: number, count: number) => void): void {
  const tiles = tileCount(tiling);
  for (let first = 0; first < tiles; first += block) use(first, Math.min(block, tiles - first));
}

/** Bytes for `floats` that are an odd number of cache lines: what lies such steps apart spreads over all sets of a cache. */
export function oddLines(floats: number): number {
  return (Math.ceil(floats * FLOAT / 64) | 1) * 64;
}
