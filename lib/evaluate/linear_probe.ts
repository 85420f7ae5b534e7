import * as tf from "@tensorflow/tfjs";
import { checkInteger, checkNumber } from "../core/checks.ts";
import { Random } from "../core/random.ts";
import type { Tensor2D } from "../core/tensors.ts";
import { accuracyOf, checkFeatures, type LabelledFeatures } from "./labelled_features.ts";

/** Options of {@linkcode linearProbe}. */
export interface LinearProbeOptions {
  /** Length of a feature vector. */
  dim: number;
  /** Number of classes. */
  classes: number;
  /** `λ ≥ 0`, the weight decay. Default 1e-3. */
  decay?: number;
  /** Steps after which it stops without having converged. Default 1000. */
  maxSteps?: number;
}

/** Result of {@linkcode linearProbe}. */
export interface LinearProbeResult {
  /** Share of queries whose class is predicted, 0 … 1. */
  top1: number;
  /** Predicted class of each query. */
  predictions: Int32Array;
  /** What was minimised, on the bank. */
  loss: number;
  /** Whether every entry of the gradient came below 1e-4. */
  converged: boolean;
}

const TOLERANCE = 1e-4;

/**
 * Linear probe: how well hyperplanes divide the classes. Softmax regression on the bank's features, which stay as they are,
 * minimises
 *
 * `mean_i −log softmax(Wᵀx_i + b)_{y_i} + λ/2 · ‖W‖²`
 *
 * with features `x` shifted and scaled to mean 0 and variance 1 over the bank. The problem is convex, so the answer depends
 * on no seed and no learning rate: accelerated gradient steps of length `1/L`, with `L` half the largest eigenvalue of the
 * features' covariance plus λ, restarted whenever they go uphill.
 *
 * @param bank labelled features to fit
 * @param queries labelled features to classify
 * @param options see {@linkcode LinearProbeOptions}
 * @throws {RangeError} if an array's length does not fit `dim`, a label is not a class, a feature is not finite, either
 * side is empty, or an option is out of range
 *
 * Source: the linear evaluation of Chen et al., arXiv 2002.05709; restarts: O'Donoghue & Candès, arXiv 1204.3982.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { initBackend, linearProbe } from "@hscl/hscl";
 * await initBackend({ backend: "cpu" });
 * const bank = { features: Float32Array.of(-2, -1, 1, 2), labels: [0, 0, 1, 1] };
 * const queries = { features: Float32Array.of(-0.5, 0.5), labels: [0, 1] };
 * const { top1, converged } = await linearProbe(bank, queries, { dim: 1, classes: 2 });
 * assertEquals(top1, 1);
 * assert(converged);
 * ```
 */
export async function linearProbe(
  bank: LabelledFeatures,
  queries: LabelledFeatures,
  { dim, classes, decay = 1e-3, maxSteps = 1000 }: LinearProbeOptions,
): Promise<LinearProbeResult> {
  checkInteger("dim", dim, { min: 1 });
  checkInteger("classes", classes, { min: 1 });
  checkNumber("decay", decay, { min: 0 });
  checkInteger("maxSteps", maxSteps, { min: 1 });
  const rows = checkFeatures("bank", bank, dim, classes);
  const count = checkFeatures("queries", queries, dim, classes);

  const { mean, scale } = moments(bank.features, dim);
  const x = tf.tensor2d(standardized(bank.features, dim, mean, scale), [rows, dim + 1]);
  // tf.oneHot refuses a single class.
  const labels = tf.tidy(() => {
    const classOf = tf.tensor2d(Int32Array.from(bank.labels), [rows, 1], "int32");
    return tf.cast(tf.equal(classOf, tf.range(0, classes, 1, "int32")), "float32");
  }) as Tensor2D;
  // The last row of the weights is the bias, which does not decay.
  const decays = tf.tensor2d(Float32Array.from({ length: dim + 1 }, (_, i) => i < dim ? decay : 0), [
    dim + 1,
    1,
  ]);
  try {
    const steepness = await largestEigenvalue(x) / 2 + decay;
    const { weights, loss, converged } = await minimize(x, labels, decays, steepness, maxSteps);
    const predicted = tf.tidy(() => {
      const asked = tf.tensor2d(standardized(queries.features, dim, mean, scale), [count, dim + 1]);
      return tf.argMax(tf.matMul(asked, weights), 1);
    });
    const predictions = await predicted.data() as Int32Array;
    tf.dispose([weights, predicted]);
    return { top1: accuracyOf(predictions, queries.labels), predictions, loss, converged };
  } finally {
    tf.dispose([x, labels, decays]);
  }
}

async function minimize(
  x: Tensor2D,
  labels: Tensor2D,
  decays: Tensor2D,
  steepness: number,
  maxSteps: number,
): Promise<{ weights: Tensor2D; loss: number; converged: boolean }> {
  const rows = x.shape[0];
  let weights = tf.zeros([x.shape[1], labels.shape[1]]) as Tensor2D, ahead = weights.clone(), momentum = 1;
  for (let step = 1;; step++) {
    const nextMomentum = (1 + Math.sqrt(1 + 4 * momentum ** 2)) / 2, push = (momentum - 1) / nextMomentum;
    const { next, report, pushed } = tf.tidy(() => {
      const logits = tf.matMul(x, ahead), decayed = tf.mul(ahead, decays);
      const errors = tf.div(tf.sub(tf.softmax(logits), labels), rows);
      const gradient = tf.add(tf.matMul(x, errors, true), decayed);
      const next = tf.sub(ahead, tf.div(gradient, steepness)) as Tensor2D, change = tf.sub(next, weights);
      const fit = tf.mean(tf.sub(tf.logSumExp(logits, 1), tf.sum(tf.mul(logits, labels), 1)));
      const loss = tf.add(fit, tf.mul(tf.sum(tf.mul(decayed, ahead)), 0.5));
      const report = tf.stack([loss, tf.max(tf.abs(gradient)), tf.sum(tf.mul(gradient, change))]);
      return { next, report, pushed: tf.add(next, tf.mul(change, push)) as Tensor2D };
    });
    const [loss, steepest, uphill] = await report.data();
    const converged = steepest < TOLERANCE;
    if (converged || step === maxSteps) {
      tf.dispose([weights, next, report, pushed]);
      return { weights: ahead, loss, converged };
    }
    tf.dispose([weights, ahead, report]);
    weights = next;
    if (uphill > 0) {
      pushed.dispose();
      [ahead, momentum] = [next.clone(), 1];
    } else [ahead, momentum] = [pushed, nextMomentum];
  }
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

/** Of `xᵀx / rows`, by power iteration; a little too large rather than too small. */
async function largestEigenvalue(x: Tensor2D): Promise<number> {
  const value = tf.tidy(() => {
    const covariance = tf.div(tf.matMul(x, x, true), x.shape[0]);
    // Without a pattern, so that no symmetry of the features keeps it away from the eigenvector.
    const random = new Random(0).child("linear probe"),
      start = Float32Array.from({ length: x.shape[1] }, () => random.normal());
    let vector: tf.Tensor = tf.tensor2d(start, [start.length, 1]), norm: tf.Tensor = tf.norm(vector);
    for (let i = 0; i < 50; i++) {
      const image = tf.matMul(covariance, tf.div(vector, norm));
      [vector, norm] = [image, tf.norm(image)];
    }
    return norm;
  });
  const [largest] = await value.data();
  value.dispose();
  return 1.05 * largest;
}
