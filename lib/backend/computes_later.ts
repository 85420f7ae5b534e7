import * as tf from "../core/tfjs.ts";

/** Whether the running backend's operations are only begun when their calls return, as on a GPU. */
export function computesLater(): boolean {
  const { isUsingGpuDevice } = tf.backend() as tf.KernelBackend & { isUsingGpuDevice?: boolean };
  return tf.getBackend() === "webgpu" || isUsingGpuDevice === true;
}
