import { contrastiveKernels, productKernels } from "./assembly/instances.ts";
import { copiedFloats, packedFloats, PANEL_ROW, tableFloats } from "./assembly/panels.ts";
import type { WasmBackend } from "./heap.ts";
import { FLOAT } from "./scratch.ts";

/** Most rows and columns of a tile, see contrastive.as; whole tiles of product.as and whole panels. */
export const SIDE = 96;

/** Floats of all tiles together up to which they are kept: 16 MiB, as for 2,800 rows. */
const KEPT = 2 ** 22;

const TILE_FLOATS = SIDE * SIDE;

/** Some rows that follow each other. */
export interface Strip {
  readonly index: number;
  readonly first: number;
  readonly count: number;
}

/** Addresses of the room that {@linkcode PairTiles} works in, one for each of {@linkcode pairTilesFloats}. */
type Room = [
  rows: number,
  columns: number,
  strips: number,
  tiles: number,
  coefficients: number,
  part: number,
  slopes: number,
  columnSlopes: number,
  table: number,
  dump: number,
  copied: number,
];

function stripCount(n: number): number {
  return Math.ceil(n / SIDE);
}

function keepsTiles(n: number): boolean {
  const strips = stripCount(n);
  return strips * (strips + 1) / 2 * TILE_FLOATS <= KEPT;
}

/** Floats that the tiles of `n` rows of `dim` numbers work in: a few times the rows, and at most 16 MiB for tiles. */
export function pairTilesFloats(n: number, dim: number, withGradient: boolean): number[] {
  const strips = stripCount(n), packedStrips = strips * packedFloats(SIDE, dim);
  return [
    n * dim,
    packedFloats(dim, n),
    withGradient ? packedStrips : 0,
    (keepsTiles(n) ? strips * (strips + 1) / 2 : 1) * TILE_FLOATS,
    withGradient ? TILE_FLOATS : 0,
    withGradient ? packedFloats(SIDE, dim) : 0,
    withGradient ? n * dim : 0,
    withGradient ? packedStrips : 0,
    tableFloats(SIDE),
    Math.max(SIDE, dim),
    withGradient ? copiedFloats(SIDE) : 0,
  ];
}

/**
 * The inner products of all pairs of `n` rows, tile by tile on and above the diagonal, and the sums `Σ_j c_ij x_j` for symmetric
 * coefficients `c` that are given in the same way.
 */
export class PairTiles {
  /** All rows in strips: a tile is of the rows of one and of the same or a later one. */
  readonly strips: readonly Strip[];
  /** Where the coefficients of a tile are put. */
  readonly coefficients: number;
  readonly #backend: WasmBackend;
  readonly #dim: number;
  readonly #room: Room;
  readonly #kept: Set<number> | undefined;

  /**
   * @param x address of `[n, dim]`
   * @param order which row of `x` each row here is
   */
  constructor(backend: WasmBackend, x: number, order: Int32Array, dim: number, room: number[]) {
    const n = order.length, [rows, columns, , , coefficients] = room;
    this.#backend = backend;
    this.#dim = dim;
    this.#room = room as Room;
    this.coefficients = coefficients;
    this.#kept = keepsTiles(n) ? new Set() : undefined;
    this.strips = Array.from({ length: stripCount(n) }, (_, index) => {
      const first = index * SIDE;
      return { index, first, count: Math.min(SIDE, n - first) };
    });
    const heap = this.#heap(), from = x / FLOAT, to = rows / FLOAT;
    order.forEach((row, i) => heap.copyWithin(to + i * dim, from + row * dim, from + (row + 1) * dim));
    productKernels(backend).pack(rows, columns, dim, n, FLOAT, dim * FLOAT, dim * PANEL_ROW);
  }

