import { type LentValues, valuesOf } from "../core/workers/lent_values.ts";
import { RowProducts } from "../backend/wasm/row_products.ts";

/** Where cosines come from, as it can be sent to another thread. All rows have unit norm and are in the order of their classes. */
export type CosineSource =
  | { kind: "float64"; rows: Float64Array }
  /** The kernels of the `wasm` backend, wherever the thread is. */
  | { kind: "kernels"; rows: Float32Array; relaxed: boolean }
  /** Each block brings its own. */
  | { kind: "given" };

/** Some rows of the cosine matrix. */
export interface RowBlock {
  /** The first row. */
  first: number;
  count: number;
  /** `[count, n]`, where they are given. */
  cosines?: LentValues;
}

// Few enough that their cosines stay in the cache until they are used, and whole tiles of the product.
const ROWS_AT_A_TIME = 24;

/** A row of cosines after the other; each may be written to until the next is asked for. */
export function cosineRows(
  source: CosineSource,
  count: number,
  dim: number,
): (block: RowBlock) => Generator<Float32Array | Float64Array> {
  if (source.kind === "float64") return float64Rows(source.rows, count, dim);
  if (source.kind === "kernels") return kernelRows(source, count, dim);
  return function* (block) {
    const values = valuesOf(block.cosines!);
    for (let r = 0; r < block.count; r++) yield values.subarray(r * count, (r + 1) * count);
  };
}

function float64Rows(rows: Float64Array, count: number, dim: number) {
  const cosines = new Float64Array(count);
  return function* (block: RowBlock) {
    for (let r = 0; r < block.count; r++) {
      cosinesOfRow({ rows, count, dim }, block.first + r, cosines);
      yield cosines;
    }
  };
}

function kernelRows({ rows, relaxed }: CosineSource & { kind: "kernels" }, count: number, dim: number) {
  const products = new RowProducts(rows, dim, Math.min(ROWS_AT_A_TIME, count), relaxed);
  return function* (block: RowBlock) {
    for (let r = 0; r < block.count; r += ROWS_AT_A_TIME) {
      const from = block.first + r, k = Math.min(ROWS_AT_A_TIME, block.count - r);
      const values = products.of(rows.subarray(from * dim, (from + k) * dim));
      for (let i = 0; i < k; i++) yield values.subarray(i * count, (i + 1) * count);
    }
  };
}

/** Inner products of one row with all rows, in float64. */
export function cosinesOfRow(
  { rows, count, dim }: { rows: Float64Array; count: number; dim: number },
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
