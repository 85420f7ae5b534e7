import { floatTensor } from "../core/float_tensor.ts";
import type { Tensor2D } from "../core/tensors.ts";

/**
 * Checked mode of the losses: refuses embeddings that are not finite, by their row. The losses themselves never read
 * their input, so that nothing waits for the device, and let NaN through to their value.
 *
 * Awaited before a loss it guards every step; awaited after one came out as NaN it finds the cause.
 *
 * @param views any number of tensors `[rows, dim]`
 * @throws {TypeError} if a view is no tensor of numbers
 * @throws {RangeError} if a value is NaN or infinite; the message has its view, counted from 1, and its row, from 0
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { initBackend } from "@hscl/hscl";
 * import { checkFinite } from "@hscl/hscl/losses";
 * await initBackend({ backend: "cpu" });
 * const view1 = tf.tensor2d([[1, 0], [0, 1]]), view2 = tf.tensor2d([[1, 0], [NaN, 1]]);
 * const message = await checkFinite(view1, view2).catch((error) => error.message);
 * assert(message.endsWith("received NaN in row 1 of view 2"));
 * ```
 */
export async function checkFinite(...views: Tensor2D[]): Promise<void> {
  for (const [v, view] of views.entries()) {
    if (floatTensor(`view ${v + 1}`, view) !== view) continue; // integers are finite
    const values = await view.data();
    const broken = values.findIndex((value) => !Number.isFinite(value));
    if (broken < 0) continue;
    throw new RangeError(
      `Cannot compute the loss as embeddings must be finite: received ${values[broken]} in row ${
        Math.floor(broken / view.shape[1])
      } of view ${v + 1}`,
    );
  }
}
