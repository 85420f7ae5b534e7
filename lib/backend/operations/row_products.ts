import * as tf from "@tensorflow/tfjs";
import { type Borrowed, borrowValues } from "../../core/borrow_values.ts";
import { usesRelaxedSimd } from "../wasm/assembly/instances.ts";
import type { WasmBackend } from "../wasm/heap.ts";
import { usesOwnKernels } from "../wasm/install.ts";

/** How `wasm` multiplies, where it runs with this library's kernels: any thread can do it then, by `RowProducts`. */
export function wasmProducts(): { relaxed: boolean } | undefined {
  if (tf.getBackend() !== "wasm") return undefined;
  const backend = tf.backend();
  return usesOwnKernels(backend)
    ? { relaxed: usesRelaxedSimd(backend as unknown as WasmBackend) }
    : undefined;
}

/** Inner products of any rows with rows that stay, on the running backend. */
export class BackendRowProducts {
  readonly #columns: tf.Tensor2D;

  /** @param rows `[count, dim]`, row-major */
  constructor(rows: Float32Array, dim: number) {
    this.#columns = tf.tensor2d(rows, [rows.length / dim, dim]);
  }

  /** `[k, count]`: the inner products of `k` rows, `[k, dim]`. */
  of(rows: Float32Array): Promise<Borrowed> {
    const [, dim] = this.#columns.shape;
    return borrowValues(
      tf.tidy(() => tf.matMul(tf.tensor2d(rows, [rows.length / dim, dim]), this.#columns, false, true)),
    );
  }

  dispose(): void {
    this.#columns.dispose();
  }
}
