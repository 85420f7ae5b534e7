import * as tf from "./tfjs.ts";

/** What a TensorFlow.js backend may have besides what every one has. */
export interface CapturingBackend {
  /**
   * Computes with all operations as one function.
   *
   * @param owner whose functions they are
   * @param options how many of them are kept, and whether XLA compiles them
   */
  captured?<T>(owner: object, options: { most: number; xla: boolean }, compute: () => T): T;
  /** Runs what was noted so far, and computes one operation after the other. */
  uncaptured?<T>(compute: () => T): T;
}

/**
 * A part of a `captured` computation whose operations run one by one as they come: what was noted before it runs as a
 * function of its own, and so does what comes after. It may read what was computed, and the shapes in it may differ from call to call,
 * for which everything around it would have to be captured anew. Elsewhere it is just computed.
 *
 * @param compute the part, not asynchronous
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { initBackend } from "@hscl/hscl";
 * import { captured, uncaptured } from "@hscl/hscl/backend";
 * await initBackend({ backend: "cpu" });
 * const positive = captured((x: tf.Tensor) => {
 *   const total = tf.sum(x), isPositive = uncaptured(() => total.dataSync()[0] > 0);
 *   return isPositive ? total : tf.neg(total);
 * });
 * assertEquals((await positive(tf.tensor1d([1, -3])).data())[0], 2);
 * ```
 */
export function uncaptured<T>(compute: () => T): T {
  const backend = tf.backend() as CapturingBackend;
  return backend.uncaptured ? backend.uncaptured(compute) : compute();
}
