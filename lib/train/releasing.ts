import * as tf from "../core/tfjs.ts";
import type { Tensor } from "../core/tensors.ts";

/**
 * Computes a gradient, and frees what was kept for it if it does not come about, as when memory runs out: TensorFlow.js would keep
 * it for ever.
 */
export function releasing<T>(compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    const { activeTape } = tf.engine().state as { activeTape?: { saved?: Tensor[] }[] };
    for (const { saved } of activeTape ?? []) tf.dispose(saved ?? []);
    throw error;
  }
}
