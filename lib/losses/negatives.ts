import * as tf from "@tensorflow/tfjs";
import type { ResolvedOptions } from "./options.ts";

/** The negatives of every anchor of a batch. Row `i < B` is item `i` of view 1, row `B + i` the same item of view 2. */
export interface BatchNegatives {
  /** Dense id of each item, `[B]`: rows whose items' ids differ are each other's negatives. */
  readonly ids: Int32Array;
  /** Number of negatives of each anchor, `[2B]`. */
  readonly counts: Float32Array;
}

// Far above any exponent, and finite even times a large factor: WebGPU does not promise arithmetic with infinities.
const EXCLUDED = 2 ** 60;

/** @param classOf dense class of each item, as {@linkcode denseLabels} gives it */
export function batchNegatives(classOf: Int32Array, options: ResolvedOptions): BatchNegatives {
  const ids = options.negatives === "all" ? denseLabels(undefined, classOf.length) : classOf;
  const sizes = new Map<number, number>();
  for (const id of ids) sizes.set(id, (sizes.get(id) ?? 0) + 2);
  const n = 2 * ids.length;
  return { ids, counts: Float32Array.from({ length: n }, (_, i) => n - sizes.get(ids[i % ids.length])!) };
}

/** Labels of any range as `0, 1, 2 …` in order of appearance; without labels every item is its own class. */
export function denseLabels(labels: ArrayLike<number> | undefined, batch: number): Int32Array {
  const dense = new Map<number, number>();
  return Int32Array.from({ length: batch }, (_, i) => {
    const label = labels ? labels[i] : i;
    if (!dense.has(label)) dense.set(label, dense.size);
    return dense.get(label)!;
  });
}

/**
 * `[2B, 2B]`, to be subtracted from exponents: 0 for negatives, else 2⁶⁰, which leaves a pair out of every sum.
 *
 * Each id is written in `k` binary digits ±1, so that the inner product of two ids is `k` if they agree and at most
 * `k − 2` if not: one thin matrix product, cheaper on every backend than comparisons that broadcast or an upload.
 *
 * @param ids dense id of each item, `[B]`
 */
export function excludedPairs(ids: Int32Array): tf.Tensor2D {
  const batch = ids.length, n = 2 * batch;
  const digits = Math.max(1, Math.ceil(Math.log2(Math.max(...ids) + 1))), width = digits + 1;
  const left = new Float32Array(n * width), right = new Float32Array(width * n);
  for (let i = 0; i < n; i++) {
    const id = ids[i % batch];
    for (let k = 0; k < digits; k++) {
      const digit = (id >> k) & 1 ? 1 : -1;
      left[i * width + k] = digit * EXCLUDED;
      right[k * n + i] = digit;
    }
    left[i * width + digits] = EXCLUDED;
    right[digits * n + i] = 1 - digits;
  }
  return tf.relu(tf.matMul(tf.tensor2d(left, [n, width]), tf.tensor2d(right, [width, n])));
}
