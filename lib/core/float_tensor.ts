import * as tf from "./tfjs.ts";
import { describe } from "./checks.ts";
import type { Tensor } from "./tensors.ts";

/**
 * A tensor of numbers as float32, differentiably; the tensor itself if it is that already. Kernels want both sides of one
 * type: some take the bits of integers for those of floats, or cut floats off where integers came first.
 *
 * @param name of the argument, for errors
 * @param value float32, int32 or bool
 * @throws {TypeError} if it is no tensor, a disposed one, or one of text or complex numbers
 */
export function floatTensor<T extends Tensor>(name: string, value: T): T {
  const isOpen = value instanceof tf.Tensor && !value.isDisposed;
  if (isOpen && value.dtype === "float32") return value;
  if (isOpen && (value.dtype === "int32" || value.dtype === "bool")) return tf.cast(value, "float32");
  throw new TypeError(`Cannot use ${name} as it must be a tensor of numbers: received ${describe(value)}`);
}
