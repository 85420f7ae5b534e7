import type { ProductBlock, ProductSource } from "../backend/wasm/product_rows.ts";
import { productRows } from "../backend/wasm/product_rows.ts";

/** Where cosines come from, as it can be sent to another thread: float64 here, or float32 products. */
export type CosineSource = { kind: "float64"; rows: Float64Array; dim: number } | ProductSource;

/** A row of cosines after the other; each may be written to until the next is asked for. */
export function cosineRows(
  source: CosineSource,
): (block: ProductBlock) => Iterable<Float32Array | Float64Array> {
  return source.kind === "float64" ? float64Rows(source) : productRows(source);
}

function float64Rows({ rows, dim }: CosineSource & { kind: "float64" }) {
  const count = rows.length / dim, cosines = new Float64Array(count);
  return function* (block: ProductBlock) {
    for (let r = 0; r < block.count; r++) {
      cosinesOfRow({ rows, count, dim }, block.first + r, cosines);
      yield cosines;
    }
  };
}

/** Inner products of one row with all rows, in float64. */
export function cosinesOfRow(
  { rows, count, dim }: { rows: Float32Array | Float64Array; count: number; dim: number },
  row: number,
  to: Float64Array,
): void {
  const start = row * dim;
  for (let j = 0, at = 0; j < count; j++) {
    let sum = 0;
    for (let k = 0; k < dim; k++, at++) sum += rows[start + k] * rows[at];
    to[j] = sum;
  }
}
