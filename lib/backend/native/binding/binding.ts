import type { CApi } from "./c_api.ts";

/** Numbers of the C API's `TF_DataType` and `TF_AttrType`, under the names that tfjs-node reads. */
const constants = {
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

/** What tfjs-node's JavaScript half asks of its native one to compute; saving and loading graphs is not among it. */
export interface TensorflowBinding extends Readonly<typeof constants> {
  readonly TF_Version: string;
  createTensor(shape: number[], dtype: number, values: ArrayBufferView<ArrayBuffer>): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): ArrayBufferView;
  /** The values where they lie, for as long as they are not released. tfjs-node's own binding lacks it. */
  borrowTensor?(id: number): BorrowedValues;
  executeOp(name: string, attributes: OpAttribute[], inputs: number[], outputs: number): OutputInfo[];
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

type Pointer = Deno.PointerValue;

// ConfigProto { gpu_options { allow_growth: true } }: take GPU memory as it is needed, not all of it at once.
const config = Uint8Array.of(0x32, 0x02, 0x20, 0x01);

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

/** Text for C, ending in a zero. Made once per text and never freed: operations and attributes have few names. */
class CStrings {
  readonly #bytes = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #pointers = new Map<string, Pointer>();

  pointer(text: string): Pointer {
    let pointer = this.#pointers.get(text);
    if (pointer === undefined) {
      const encoded = new TextEncoder().encode(text);
      // An explicit buffer never moves, while V8 may keep a small array's bytes in its own heap.
      const bytes = new Uint8Array(new ArrayBuffer(encoded.length + 1));
      bytes.set(encoded);
      this.#bytes.set(text, bytes);
      pointer = Deno.UnsafePointer.of(bytes);
      this.#pointers.set(text, pointer);
    }
    return pointer;
  }
}

/**
 * Runs TensorFlow's operations eagerly through its C API. Stands in for the compiled add-on of tfjs-node, so no compiler
 * is needed.
 *
 * @throws {Error} if TensorFlow cannot start
 */
export function tensorflowBinding(c: CApi): TensorflowBinding {
  const strings = new CStrings(), encoder = new TextEncoder();
  const status = c.TF_NewStatus();
  const check = () => {
    if (c.TF_GetCode(status) !== 0) throw new Error(textAt(c.TF_Message(status)));
  };

  const options = c.TFE_NewContextOptions();
  c.TFE_ContextOptionsSetConfig(options, config, BigInt(config.length), status);
  check();
  const context = c.TFE_NewContext(options, status);
  check();
  c.TFE_DeleteContextOptions(options);
  const gpu = gpuName(c, context, status);
  check();

  const handles = new Map<number, Pointer>();
  let nextId = 0;
  const handleOf = (id: number): Pointer => {
    const handle = handles.get(id);
    if (handle === undefined) {
      throw new RangeError(`Cannot use a tensor as it must not have been deleted: received id ${id}`);
    }
    return handle;
  };
  const keep = (handle: Pointer): number => {
    handles.set(nextId, handle);
    return nextId++;
  };

  /** A tensor in the host's memory, to be deleted by the caller, and the array that its values are. */
  const resolve = (id: number) => {
    const handle = handleOf(id), toView = viewOf[c.TFE_TensorHandleDataType(handle)];
    if (!toView) throw new TypeError(`Cannot read a tensor as it must hold numbers: received id ${id}`);
    const tensor = c.TFE_TensorHandleResolve(handle, status);
    check();
    return { tensor, toView };
  };

  const setAttribute = (op: Pointer, { name, type, value }: OpAttribute) => {
    const key = strings.pointer(name);
    if (type === constants.TF_ATTR_TYPE && Array.isArray(value)) {
      c.TFE_OpSetAttrTypeList(op, key, Int32Array.from(value as number[]), value.length);
    } else if (type === constants.TF_ATTR_TYPE) c.TFE_OpSetAttrType(op, key, value as number);
    else if (type === constants.TF_ATTR_STRING && Array.isArray(value)) {
      const texts = value as string[];
      const addresses = BigUint64Array.from(texts, (text) => Deno.UnsafePointer.value(strings.pointer(text)));
      const lengths = BigUint64Array.from(texts, (text) => BigInt(encoder.encode(text).length));
      c.TFE_OpSetAttrStringList(op, key, addresses, lengths, texts.length);
    } else if (type === constants.TF_ATTR_STRING) {
      const text = encoder.encode(value as string);
      c.TFE_OpSetAttrString(op, key, text, BigInt(text.length));
    } else if (type === constants.TF_ATTR_SHAPE) {
      const lengths = value as number[];
      c.TFE_OpSetAttrShape(op, key, BigInt64Array.from(lengths, BigInt), lengths.length, status);
    } else if (Array.isArray(value)) {
      const items = value as (number | boolean)[], numbers = items.map(Number);
      if (type === constants.TF_ATTR_INT) {
        c.TFE_OpSetAttrIntList(op, key, BigInt64Array.from(numbers, BigInt), items.length);
      } else if (type === constants.TF_ATTR_FLOAT) {
        c.TFE_OpSetAttrFloatList(op, key, Float32Array.from(numbers), items.length);
      } else c.TFE_OpSetAttrBoolList(op, key, Uint8Array.from(numbers), items.length);
    } else if (type === constants.TF_ATTR_INT) c.TFE_OpSetAttrInt(op, key, BigInt(value as number));
    else if (type === constants.TF_ATTR_FLOAT) c.TFE_OpSetAttrFloat(op, key, value as number);
    else c.TFE_OpSetAttrBool(op, key, value ? 1 : 0);
  };

  const describe = (handle: Pointer): OutputInfo => {
    const rank = c.TFE_TensorHandleNumDims(handle, status);
    const shape = new Array<number>(rank);
    for (let axis = 0; axis < rank; axis++) {
      shape[axis] = Number(c.TFE_TensorHandleDim(handle, axis, status));
    }
    check();
    return { id: keep(handle), shape, dtype: c.TFE_TensorHandleDataType(handle) };
  };

  return {
    ...constants,
    TF_Version: textAt(c.TF_Version()),

    createTensor(shape, dtype, values) {
      const width = widthOf[dtype], size = shape.reduce((product, length) => product * length, 1);
      if (width === undefined || values.byteLength !== size * width) {
        throw new RangeError(
          `Cannot make a tensor of type ${dtype} as there must be a number for each of its ${size} places: ` +
            `received ${values.byteLength} bytes`,
        );
      }
      const bytes = BigInt(values.byteLength);
      const tensor = c.TF_AllocateTensor(dtype, BigInt64Array.from(shape, BigInt), shape.length, bytes);
      c.copyIn(c.TF_TensorData(tensor), values, bytes);
      let handle = c.TFE_NewTensorHandle(tensor, status);
      c.TF_DeleteTensor(tensor);
      check();
      // Operations on a GPU want their int32 arguments, shapes and axes, in the host's memory.
      if (gpu !== undefined && dtype !== constants.TF_INT32) {
        const onHost = handle;
        handle = c.TFE_TensorHandleCopyToDevice(onHost, context, strings.pointer(gpu), status);
        c.TFE_DeleteTensorHandle(onHost);
        check();
      }
      return keep(handle);
    },

    deleteTensor(id) {
      c.TFE_DeleteTensorHandle(handleOf(id));
      handles.delete(id);
    },

    tensorDataSync(id) {
      const { tensor, toView } = resolve(id);
      const length = c.TF_TensorByteSize(tensor), bytes = new ArrayBuffer(Number(length));
      c.copyOut(bytes, c.TF_TensorData(tensor), length);
      c.TF_DeleteTensor(tensor);
      return toView(bytes);
    },

    borrowTensor(id) {
      const { tensor, toView } = resolve(id);
      const address = c.TF_TensorData(tensor), length = Number(c.TF_TensorByteSize(tensor));
      const bytes = address === null
        ? new ArrayBuffer(0)
        : Deno.UnsafePointerView.getArrayBuffer(address, length);
      return {
        values: toView(bytes),
        address: address === null ? undefined : Deno.UnsafePointer.value(address),
        release: () => c.TF_DeleteTensor(tensor),
      };
    },

    executeOp(name, attributes, inputs, outputs) {
      const op = c.TFE_NewOp(context, strings.pointer(name), status);
      check();
      const results = new BigUint64Array(outputs);
      try {
        for (const id of inputs) c.TFE_OpAddInput(op, handleOf(id), status);
        for (const attribute of attributes) setAttribute(op, attribute);
        check();
        c.TFE_Execute(op, results, Int32Array.of(outputs), status);
        check();
      } finally {
        c.TFE_DeleteOp(op);
      }
      return Array.from(results, (address) => describe(Deno.UnsafePointer.create(address)));
    },

    isUsingGpuDevice: () => gpu !== undefined,
    getNumOfTensors: () => handles.size,
  };
}

function textAt(pointer: Pointer): string {
  return pointer === null ? "" : new Deno.UnsafePointerView(pointer).getCString();
}

/** Name of the last GPU that TensorFlow lists, as tfjs-node chooses it. */
function gpuName(c: CApi, context: Pointer, status: Pointer): string | undefined {
  const devices = c.TFE_ContextListDevices(context, status);
  let name: string | undefined;
  for (let i = 0; i < c.TF_DeviceListCount(devices); i++) {
    if (textAt(c.TF_DeviceListType(devices, i, status)) === "GPU") {
      name = textAt(c.TF_DeviceListName(devices, i, status));
    }
  }
  c.TF_DeleteDeviceList(devices);
  return name;
}
