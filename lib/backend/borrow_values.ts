import * as tf from "@tensorflow/tfjs";
import type { NativeBackend } from "./native/backend.ts";

/** Values of a tensor. */
export interface Borrowed {
  values: Float32Array;
  /** To be called once they are no longer needed; they must not be touched after it. */
  release(): void;
}

/**
 * The values of a float32 tensor that is disposed of: where they lie if the backend lets us, else a copy. They outlive the
 * tensor until they are released, and may be written to.
 */
export async function borrowValues(tensor: tf.Tensor): Promise<Borrowed> {
  if (tf.getBackend() === "tensorflow") {
    const { binding, tensorMap } = tf.backend() as unknown as NativeBackend;
    const { id } = tensorMap.get(tensor.dataId);
    if (binding.borrowTensor && id >= 0) {
      const { values, release } = binding.borrowTensor(id);
      tensor.dispose();
      return { values: values as Float32Array, release };
    }
  }
  const values = await tensor.data() as Float32Array;
  tensor.dispose();
  return { values, release: () => {} };
}
