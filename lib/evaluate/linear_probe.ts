import * as tf from "../core/tfjs.ts";
import { checkInteger, checkNumber, checkOptions } from "../core/checks.ts";
import { decide } from "./class_scores.ts";
import { checkFeatures, type LabelledFeatures, MOST_CLASSES, shareWithin } from "./labelled_features.ts";
import { fitRegression, TOLERANCE } from "./softmax_regression.ts";

/** Options of {@linkcode linearProbe}. */
export interface LinearProbeOptions {
  /** Length of a feature vector. */
  dim: number;
  /** Number of classes. */
  classes: number;
  /** `λ ≥ 0`, the weight decay. Default 1e-3. */
  decay?: number;
  /** Passes over the training features after which it stops without having converged. Default 1000. */
  maxSteps?: number;
}

/** Result of {@linkcode linearProbe}. */
export interface LinearProbeResult {
  /** Share of queries whose class is predicted, 0 … 1. */
  top1: number;
  /** Share of queries whose class is among the five most probable, 0 … 1; one without a training row is not. */
  top5: number;
  /** Predicted class of each query. */
  predictions: Int32Array;
  /** Of each query, the place of its class among the most probable, from 1; 0 for a class without a training row. */
  ranks: Int32Array;
  /** What was minimised, on the training features. */
  loss: number;
  /** Whether the loss is proved to be within a millionth of the least, relative to it. */
  converged: boolean;
}

/**
 * Linear probe: how well hyperplanes divide the classes. Softmax regression on the training features, which stay as they are,
 * minimises
 *
 * `mean_i −log softmax(Wᵀx_i + b)_{y_i} + λ/2 · ‖W‖²`
 *
 * with features `x` shifted and scaled to mean 0 and variance 1 over the training features. The problem is convex, so the answer depends
 * on no seed and no learning rate. A class without a training row is never predicted: its best bias is −∞.
 *
 * That the loss is within 1e-6 of the least is proved, from the gradient in float64 and the convexity that λ gives. Without
 * decay nothing bounds the distance, and only a gradient of 0 counts as converged.
 *
 * @param training labelled features to fit
 * @param queries labelled features to classify
 * @param options see {@linkcode LinearProbeOptions}
 * @throws {TypeError} if features are no numbers or a label is no integer
 * @throws {RangeError} if an array's length does not fit `dim`, a label is not a class, a feature is not finite, either
 * side is empty, or an option is out of range
 *
 * Source: the linear evaluation of Chen et al., arXiv 2002.05709.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { initBackend, linearProbe } from "@hscl/hscl";
 * await initBackend({ backend: "cpu" });
 * const training = { features: Float32Array.of(-2, -1, 1, 2), labels: [0, 0, 1, 1] };
 * const queries = { features: Float32Array.of(-0.5, 0.5), labels: [0, 1] };
 * const { top1, converged } = await linearProbe(training, queries, { dim: 1, classes: 2 });
 * assertEquals(top1, 1);
 * assert(converged);
 * ```
 */
export async function linearProbe(
  training: LabelledFeatures,
  queries: LabelledFeatures,
  options: LinearProbeOptions,
): Promise<LinearProbeResult> {
  const { dim, classes, decay = 1e-3, maxSteps = 1000 } = checkOptions(options, {
    dim: true,
    classes: true,
    decay: true,
    maxSteps: true,
  });
  checkInteger("dim", dim, { min: 1 });
  checkInteger("classes", classes, { min: 1, max: MOST_CLASSES });
  checkNumber("decay", decay, { min: 0 });
  checkInteger("maxSteps", maxSteps, { min: 1 });
  const fitted = checkFeatures("training", training, dim, classes);
  const asked = checkFeatures("queries", queries, dim, classes);

  const { mean, scale } = moments(fitted.features, dim);
  const { labels: present, placeOf } = fitted.present;
  const { weights, loss, gap } = await fitRegression({
    x: standardized(fitted.features, dim, mean, scale),
    classOf: placeOf,
    classes: present.length,
    dim,
    decay,
  }, maxSteps);
  const logits = tf.tidy(() => {
    const x = tf.tensor2d(standardized(asked.features, dim, mean, scale), [asked.count, dim + 1]);
    return tf.matMul(x, tf.tensor2d(Float32Array.from(weights), [dim + 1, present.length]));
  });
  const scores = await logits.data() as Float32Array;
  logits.dispose();
  const { predictions, ranks } = decide(scores, present, asked);
  return {
    top1: shareWithin(ranks, 1),
    top5: shareWithin(ranks, 5),
    predictions,
    ranks,
    loss,
    converged: gap <= TOLERANCE * loss,
  };
}

/** Mean and standard deviation of each feature; 1 in place of a deviation of 0. */
function moments(features: Float32Array, dim: number): { mean: Float64Array; scale: Float64Array } {
  const rows = features.length / dim, mean = new Float64Array(dim), scale = new Float64Array(dim);
  features.forEach((value, i) => mean[i % dim] += value);
  for (let d = 0; d < dim; d++) mean[d] /= rows;
  features.forEach((value, i) => scale[i % dim] += (value - mean[i % dim]) ** 2);
  // Features are float32: less is rounding, not a difference between rows.
  const isConstant = (deviation: number, d: number) => deviation <= 1e-7 * Math.abs(mean[d]);
  return {
    mean,
    scale: scale.map((squares, d) => {
      const deviation = Math.sqrt(squares / rows);
      return isConstant(deviation, d) ? 1 : deviation;
    }),
  };
}

/** Shifted and scaled features with a 1 after each row, for the bias. */
function standardized(
  features: Float32Array,
  dim: number,
  mean: Float64Array,
  scale: Float64Array,
): Float32Array {
  const rows = features.length / dim, result = new Float32Array(rows * (dim + 1));
  for (let row = 0; row < rows; row++) {
    for (let d = 0; d < dim; d++) {
      result[row * (dim + 1) + d] = (features[row * dim + d] - mean[d]) / scale[d];
    }
    result[row * (dim + 1) + dim] = 1;
  }
  return result;
}
