import * as tf from "@tensorflow/tfjs";
import type { ResolvedOptions } from "./options.ts";

/**
 * Which of the `2B × 2B` pairs of a batch are positive and negative. Row `i < B` is item `i` of view 1, row `B + i` the
 * same item of view 2. Counts come from the labels alone, so they are plain numbers and need no device read.
 */
export interface BatchPairs {
  /** `[2B, 2B]` bool: the negatives of each anchor. */
  readonly negativeMask: tf.Tensor2D;
  /** `[2B, 2B]` bool when positives go by label; absent when the other view is the only positive. */
  readonly positiveMask: tf.Tensor2D | undefined;
  /** Number of negatives of each anchor. */
  readonly negativeCounts: Float32Array;
  /** Number of positives of each anchor. */
  readonly positiveCounts: Float32Array;
  /** Anchors with at least one negative; every anchor has a positive, its other view. */
  readonly validAnchors: number;
  /** (anchor, positive) pairs of the valid anchors. */
  readonly pairs: number;
}

/** Builds the masks and counts; call inside `tf.tidy`. */
export function batchPairs(batch: number, options: ResolvedOptions): BatchPairs {
  const n = 2 * batch;
  const classOf = denseLabels(options.labels, batch);
  const classSizes = new Map<number, number>();
  for (const c of classOf) classSizes.set(c, (classSizes.get(c) ?? 0) + 2);
  const negativeCounts = new Float32Array(n), positiveCounts = new Float32Array(n);
  let validAnchors = 0, pairs = 0;
  for (let i = 0; i < n; i++) {
    const sameClass = classSizes.get(classOf[i % batch])!;
    negativeCounts[i] = options.negatives === "all" ? n - 2 : n - sameClass;
    positiveCounts[i] = options.positives === "view" ? 1 : sameClass - 1;
    if (negativeCounts[i] > 0) {
      validAnchors++;
      pairs += positiveCounts[i];
    }
  }

  const otherItem = differentPairs(tf.range(0, batch, 1, "float32"));
  const otherClass = options.labels ? differentPairs(tf.tensor1d(classOf)) : otherItem;
  return {
    negativeMask: tf.cast(options.negatives === "all" ? otherItem : otherClass, "bool"),
    positiveMask: options.positives === "view"
      ? undefined
      : tf.cast(tf.sub(tf.sub(1, otherClass), tf.eye(n)), "bool") as tf.Tensor2D,
    negativeCounts,
    positiveCounts,
    validAnchors,
    pairs,
  };
}

/** Labels of any range as `0, 1, 2 …` in order of appearance; without labels every item is its own class. */
function denseLabels(labels: ArrayLike<number> | undefined, batch: number): Float32Array {
  const dense = new Map<number, number>();
  return Float32Array.from({ length: batch }, (_, i) => {
    const label = labels ? labels[i] : i;
    if (!dense.has(label)) dense.set(label, dense.size);
    return dense.get(label)!;
  });
}

/**
 * `[2B, 2B]`: 1 where the ids of the two rows differ, else 0, for ids `[B]` repeated over both views. Arithmetic, because
 * comparisons that broadcast are a hundred times slower on the WebAssembly backend.
 */
function differentPairs(ids: tf.Tensor1D): tf.Tensor2D {
  const both = tf.concat([ids, ids]);
  return tf.step(tf.abs(tf.sub(tf.expandDims(both, 1), tf.expandDims(both, 0)))) as tf.Tensor2D;
}
