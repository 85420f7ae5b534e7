import * as tf from "./tfjs.ts";
import type { Tensor } from "./tensors.ts";

/**
 * `x` itself, of which what is computed can be differentiated once only: to differentiate such a gradient again throws. For
 * functions whose closed-form gradient is made of numbers kept from the forward pass, which TensorFlow.js would silently take
 * for constants.
 *
 * @param what is differentiated, for the error
 */
export function firstOrder<T extends Tensor>(what: string, x: T): T {
  const pass = tf.customGrad((input, save) => {
    (save as tf.GradSaveFunc)([input as Tensor]);
    return {
      value: tf.clone(input as Tensor),
      // That the gradient depends on x has to be on the tape, or nobody would ask for the derivative.
      gradFunc: (dy, saved) => guard(dy as Tensor, (saved as Tensor[])[0]),
    };
  });
  const guard = tf.customGrad((dy) => ({
    value: tf.clone(dy as Tensor),
    gradFunc: () => {
      throw new Error(
        `Cannot differentiate the gradient of ${what} as it has derivatives of first order only: received a second ` +
          "differentiation",
      );
    },
  }));
  return pass(x) as T;
}
