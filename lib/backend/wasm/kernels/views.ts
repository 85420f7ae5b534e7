import * as tf from "../../../core/tfjs.ts";
import { addressOf, type KernelArguments, sizeOf } from "../heap.ts";

/** Kernel `Identity`: the same data under a new tensor. Tensors never change, so tfjs' copy is for nothing. */
export function identity(
  { inputs: { x }, backend }: KernelArguments<{ x: tf.TensorInfo }, unknown>,
): tf.TensorInfo {
  backend.incRef(x.dataId);
  return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
}

/**
 * Kernel `Cast`: to the same type it is {@linkcode identity}; to bool, everything but 0 is true, where tfjs' kernel keeps the
 * last byte of a number; else tfjs' kernel converts.
 */
export function cast(tfjsKernel: tf.KernelFunc): tf.KernelFunc {
  return (args) => {
    const { inputs: { x }, attrs, backend } = args as unknown as KernelArguments<
      { x: tf.TensorInfo },
      { dtype: tf.DataType }
    >;
    if (attrs.dtype === x.dtype) return identity(args as unknown as Parameters<typeof identity>[0]);
    if (attrs.dtype !== "bool") return tfjsKernel(args);
    const out = backend.makeOutput(x.shape, "bool");
    const truths = backend.typedArrayFromHeap(out);
    backend.typedArrayFromHeap(x).forEach((value, i) => truths[i] = Number(value !== 0));
    return out;
  };
}

/** Kernel `Slice`: copies what is asked for. tfjs' kernel copies the whole tensor first. */
export function slice(tfjsKernel: tf.KernelFunc): tf.KernelFunc {
  return (args) => {
    const { inputs: { x }, attrs, backend } = args as unknown as KernelArguments<
      { x: tf.TensorInfo },
      { begin: number | number[]; size: number | number[] }
    >;
    if (x.dtype === "string") return tfjsKernel(args);
    const [begin, size] = tf.slice_util.parseSliceParams(
      x as tf.Tensor,
      attrs.begin as number,
      attrs.size as number,
    );
    const out = backend.makeOutput(size, x.dtype);
    if (sizeOf(size) === 0) return out;

    // Trailing axes taken whole join the axis before them: one run of memory.
    let runAxis = Math.max(size.length - 1, 0);
    while (runAxis > 0 && size[runAxis] === x.shape[runAxis]) runAxis--;
    const bytes = tf.util.bytesPerElement(x.dtype);
    const run = sizeOf(size.slice(runAxis)) * bytes;
    const strides = x.shape.map((_, axis) => sizeOf(x.shape.slice(axis + 1)) * bytes);
    const heap = new Uint8Array(backend.wasm.asm.memory.buffer);
    let to = addressOf(backend, out);
    const copy = (axis: number, from: number) => {
      if (axis >= runAxis) {
        const start = from + (size.length ? begin[axis] * strides[axis] : 0);
        heap.copyWithin(to, start, start + run);
        to += run;
        return;
      }
      for (let i = 0; i < size[axis]; i++) copy(axis + 1, from + (begin[axis] + i) * strides[axis]);
    };
    copy(0, addressOf(backend, x));
    return out;
  };
}
