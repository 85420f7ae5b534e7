/** Anchors per tile: four sums run side by side, about what the registers hold. */
export const TILE_ANCHORS = 4;

/**
 * Inner products of four anchors with the rows of a block. Each is summed in one order in float64, so it does not depend
 * on where the block starts or on the backend.
 *
 * @param anchors `[≥ first + 4, dim]`
 * @param first anchor of the tile's first row
 * @param block `[rows, dim]`
 * @param tile `[4, stride]`, written
 */
export function cosineTile(
  anchors: Float64Array,
  first: number,
  block: Float64Array,
  rows: number,
  dim: number,
  tile: Float64Array,
  stride: number,
): void {
  const a0 = first * dim, a1 = a0 + dim, a2 = a1 + dim, a3 = a2 + dim;
  for (let row = 0; row < rows; row++) {
    const start = row * dim;
    let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (let t = 0; t < dim; t++) {
      const x = block[start + t];
      s0 += anchors[a0 + t] * x;
      s1 += anchors[a1 + t] * x;
      s2 += anchors[a2 + t] * x;
      s3 += anchors[a3 + t] * x;
    }
    tile[row] = s0;
    tile[stride + row] = s1;
    tile[2 * stride + row] = s2;
    tile[3 * stride + row] = s3;
  }
}
