import * as tf from "./tfjs.ts";

/** Values of a tensor. */
export interface Borrowed {
  values: Float32Array;
  /** Where they lie, if that is within reach of all threads of the process. */
  address?: bigint;
  /** To be called once they are no longer needed; they must not be touched after it. */
  release(): void;
}

/** What a TensorFlow.js backend may have besides what every one has. */
export interface LendingBackend {
  /** The float32 values where they lie, even after the tensor is disposed of; nothing if that is not in reach. */
  lendValues?(dataId: tf.DataId): Borrowed | undefined;
}

/**
 * Disposes of a float32 tensor and gives its values: where they lie if the backend lends them, else a copy. They may be
 * written to.
 */
export async function borrowValues(tensor: tf.Tensor): Promise<Borrowed> {
  const lent = (tf.backend() as LendingBackend).lendValues?.(tensor.dataId);
  const borrowed = lent ?? { values: await tensor.data() as Float32Array, release: () => {} };
  tensor.dispose();
  return borrowed;
}
