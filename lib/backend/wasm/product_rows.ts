import { type LentValues, valuesOf } from "../../core/workers/lent_values.ts";
import { PANEL_COLUMNS } from "./assembly/panels.ts";
import { RowProducts } from "./row_products.ts";

/** Where inner products of some rows with rows that stay come from, as it can be sent to another thread. */
export type ProductSource =
  /** The kernels of the `wasm` backend, wherever the thread is; each block brings its rows. */
  | {
    kind: "kernels";
    columns: Float32Array;
    /** More of them, with which only some blocks are multiplied. */
    extra: Float32Array;
    dim: number;
    relaxed: boolean;
  }
  /** Each block brings its products. */
  | { kind: "given" };

/** Of the rows that stay, those from one to another before one, and then the extra ones if they are wanted. */
export interface ProductColumns {
  from: number;
  to: number;
  extra: boolean;
}

/** Some rows. */
export interface ProductBlock {
  /** The first of them. */
  first: number;
  count: number;
  /** What they are multiplied with. */
  columns: ProductColumns;
  /** `[count, dim]`, where they are multiplied by kernels. */
  rows?: Float32Array;
  /** `[count, columns]`, where they are given. */
  products?: LentValues;
}

// Few enough that their products stay in the cache until they are used, and whole tiles of the kernel.
const ROWS_AT_A_TIME = 24;

/** The products of a row with all its columns, one row after the other; each may be written to until the next is asked for. */
export function productRows(source: ProductSource): (block: ProductBlock) => Iterable<Float32Array> {
  if (source.kind === "kernels") return kernelRows(source);
  return function* ({ count, products }) {
    const values = valuesOf(products!), width = values.length / count;
    for (let r = 0; r < count; r++) yield values.subarray(r * width, (r + 1) * width);
  };
}

function kernelRows({ columns, extra, dim, relaxed }: ProductSource & { kind: "kernels" }) {
  const kernelOf = (rows: Float32Array) => new RowProducts(rows, dim, ROWS_AT_A_TIME, relaxed);
  const kernel = kernelOf(columns), extraColumns = extra.length / dim;
  const extraKernel = extraColumns > 0 ? kernelOf(extra) : undefined;
  return function* ({ count, rows, columns: { from, to, extra } }: ProductBlock) {
    const before = from % PANEL_COLUMNS, length = to - from + before;
    const both = new Float32Array(extra ? to - from + extraColumns : 0);
    for (let r = 0; r < count; r += ROWS_AT_A_TIME) {
      const k = Math.min(ROWS_AT_A_TIME, count - r), some = rows!.subarray(r * dim, (r + k) * dim);
      const values = kernel.of(some, from - before, to), others = extra ? extraKernel?.of(some) : undefined;
      for (let i = 0; i < k; i++) {
        const own = values.subarray(i * length + before, (i + 1) * length);
        if (!others) {
          yield own;
          continue;
        }
        const width = others.length / k;
        both.set(own);
        both.set(others.subarray(i * width, (i + 1) * width), own.length);
        yield both;
      }
    }
  };
}
