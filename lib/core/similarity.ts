import * as tf from "./tfjs.ts";
import { firstOrder } from "./first_order.ts";
import { floatTensor } from "./float_tensor.ts";
import type { Tensor, Tensor2D } from "./tensors.ts";

// Below this norm 1/‖x‖ times a gradient of order 1 leaves the float32 range, so such a row counts as zero.
const SMALLEST_NORM = 1e-36;

/**
 * Scales every row to unit Euclidean norm: `y = x / ‖x‖`, with gradient `(dy − y (y·dy)) / ‖x‖`.
 *
 * Rows are divided by their largest magnitude first, so norms from 1e-36 to 1e38 neither overflow nor underflow. A zero
 * row stays zero and gets a zero gradient. The gradient cannot be differentiated again; that throws.
 *
 * @param x `[rows, dim]`
 * @returns `[rows, dim]`, unit rows (or zero rows)
 * @throws {TypeError} if it is no tensor of numbers
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { initBackend, normalizeRows } from "@hscl/hscl";
 * await initBackend({ backend: "cpu" });
 * const unit = normalizeRows(tf.tensor2d([[3e20, 4e20], [0, 0]]));
 * const [a, b, c] = await unit.data();
 * assertAlmostEquals(a, 0.6, 1e-6);
 * assertAlmostEquals(b, 0.8, 1e-6);
 * assertEquals(c, 0);
 * ```
 */
export function normalizeRows(x: Tensor2D): Tensor2D {
  const normalize = tf.customGrad((input, save) => {
    const rows = input as Tensor2D;
    // 1 or 0 per row and arithmetic rather than tf.where, which copies [rows, 1] conditions out to [rows, dim] slowly.
    const largest = tf.max(tf.abs(rows), 1, true);
    const isNonZero = tf.cast(tf.greaterEqual(largest, SMALLEST_NORM), "float32");
    const isZero = tf.sub(1, isNonZero);
    const scale = tf.add(largest, isZero), scaled = tf.div(rows, scale);
    const norm = tf.add(tf.sqrt(tf.sum(tf.square(scaled), 1, true)), isZero);
    const unit = tf.div(scaled, norm) as Tensor2D;
    (save as tf.GradSaveFunc)([unit, tf.div(isNonZero, tf.mul(norm, scale))]);
    return {
      value: unit,
      gradFunc: (dy, saved) => {
        const [y, inverseNorm] = saved as Tensor[];
        const radial = tf.mul(y, tf.sum(tf.mul(y, dy as Tensor), 1, true));
        return tf.mul(tf.sub(dy as Tensor, radial), inverseNorm);
      },
    };
  });
  return tf.tidy(() => normalize(firstOrder("unit rows", floatTensor("x", x))) as Tensor2D);
}

/**
 * Puts every row into the unit ball: `y = x / max(1, ‖x‖)`, with gradient `dy` inside and `(dy − y (y·dy)) / ‖x‖` outside. Norms up
 * to 1e38 do not overflow. The gradient cannot be differentiated again; that throws.
 *
 * @param x `[rows, dim]`
 * @returns `[rows, dim]`, rows of norm at most 1
 * @throws {TypeError} if it is no tensor of numbers
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { initBackend } from "@hscl/hscl";
 * import { ballRows } from "@hscl/hscl/core";
 * await initBackend({ backend: "cpu" });
 * assertEquals(await ballRows(tf.tensor2d([[0.5, 0], [0, 4]])).array(), [[0.5, 0], [0, 1]]);
 * ```
 */
export function ballRows(x: Tensor2D): Tensor2D {
  const shrink = tf.customGrad((input, save) => {
    const rows = input as Tensor2D, largest = tf.maximum(tf.max(tf.abs(rows), 1, true), 1);
    const norm = tf.mul(tf.sqrt(tf.sum(tf.square(tf.div(rows, largest)), 1, true)), largest);
    const isOutside = tf.step(tf.sub(norm, 1)), divisor = tf.maximum(norm, 1);
    const y = tf.div(rows, divisor) as Tensor2D;
    (save as tf.GradSaveFunc)([y, isOutside, divisor]);
    return {
      value: y,
      gradFunc: (dy, saved) => {
        const [y, isOutside, divisor] = saved as Tensor[];
        const radial = tf.mul(tf.mul(y, isOutside), tf.sum(tf.mul(y, dy as Tensor), 1, true));
        return tf.div(tf.sub(dy as Tensor, radial), divisor);
      },
    };
  });
  return tf.tidy(() => shrink(firstOrder("rows of the unit ball", floatTensor("x", x))) as Tensor2D);
}

/** All inner products `x · yᵀ`: cosines when the rows of both have unit norm. `[n, d] × [m, d] → [n, m]`. */
export function innerProducts(x: Tensor2D, y: Tensor2D): Tensor2D {
  return tf.matMul(x, y, false, true);
}

/**
 * `compute(x)` behind a stop gradient: none flows back to `x`. Also the way to use comparisons, which have no
 * gradient in tfjs, inside something that is differentiated.
 *
 * @param compute any function of one tensor
 */
export function stopGradient<T extends Tensor>(x: Tensor, compute: (x: Tensor) => T): T {
  const op = tf.customGrad((input, save) => {
    (save as tf.GradSaveFunc)([input as Tensor]);
    return {
      value: compute(input as Tensor),
      gradFunc: (_dy, saved) => tf.zerosLike((saved as Tensor[])[0]),
    };
  });
  return op(x) as T;
}
