import * as tf from "../../../core/tfjs.ts";
import { productKernels } from "../assembly/instances.ts";
import { addressOf, fillZero, type KernelArguments, sizeOf, type WasmBackend } from "../heap.ts";
import {
  copiedFloats,
  packedFloats,
  PANEL_ROW,
  TABLE_ENTRY,
  tableFloats,
  wholeTiles,
} from "../assembly/panels.ts";
import { FLOAT, withScratch } from "../scratch.ts";

/** Rows of B that are packed at a time for Aᵀ·B: a panel of them stays in the first-level cache. */
export const OUTER_ROWS = 512;

/** A matrix in the heap, as it is read: `rows × columns` with these strides, all in bytes but the counts. */
interface Operand {
  address: number;
  rowStride: number;
  columnStride: number;
}

/** `out = a · b` with `a` `[m, k]` whose rows are contiguous. */
function product(
  backend: WasmBackend,
  [m, k, n]: [number, number, number],
  a: number,
  b: Operand,
  out: number,
): void {
  const kernels = productKernels(backend);
  withScratch(backend, [packedFloats(k, n), tableFloats(m), n], (panels, table, dump) => {
    kernels.pack(b.address, panels, k, n, b.rowStride, b.columnStride, k * PANEL_ROW);
    const rows = kernels.positions(table, 1, 1, m, a, 0, 0, k * FLOAT, out, 0, 0, n * FLOAT, dump);
    kernels.product(table, rows, panels, 1, k, 0, n);
  });
}

/** `out = aᵀ · b` with `a` `[k, m]` whose rows are contiguous. */
function transposedProduct(
  backend: WasmBackend,
  [m, k, n]: [number, number, number],
  a: number,
  b: Operand,
  out: number,
): void {
  const kernels = productKernels(backend);
  const chunk = Math.min(OUTER_ROWS, k), sumFloats = packedFloats(wholeTiles(m), n);
  withScratch(
    backend,
    [packedFloats(chunk, n), tableFloats(k), copiedFloats(chunk), sumFloats],
    (panels, table, tile, sums) => {
      fillZero(backend, sums, sumFloats);
      kernels.positions(table, 1, 1, k, a, 0, 0, m * FLOAT, 0, 0, 0, 0, 0);
      for (let first = 0; first < k; first += chunk) {
        const rows = Math.min(chunk, k - first);
        const from = b.address + first * b.rowStride;
        kernels.pack(from, panels, rows, n, b.rowStride, b.columnStride, rows * PANEL_ROW);
        kernels.outer(table + first * TABLE_ENTRY, rows, tile, panels, sums, 1, m, 0, n);
      }
      kernels.unpack(sums, out, m, wholeTiles(m), n);
    },
  );
}

interface MatMulInputs {
  a: tf.TensorInfo;
  b: tf.TensorInfo;
}

interface MatMulAttributes {
  transposeA: boolean;
  transposeB: boolean;
}

/**
 * Kernel `BatchMatMul`: any transposition, none of which is ever carried out, and any broadcastable batch. Replaces tfjs'
 * kernel, which is slow when transposed and wrong when the right side is seen in two shapes.
 */
export function batchMatMul(
  { inputs, attrs, backend }: KernelArguments<MatMulInputs, MatMulAttributes>,
): tf.TensorInfo {
  const { a, b } = inputs, { transposeA, transposeB } = attrs;
  const aBatch = a.shape.slice(0, -2), bBatch = b.shape.slice(0, -2);
  const [aRows, aColumns] = a.shape.slice(-2), [bRows, bColumns] = b.shape.slice(-2);
  const [m, k] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const [kOfB, n] = transposeB ? [bColumns, bRows] : [bRows, bColumns];
  tf.util.assert(
    k === kOfB,
    () => `Cannot multiply matrices as their inner dimensions must agree: received ${k} and ${kOfB}`,
  );
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(aBatch, bBatch);
  const out = backend.makeOutput([...batch, m, n], "float32");
  if (sizeOf(out.shape) === 0) return out;
  if (k === 0) {
    fillZero(backend, addressOf(backend, out), sizeOf(out.shape));
    return out;
  }

  const multiply = transposeA ? transposedProduct : product;
  const [rowStride, columnStride] = transposeB ? [FLOAT, k * FLOAT] : [n * FLOAT, FLOAT];
  for (let index = 0; index < sizeOf(batch); index++) {
    const aIndex = broadcastIndex(index, batch, aBatch), bIndex = broadcastIndex(index, batch, bBatch);
    multiply(
      backend,
      [m, k, n],
      addressOf(backend, a) + aIndex * m * k * FLOAT,
      { address: addressOf(backend, b) + bIndex * k * n * FLOAT, rowStride, columnStride },
      addressOf(backend, out) + index * m * n * FLOAT,
    );
  }
  return out;
}

/** The flat position in `shape` that broadcasting reads for flat position `index` of `outShape`. */
function broadcastIndex(index: number, outShape: readonly number[], shape: readonly number[]): number {
  let position = 0, stride = 1, rest = index;
  for (let axis = outShape.length - 1; axis >= 0; axis--) {
    const coordinate = rest % outShape[axis];
    rest = (rest - coordinate) / outShape[axis];
    const length = shape[axis - outShape.length + shape.length] ?? 1;
    if (length > 1) position += coordinate * stride;
    stride *= length;
  }
  return position;
}
