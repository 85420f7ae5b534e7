import type * as tf from "@tensorflow/tfjs";

/** The parts of tfjs' WebAssembly backend that kernels written outside it need. */
export interface WasmBackend {
  readonly wasm: {
    readonly asm: { readonly memory: WebAssembly.Memory };
    cwrap(name: string, returns: null, argumentTypes: string[]): (...args: unknown[]) => void;
    readonly tfjs: {
      registerTensor(id: number, size: number, offset: number): void;
      disposeData(id: number): void;
    };
  };
  readonly dataIdMap: { get(dataId: tf.DataId): { id: number; memoryOffset: number } };
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array;
  disposeData(dataId: tf.DataId): boolean;
}

/** Arguments every tfjs kernel function gets. */
export interface KernelArguments<Inputs, Attributes> {
  inputs: Inputs;
  attrs: Attributes;
  backend: WasmBackend;
}

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** A shape as the native kernels take it: int32 values, as bytes. */
export function shapeBytes(shape: readonly number[]): Uint8Array {
  return new Uint8Array(new Int32Array(shape).buffer);
}

/** Where a tensor's values start in the heap, in bytes. */
export function addressOf(backend: WasmBackend, tensor: tf.TensorInfo): number {
  return backend.dataIdMap.get(tensor.dataId).memoryOffset;
}

// Ids of aliases; far above those tfjs counts up from 0.
let nextAlias = 0x4000_0000;

/**
 * Runs `use` with a temporary native id for `count` floats of `tensor` from `start` on, without a copy.
 *
 * The native matrix product keeps a prepared operator per id of its right side and ignores a changed shape (tfjs-wasm
 * 4.22: the same data viewed with another shape gives wrong numbers). A fresh id per call leaves it nothing stale.
 */
export function withAlias<R>(
  backend: WasmBackend,
  tensor: tf.TensorInfo,
  start: number,
  count: number,
  use: (id: number) => R,
): R {
  const id = nextAlias;
  nextAlias = nextAlias === 0x7fff_ffff ? 0x4000_0000 : nextAlias + 1;
  backend.wasm.tfjs.registerTensor(
    id,
    count,
    addressOf(backend, tensor) + start * Float32Array.BYTES_PER_ELEMENT,
  );
  try {
    return use(id);
  } finally {
    backend.wasm.tfjs.disposeData(id);
  }
}
