import { type LentValues, valuesOf } from "../../core/workers/lent_values.ts";
import { RowProducts } from "./row_products.ts";

/** Where inner products of some rows with rows that stay come from, as it can be sent to another thread. */
export type ProductSource =
  /** The kernels of the `wasm` backend, wherever the thread is; each block brings its rows. */
  | { kind: "kernels"; columns: Float32Array; dim: number; relaxed: boolean }
  /** Each block brings its products. */
  | { kind: "given"; count: number };

/** Some rows. */
export interface ProductBlock {
  /** The first of them. */
  first: number;
  count: number;
  /** `[count, dim]`, where they are multiplied by kernels. */
  rows?: Float32Array;
  /** `[count, columns]`, where they are given. */
  products?: LentValues;
}

// Few enough that their products stay in the cache until they are used, and whole tiles of the kernel.
const ROWS_AT_A_TIME = 24;

/** The products of a row with all columns, one row after the other; each may be written to until the next is asked for. */
export function productRows(source: ProductSource): (block: ProductBlock) => Iterable<Float32Array> {
  if (source.kind === "kernels") return kernelRows(source);
  const { count: columns } = source;
  return function* ({ count, products }) {
    const values = valuesOf(products!);
    for (let r = 0; r < count; r++) yield values.subarray(r * columns, (r + 1) * columns);
  };
}

function kernelRows({ columns, dim, relaxed }: ProductSource & { kind: "kernels" }) {
  const kernel = new RowProducts(columns, dim, ROWS_AT_A_TIME, relaxed), length = columns.length / dim;
  return function* ({ count, rows }: ProductBlock) {
    for (let r = 0; r < count; r += ROWS_AT_A_TIME) {
      const k = Math.min(ROWS_AT_A_TIME, count - r);
      const values = kernel.of(rows!.subarray(r * dim, (r + k) * dim));
      for (let i = 0; i < k; i++) yield values.subarray(i * length, (i + 1) * length);
    }
  };
}
