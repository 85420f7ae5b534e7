import * as tf from "../../../core/tfjs.ts";
import type { ContrastiveTerms } from "../../operations/contrastive_loss.ts";

/** e^{2 · slope} rounds to 1 below this: no cosine changes a weight. */
export const NO_SLOPE = 2 ** -26;

/** Above this β rounding of the weights' slopes, whose sum is 0, would show in the gradient. */
export const STEEP = 16;

/** What is known of some anchors, each `[rows, 1]`. */
export interface Anchors {
  /** Their embeddings, `[rows, dim]`. */
  embeddings: tf.Tensor;
  self: tf.Tensor;
  excluded: [from: tf.Tensor, to: tf.Tensor];
  positives: [from: tf.Tensor, to: tf.Tensor];
  counts: tf.Tensor;
  weights: tf.Tensor;
  logQ: tf.Tensor;
}

/** How pairs are scored. */
export type Settings = Pick<
  ContrastiveTerms,
  "temperature" | "slope" | "stopWeightGradient" | "positiveIncluded" | "countedWeight" | "meanInside"
>;

/**
 * The anchors from a row on.
 *
 * @param all embeddings `[n, dim]` in the order of the terms
 */
export function anchorsFrom(start: number, rows: number, all: tf.Tensor, terms: ContrastiveTerms): Anchors {
  const column = (value: (anchor: number) => number) =>
    tf.tensor2d(Float32Array.from({ length: rows }, (_, row) => value(start + row)), [rows, 1]);
  const range = (bounds: Int32Array): [tf.Tensor, tf.Tensor] => [
    column((i) => bounds[2 * i]),
    column((i) => bounds[2 * i + 1]),
  ];
  const places = () => tf.tensor1d(Int32Array.from({ length: rows }, (_, i) => start + i), "int32");
  return {
    embeddings: rows === all.shape[0] ? all : tf.gather(all, places()),
    self: column((i) => i),
    excluded: range(terms.excluded),
    positives: range(terms.positives),
    counts: column((i) => terms.counts[i]),
    weights: column((i) => terms.weights[i]),
    logQ: column((i) => terms.logNegativeWeight[i]),
  };
}

/** `[1, count]`: 0, 1, 2 … */
export function columns(count: number): tf.Tensor {
  return tf.tensor2d(Float32Array.from({ length: count }, (_, i) => i), [1, count]);
}

/** Whether a column is in the range of its row. */
export function within(columns: tf.Tensor, [from, to]: [tf.Tensor, tf.Tensor]): tf.Tensor {
  return tf.logicalAnd(tf.greaterEqual(columns, from), tf.less(columns, to));
}

/** 1 where it is so, else 0. */
export function oneWhere(isSo: tf.Tensor): tf.Tensor {
  return tf.cast(isSo, "float32");
}

/** 1 where a column is a positive of its row's anchor, else 0. */
export function positivesAmong(column: tf.Tensor, { positives, self }: Anchors): tf.Tensor {
  return oneWhere(tf.logicalAnd(within(column, positives), tf.notEqual(column, self)));
}
