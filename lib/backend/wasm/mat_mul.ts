import * as tf from "@tensorflow/tfjs";
import { gemmKernel } from "./compiled.ts";
import { addressOf, type KernelArguments, shapeBytes, sizeOf, type WasmBackend, withAlias } from "./heap.ts";

type NativeMatMul = (...args: unknown[]) => void;

const nativeMatMuls = new WeakMap<WasmBackend, NativeMatMul>();

function nativeMatMul(backend: WasmBackend): NativeMatMul {
  let native = nativeMatMuls.get(backend);
  if (!native) {
    const number = "number", array = "array";
    native = backend.wasm.cwrap("BatchMatMul", null, [
      number,
      array,
      number,
      number,
      array,
      number,
      number,
      number,
      number,
    ]);
    nativeMatMuls.set(backend, native);
  }
  return native;
}

/** A matrix inside a heap tensor: `rows × columns` floats from `start` on, row-major. */
export interface HeapMatrix {
  readonly tensor: tf.TensorInfo;
  readonly start: number;
  readonly rows: number;
  readonly columns: number;
}

/** `out = a · b` for untransposed matrices: by the fused kernel where it runs, else by tfjs' own. */
export function multiply(backend: WasmBackend, a: HeapMatrix, b: HeapMatrix, out: HeapMatrix): void {
  const gemm = gemmKernel(backend);
  if (gemm) {
    const at = ({ tensor, start }: HeapMatrix) =>
      addressOf(backend, tensor) + start * Float32Array.BYTES_PER_ELEMENT;
    gemm(at(a), at(b), at(out), a.rows, a.columns, b.columns);
    return;
  }
  const native = nativeMatMul(backend);
  const alias = (matrix: HeapMatrix, use: (id: number) => void) =>
    withAlias(backend, matrix.tensor, matrix.start, matrix.rows * matrix.columns, use);
  const aShape = shapeBytes([1, a.rows, a.columns]), bShape = shapeBytes([1, b.rows, b.columns]);
  alias(
    a,
    (aId) => alias(b, (bId) => alias(out, (outId) => native(aId, aShape, 3, bId, bShape, 3, 0, 0, outId))),
  );
}

/** Transposes the last two axes of `[batch, rows, columns]`. The result is the caller's to dispose. */
export function transposeMatrices(
  backend: WasmBackend,
  tensor: tf.TensorInfo,
  [batch, rows, columns]: [number, number, number],
): tf.TensorInfo {
  const transpose = tf.getKernel("Transpose", "wasm")!.kernelFunc;
  const x = { dataId: tensor.dataId, shape: [batch, rows, columns], dtype: tensor.dtype };
  return transpose({
    inputs: { x },
    attrs: { perm: [0, 2, 1] },
    backend: backend as unknown as tf.KernelBackend,
  }) as tf.TensorInfo;
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
 * Kernel `BatchMatMul`: any transposition, any broadcastable batch, as a loop over untransposed products of aliased
 * matrices. Replaces tfjs' kernel, which is slow when transposed and wrong when the right side is seen in two shapes.
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
    backend.typedArrayFromHeap(out).fill(0);
    return out;
  }

  const left = transposeA ? transposeMatrices(backend, a, [sizeOf(aBatch), aRows, aColumns]) : a;
  const right = transposeB ? transposeMatrices(backend, b, [sizeOf(bBatch), bRows, bColumns]) : b;
  for (let index = 0; index < sizeOf(batch); index++) {
    const aIndex = broadcastIndex(index, batch, aBatch), bIndex = broadcastIndex(index, batch, bBatch);
    multiply(
      backend,
      { tensor: left, start: aIndex * m * k, rows: m, columns: k },
      { tensor: right, start: bIndex * k * n, rows: k, columns: n },
      { tensor: out, start: index * m * n, rows: m, columns: n },
    );
  }
  if (transposeA) backend.disposeData(left.dataId);
  if (transposeB) backend.disposeData(right.dataId);
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
