// Layouts of product.as.

/** Rows of a tile. */
export const TILE = 6;

/** Bytes of one row of a panel of 8 columns. */
export const PANEL_ROW = 32;

/** Floats of a panel's row. */
export const PANEL_COLUMNS = 8;

/** Bytes of a table entry. */
export const TABLE_ENTRY = 8;

/** Floats that `k × n` take when packed. */
export function packedFloats(k: number, n: number): number {
  return k * PANEL_COLUMNS * Math.ceil(n / PANEL_COLUMNS);
}

/** Floats of a row of `n`, as whole panels. */
export function panelFloats(n: number): number {
  return packedFloats(1, n);
}

/** Floats that a table of `rows` takes. */
export function tableFloats(rows: number): number {
  return wholeTiles(rows) * TABLE_ENTRY / Float32Array.BYTES_PER_ELEMENT;
}

/** `rows` padded to whole tiles. */
export function wholeTiles(rows: number): number {
  return Math.ceil(rows / TILE) * TILE;
}

/** Floats of the tile that `outer` copies of `rows`. */
export function copiedFloats(rows: number): number {
  return rows * TILE;
}
