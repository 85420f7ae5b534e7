import * as tf from "../../core/tfjs.ts";
import { borrowValues } from "../../core/borrow_values.ts";
import type { GivenBlock } from "../../core/workers/each_block.ts";
import { lend } from "../../core/workers/lent_values.ts";
import { sharedCopy } from "../../core/workers/shared.ts";
import { usesRelaxedSimd } from "../wasm/assembly/instances.ts";
import type { WasmBackend } from "../wasm/heap.ts";
import { usesOwnKernels } from "../wasm/install.ts";
import type { ProductBlock, ProductSource } from "../wasm/product_rows.ts";

/** Inner products of rows with others, a block of rows after the other, for any thread. */
export interface RowProductWork {
  source: ProductSource;
  /** What a thread needs for `count` rows. */
  blockAt(first: number, count: number): GivenBlock<ProductBlock> | Promise<GivenBlock<ProductBlock>>;
  dispose(): void;
}

/**
 * Prepares the inner products of rows with rows that stay. On `wasm` with this library's kernels any thread computes them, by
 * the same kernel; on other backends this one does, and others use them.
 *
 * @param rows `[k, dim]`, row-major
 * @param columns `[count, dim]`: those that stay
 * @param threads how many there may be
 */
export function rowProducts(
  rows: Float32Array,
  columns: Float32Array,
  dim: number,
  threads: number,
): RowProductWork {
  const rowsOf = (first: number, count: number) => rows.subarray(first * dim, (first + count) * dim);
  const backend = tf.backend();
  if (tf.getBackend() === "wasm" && usesOwnKernels(backend)) {
    const relaxed = usesRelaxedSimd(backend as unknown as WasmBackend);
    return {
      source: { kind: "kernels", columns: threads > 1 ? sharedCopy(columns) : columns, dim, relaxed },
      // A copy, as sending a part of an array would send all of it.
      blockAt: (first, count) => ({ block: { first, count, rows: rowsOf(first, count).slice() } }),
      dispose: () => {},
    };
  }
  const right = tf.tensor2d(columns, [columns.length / dim, dim]);
  return {
    source: { kind: "given", count: columns.length / dim },
    blockAt: async (first, count) => {
      const products = tf.tidy(() =>
        tf.matMul(tf.tensor2d(rowsOf(first, count), [count, dim]), right, false, true)
      );
      return lend(await borrowValues(products), (products) => ({ first, count, products }));
    },
    dispose: () => right.dispose(),
  };
}