  /** Address of the inner products of the rows of two strips, `[96, 96]` of which the first rows and columns are used. */
  cosines(rows: Strip, columns: Strip): number {
    const [left, panels, , tiles, , , , , table, dump] = this.#room;
    const index = columns.index * (columns.index + 1) / 2 + rows.index;
    const tile = this.#kept ? tiles + index * TILE_FLOATS * FLOAT : tiles;
    if (this.#kept?.has(index)) return tile;
    this.#kept?.add(index);
    const from = left + rows.first * this.#dim * FLOAT;
    const right = panels + columns.first / 8 * this.#dim * PANEL_ROW;
    this.#product(table, rows.count, from, this.#dim, right, columns.count, tile, SIDE, dump);
    return tile;
  }

  /** Gets ready for {@linkcode addSlopes}. */
  startSlopes(): void {
    const [left, , strips, , , , slopes, columnSlopes] = this.#room, dim = this.#dim;
    for (const { index, first, count } of this.strips) {
      const from = left + first * dim * FLOAT, to = strips + index * this.#stripBytes();
      productKernels(this.#backend).pack(from, to, count, dim, dim * FLOAT, FLOAT, count * PANEL_ROW);
    }
    const heap = this.#heap();
    heap.fill(0, slopes / FLOAT, slopes / FLOAT + this.#rowCount() * dim);
    heap.fill(0, columnSlopes / FLOAT, (columnSlopes + this.strips.length * this.#stripBytes()) / FLOAT);
  }

  /** Adds the products of the tile of coefficients with the rows of both strips. */
  addSlopes(rows: Strip, columns: Strip): void {
    const [, , strips, , coefficients, part, slopes, columnSlopes, table, dump, copied] = this.#room;
    const dim = this.#dim, bytes = this.#stripBytes();
    const right = strips + columns.index * bytes;
    this.#product(table, rows.count, coefficients, SIDE, right, dim, part, dim, dump, columns.count);
    const to = slopes + rows.first * dim * FLOAT;
    contrastiveKernels(this.#backend).addAll(part, to, rows.count * dim);
    if (rows === columns) return;
    const floats = bytes / FLOAT, left = strips + rows.index * bytes;
    // Sums of a tile before the sums of all: of thousands one after the other, rounding would show.
    this.#heap().fill(0, part / FLOAT, part / FLOAT + floats);
    productKernels(this.#backend).outer(table, rows.count, copied, left, part, 1, columns.count, 0, dim);
    contrastiveKernels(this.#backend).addAll(part, columnSlopes + columns.index * bytes, floats);
  }

  /** Writes all sums to `[n, dim]`, in the order of `x`. */
  writeSlopes(order: Int32Array, to: number): void {
    const [, , , , , part, slopes, columnSlopes] = this.#room, dim = this.#dim;
    for (const { index, first, count } of this.strips) {
      const groupRows = Math.ceil(count / 6) * 6;
      const packed = columnSlopes + index * this.#stripBytes();
      productKernels(this.#backend).unpack(packed, part, count, groupRows, dim);
      contrastiveKernels(this.#backend).addAll(part, slopes + first * dim * FLOAT, count * dim);
    }
    const heap = this.#heap(), from = slopes / FLOAT;
    order.forEach((row, i) => heap.copyWithin(to / FLOAT + row * dim, from + i * dim, from + (i + 1) * dim));
  }

  /** `out = a · b` with `a` `[count, k]`, `b` packed and `out` `[count, n]`; rows are this many floats apart. */
  #product(
    table: number,
    count: number,
    a: number,
    aFloats: number,
    b: number,
    n: number,
    out: number,
    outFloats: number,
    dump: number,
    k = aFloats,
  ): void {
    const kernels = productKernels(this.#backend);
    const padded = kernels.positions(
      table,
      1,
      1,
      count,
      a,
      0,
      0,
      aFloats * FLOAT,
      out,
      0,
      0,
      outFloats * FLOAT,
      dump,
    );
    kernels.product(table, padded, b, 1, k, 0, n);
  }

  #stripBytes(): number {
    return packedFloats(SIDE, this.#dim) * FLOAT;
  }

  #rowCount(): number {
    const { first, count } = this.strips.at(-1)!;
    return first + count;
  }

  #heap(): Float32Array {
    return new Float32Array(this.#backend.wasm.asm.memory.buffer);
  }
}
