import type { FunctionMemory } from "../functions/memory.ts";
import type { TensorflowFunction } from "./function.ts";

/** Numbers of the C API's `TF_DataType` and `TF_AttrType`, under the names that tfjs-node reads. */
export const constants = {
  TF_FLOAT: 1,
  TF_INT32: 3,
  TF_UINT8: 4,
  TF_STRING: 7,
  TF_COMPLEX64: 8,
  TF_INT64: 9,
  TF_BOOL: 10,
  TF_RESOURCE: 20,
  TF_ATTR_STRING: 0,
  TF_ATTR_INT: 1,
  TF_ATTR_FLOAT: 2,
  TF_ATTR_BOOL: 3,
  TF_ATTR_TYPE: 4,
  TF_ATTR_SHAPE: 5,
} as const;

/** An attribute of an operation, as tfjs-node's kernels pass it. */
export interface OpAttribute {
  name: string;
  type: number;
  value: number | boolean | string | number[] | boolean[] | string[];
}

/** What an operation gives. */
export interface OutputInfo {
  id: number;
  shape: number[];
  dtype: number;
}

/** A pointer into TensorFlow. */
export type Pointer = Deno.PointerValue;

/** What tfjs-node's JavaScript half asks of its native one to compute; saving and loading graphs is not among it. */
export interface TensorflowBinding extends Readonly<typeof constants> {
  readonly TF_Version: string;
  createTensor(shape: number[], dtype: number, values: ArrayBufferView<ArrayBuffer>): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): ArrayBufferView;
  /** The values where they lie, for as long as they are not released. tfjs-node's own binding lacks it. */
  borrowTensor?(id: number): BorrowedValues;
  /** Runs an operation, or notes it while a computation is captured. */
  executeOp(name: string, attributes: OpAttribute[], inputs: number[], outputs: number): OutputInfo[];
  /**
   * Computes with all operations as one function. tfjs-node's own binding lacks it.
   *
   * @param memory the functions that are known
   */
  captured?<T>(memory: FunctionMemory<TensorflowFunction>, compute: () => T): T;
  /** Runs what was captured so far, and computes with operations that run one by one. tfjs-node's own binding lacks it. */
  uncaptured?<T>(compute: () => T): T;
  /** Whether results have no values before a computation's end. tfjs-node's own binding lacks it. */
  isCapturing?(): boolean;
  isUsingGpuDevice(): boolean;
  getNumOfTensors(): number;
}

/** Values in TensorFlow's memory. */
export interface BorrowedValues {
  values: ArrayBufferView;
  /** Where they are; nothing without values. */
  address?: bigint;
  /** Gives the memory back; the values must not be touched after it. */
  release(): void;
}
