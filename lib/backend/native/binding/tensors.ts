import type { Library } from "./library.ts";
import { constants, type OutputInfo, type Pointer } from "./types.ts";

const viewOf: Record<number, (bytes: ArrayBuffer) => ArrayBufferView> = {
  [constants.TF_FLOAT]: (bytes) => new Float32Array(bytes),
  [constants.TF_COMPLEX64]: (bytes) => new Float32Array(bytes),
  [constants.TF_INT32]: (bytes) => new Int32Array(bytes),
  [constants.TF_INT64]: (bytes) => new BigInt64Array(bytes),
  [constants.TF_BOOL]: (bytes) => new Uint8Array(bytes),
  [constants.TF_UINT8]: (bytes) => new Uint8Array(bytes),
};

/** Bytes per value in the arrays that tfjs hands over, which hold an int64 as two int32. */
const widthOf: Record<number, number> = {
  [constants.TF_FLOAT]: 4,
  [constants.TF_COMPLEX64]: 8,
  [constants.TF_INT32]: 4,
  [constants.TF_INT64]: 8,
  [constants.TF_BOOL]: 1,
  [constants.TF_UINT8]: 1,
};

/** Numbers for a tensor. */
export interface Values {
  shape: readonly number[];
  dtype: number;
  values: ArrayBufferView<ArrayBuffer>;
}

/** Throws unless there is a number for each place of a tensor. */
export function checkValues({ shape, dtype, values }: Values): void {
  const width = widthOf[dtype], size = shape.reduce((product, length) => product * length, 1);
  if (width !== undefined && values.byteLength === size * width) return;
  throw new RangeError(
    `Cannot make a tensor of type ${dtype} as there must be a number for each of its ${size} places: ` +
      `received ${values.byteLength} bytes`,
  );
}

/** A tensor in the host's memory, to be deleted by the caller. */
export function hostTensor({ c }: Library, { shape, dtype, values }: Values): Pointer {
  const bytes = BigInt(values.byteLength);
  const tensor = c.TF_AllocateTensor(dtype, BigInt64Array.from(shape, BigInt), shape.length, bytes);
  c.copyIn(c.TF_TensorData(tensor), values, bytes);
  return tensor;
}

/** The tensors that there are, by their ids. */
export class Tensors {
  readonly #library: Library;
  readonly #handles = new Map<number, Pointer>();
  #nextId = 0;

  constructor(library: Library) {
    this.#library = library;
  }

  /** How many. */
  get count(): number {
    return this.#handles.size;
  }

  /** An id that no tensor has. */
  newId(): number {
    return this.#nextId++;
  }

  /** Takes a handle in, under an id of before or a new one; none at all for a tensor that has no values. */
  keep(handle: Pointer, id = this.newId()): number {
    this.#handles.set(id, handle);
    return id;
  }

  /** The handle of a tensor. */
  handleOf(id: number): Pointer {
    const handle = this.#handles.get(id);
    if (handle) return handle;
    if (handle === null) {
      throw new Error(
        `Cannot use a tensor as what computes it must have run without an error: received id ${id}`,
      );
    }
    throw new RangeError(`Cannot use a tensor as it must not have been deleted: received id ${id}`);
  }

  /** Makes a tensor of numbers, under an id of before or a new one. */
  make(numbers: Values, id?: number): number {
    const { c, status, gpu, context, strings } = this.#library;
    const tensor = hostTensor(this.#library, numbers);
    let handle = c.TFE_NewTensorHandle(tensor, status);
    c.TF_DeleteTensor(tensor);
    this.#library.check();
    // Operations on a GPU want their int32 arguments, shapes and axes, in the host's memory.
    if (gpu !== undefined && numbers.dtype !== constants.TF_INT32) {
      const onHost = handle;
      handle = c.TFE_TensorHandleCopyToDevice(onHost, context, strings.pointer(gpu), status);
      c.TFE_DeleteTensorHandle(onHost);
      this.#library.check();
    }
    return this.keep(handle, id);
  }

  /** Frees a tensor. */
  delete(id: number): void {
    if (this.#handles.get(id) !== null) this.#library.c.TFE_DeleteTensorHandle(this.handleOf(id));
    this.#handles.delete(id);
  }

  /** Type and shape of a tensor. */
  describe(id: number): OutputInfo {
    const { c, status } = this.#library, handle = this.handleOf(id);
    const rank = c.TFE_TensorHandleNumDims(handle, status), shape = new Array<number>(rank);
    for (let axis = 0; axis < rank; axis++) {
      shape[axis] = Number(c.TFE_TensorHandleDim(handle, axis, status));
    }
    this.#library.check();
    return { id, shape, dtype: c.TFE_TensorHandleDataType(handle) };
  }

  /** A tensor in the host's memory, to be deleted by the caller, and the array that its values are. */
  resolve(id: number): { tensor: Pointer; toView: (bytes: ArrayBuffer) => ArrayBufferView } {
    const { c, status } = this.#library;
    const handle = this.handleOf(id), toView = viewOf[c.TFE_TensorHandleDataType(handle)];
    if (!toView) throw new TypeError(`Cannot read a tensor as it must hold numbers: received id ${id}`);
    const tensor = c.TFE_TensorHandleResolve(handle, status);
    this.#library.check();
    return { tensor, toView };
  }
}
