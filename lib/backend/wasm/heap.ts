import type * as tf from "@tensorflow/tfjs";

/** The parts of tfjs' WebAssembly backend that kernels written outside it need. */
export interface WasmBackend {
  readonly wasm: {
    /** Address of so many bytes; 0 where there is no room. */
    _malloc(bytes: number): number;
    _free(address: number): void;
    readonly asm: { readonly memory: WebAssembly.Memory };
  };
  readonly dataIdMap: { get(dataId: tf.DataId): { id: number; memoryOffset: number } };
  makeOutput(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  typedArrayFromHeap(tensor: tf.TensorInfo): Float32Array;
  incRef(dataId: tf.DataId): void;
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

/** Where a tensor's values start in the heap, in bytes. */
export function addressOf(backend: WasmBackend, tensor: tf.TensorInfo): number {
  return backend.dataIdMap.get(tensor.dataId).memoryOffset >>> 0; // addresses above 2 GiB come as negative numbers
}

/** Fills `count` floats from an address on with zeros. */
export function fillZero(backend: WasmBackend, address: number, count: number): void {
  new Float32Array(backend.wasm.asm.memory.buffer, address, count).fill(0);
}
