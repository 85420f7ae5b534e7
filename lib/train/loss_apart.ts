import * as tf from "../core/tfjs.ts";
import { uncaptured } from "../core/capturing.ts";
import { onOwnTape } from "../core/own_tape.ts";
import type { Scalar, Tensor } from "../core/tensors.ts";

/**
 * A loss that is computed together with its gradient, and not as part of a captured step: how many positives its items have, and so
 * the shapes of what it computes, differ from batch to batch. It may also read values.
 *
 * @param compute the loss
 * @param of what it may depend on; it can be differentiated in these once
 */
export function lossApart(compute: () => Scalar, of: readonly Tensor[]): Scalar {
  const { value, grads } = onOwnTape(() =>
    uncaptured(() => tf.engine().gradients(compute, [...of], undefined, true))
  ) as { value: Scalar; grads: (Tensor | null | undefined)[] };
  const slopes = grads.filter((slope) => slope != null);
  const op = tf.customGrad((...args) => {
    const save = args.at(-1) as tf.GradSaveFunc;
    save(slopes);
    return {
      value: tf.clone(value),
      gradFunc: (dy, saved) => (saved as Tensor[]).map((slope) => tf.mul(slope, dy as Tensor)),
    };
  });
  return op(...of.filter((_, i) => grads[i] != null)) as Scalar;
}
