import * as tf from "../core/tfjs.ts";
import type { CapturingBackend } from "../core/capturing.ts";
import { checkBoolean, checkInteger, checkOptions, describe } from "../core/checks.ts";

/** Options of {@linkcode captured}. */
export interface CapturedOptions {
  /**
   * How many functions are kept: one for each sequence of operations on tensors of the same shapes. The one that was not used for the
   * longest time makes room. Default 64.
   */
  most?: number;
  /**
   * Whether XLA compiles them, which makes one loop of operations that go over the same numbers: faster where those are most of the
   * work, slower where convolutions are, and with other rounding. It takes a second or so for each function. Not where it is part of
   * another captured computation. Default `false`.
   */
  xla?: boolean;
}

/**
 * A computation whose operations run as one, where the backend can: on `tensorflow`, with the library that `setup:native` took from
 * PyPI. There they are noted while `compute` runs, and become a function of TensorFlow, which reuses memory and runs what does not
 * depend on each other at the same time; the same operations on tensors of the same shapes are the same function. Elsewhere it is
 * `tf.tidy` of the computation.
 *
 * `compute` runs in every call, so whatever it depends on may change from call to call. All it may not do is read what it has
 * computed: results have no values before its end. Only what it returns, keeps or assigns to variables is left then, as with
 * `tf.tidy`. A captured computation within another is part of it.
 *
 * @param compute what is computed, not asynchronous; numbers are the same as without being captured, unless XLA compiles it
 * @param options see {@linkcode CapturedOptions}
 * @throws {TypeError} if it is no function
 * @throws {RangeError} if `most` is below 1
 * @throws {Error} in a call, if a result is read, with `dataSync` or otherwise, or the shape of one depends on values
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { initBackend } from "@hscl/hscl";
 * import { captured } from "@hscl/hscl/backend";
 * await initBackend({ backend: "cpu" });
 * const distance = captured((a: tf.Tensor, b: tf.Tensor) => tf.sqrt(tf.sum(tf.square(tf.sub(a, b)))));
 * const [far] = await distance(tf.tensor1d([3, 0]), tf.tensor1d([0, 4])).data();
 * assertAlmostEquals(far, 5, 1e-6);
 * ```
 */
export function captured<Arguments extends unknown[], Result>(
  compute: (...given: Arguments) => Result,
  options: CapturedOptions = {},
): (...given: Arguments) => Result {
  const { most = 64, xla = false } = checkOptions(options, { most: true, xla: true });
  checkBoolean("xla", xla);
  checkInteger("most functions of a captured computation", most, { min: 1 });
  if (typeof compute !== "function") {
    throw new TypeError(
      `Cannot capture a computation as it must be a function: received ${describe(compute)}`,
    );
  }
  const tidied = (...given: Arguments): Result => {
    const once = () => tf.tidy(() => compute(...given) as tf.TensorContainer) as Result;
    const backend = tf.backend() as CapturingBackend;
    return backend.captured ? backend.captured(tidied, { most, xla }, once) : once();
  };
  return tidied;
}
