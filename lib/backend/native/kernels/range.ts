import * as tf from "../../../core/tfjs.ts";
import type { KernelArguments } from "../backend.ts";

interface Attributes {
  start: number;
  stop: number;
  step: number;
  dtype: "float32" | "int32";
}

/** Kernel `Range`, of numbers that are known: how many there are must not depend on values where operations are captured. */
export function range(
  { attrs: { start, stop, step, dtype } }: KernelArguments<object, Attributes>,
): tf.Tensor {
  const by = stop < start && step === 1 ? -1 : step; // 1 is what is not said
  const values = Array.from(
    { length: Math.max(0, Math.ceil((stop - start) / by)) },
    (_, i) => start + i * by,
  );
  return tf.tensor1d(values, dtype);
}
