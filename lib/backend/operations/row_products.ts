import * as tf from "../../core/tfjs.ts";
import { borrowValues } from "../../core/borrow_values.ts";
import type { GivenBlock } from "../../core/workers/each_block.ts";
import { lend } from "../../core/workers/lent_values.ts";
import { sharedCopy } from "../../core/workers/shared.ts";
import { usesRelaxedSimd } from "../wasm/assembly/instances.ts";
import type { WasmBackend } from "../wasm/heap.ts";
import { usesOwnKernels } from "../wasm/install.ts";
import type { ProductBlock, ProductColumns, ProductSource } from "../wasm/product_rows.ts";

/** Inner products of rows with others, a block of rows after the other, for any thread. */
export interface RowProductWork {
  source: ProductSource;
  /** What a thread needs for `count` rows; they are multiplied with all that stay but the extra ones unless it is said with which. */
  blockAt(
    first: number,
    count: number,
    columns?: ProductColumns,
  ): GivenBlock<ProductBlock> | Promise<GivenBlock<ProductBlock>>;
  dispose(): void;
}

/**
 * Prepares the inner products of rows with rows that stay. On `wasm` with this library's kernels any thread computes them, by
 * the same kernel; on other backends this one does, and others use them.
 *
 * @param rows `[k, dim]`, row-major
 * @param columns `[count, dim]`: those that stay
 * @param threads how many there may be
 * @param extra `[extra, dim]`: more that stay, for those who ask for them
 */
export function rowProducts(
  rows: Float32Array,
  columns: Float32Array,
  dim: number,
  threads: number,
  extra: Float32Array = new Float32Array(),
): RowProductWork {
  const rowsOf = (first: number, count: number) => rows.subarray(first * dim, (first + count) * dim);
  const all = { from: 0, to: columns.length / dim, extra: false }, backend = tf.backend();
  if (tf.getBackend() === "wasm" && usesOwnKernels(backend)) {
    const relaxed = usesRelaxedSimd(backend as unknown as WasmBackend);
    const shared = threads > 1 ? sharedCopy(columns) : columns;
    return {
      source: { kind: "kernels", columns: shared, extra, dim, relaxed },
      // A copy, as sending a part of an array would send all of it.
      blockAt: (first, count, columns = all) => ({
        block: { first, count, columns, rows: rowsOf(first, count).slice() },
      }),
      dispose: () => {},
    };
  }
  const [stay, extraRows] = [columns, extra].map((rows) => tf.tensor2d(rows, [rows.length / dim, dim]));
  return {
    source: { kind: "given" },
    blockAt: async (first, count, columns = all) => {
      const products = tf.tidy(() => {
        const part = columns === all
          ? stay
          : tf.slice(stay, [columns.from, 0], [columns.to - columns.from, dim]);
        const right = columns.extra ? tf.concat([part, extraRows]) : part;
        return tf.matMul(tf.tensor2d(rowsOf(first, count), [count, dim]), right, false, true);
      });
      return lend(await borrowValues(products), (products) => ({ first, count, columns, products }));
    },
    dispose: () => tf.dispose([stay, extraRows]),
  };
}
