import * as tf from "@tensorflow/tfjs";
import { gatherRows, joinBlocks, splitBlocks } from "./blocks.ts";
import type { PositivePairs } from "./positives.ts";

// Triplets at a time: 2²² numbers are 16 MiB, small beside the rest and large beside the cost of starting a kernel.
const TRIPLETS = 2 ** 22;

/**
 * Hinge, or triplet, loss: the mean over the positive pairs of `Σ_j ω_ij · max(0, margin + s_ij − s_ip)`, with the
 * softmax weights `ω` of the negatives.
 *
 * The gradient is closed: with `a_ijp = 1` where the maximum is not 0, and `v_ip` the weight of a pair, it is
 * `ω_ij Σ_p v_ip a_ijp` in `s_ij`, `−v_ip Σ_j ω_ij a_ijp` in `s_ip` and `Σ_p v_ip max(0, …)` in `ω_ij`. All three come out of
 * one pass over the triplets, some at a time, so that memory is that of the pairs.
 *
 * @param cosines of anchors and candidates, `[n, c]`
 * @param softmaxWeights `ω`, `[n, c]`, 0 where a candidate is no negative
 * @param positiveCosines of the pairs in `positives`, block after block
 */
export function hinge(
  cosines: tf.Tensor2D,
  softmaxWeights: tf.Tensor2D,
  positiveCosines: tf.Tensor1D,
  positives: PositivePairs,
  { temperature, margin }: { temperature: number; margin: number },
): tf.Scalar {
  const op = tf.customGrad((u, w, v, save) => {
    const sums = splitBlocks(v as tf.Tensor, positives).flatMap((block, b) => {
      const { count, size, members, weights } = positives.blocks[b];
      const rows = count * size, columns = (u as tf.Tensor).shape[1]!;
      const scores = tf.mul(gatherRows(u as tf.Tensor, members), 1 / temperature) as tf.Tensor2D;
      const ofRows = gatherRows(w as tf.Tensor, members) as tf.Tensor2D;
      const positiveScores = tf.reshape(tf.mul(block, 1 / temperature), [rows, size]) as tf.Tensor2D;
      const pairWeights = tf.tensor2d(weights, [rows, size]);
      const step = Math.max(1, Math.floor(TRIPLETS / (size * columns)));
      const parts: TripletSums[] = [];
      for (let start = 0; start < rows; start += step) {
        const part = <T extends tf.Tensor2D>(x: T) =>
          step >= rows ? x : tf.slice(x, [start, 0], [Math.min(step, rows - start), x.shape[1]]);
        parts.push(
          tf.tidy(() =>
            tripletSums(part(scores), part(ofRows), part(positiveScores), part(pairWeights), margin)
          ),
        );
      }
      return parts;
    });
    const inOrder = (of: (sums: TripletSums) => tf.Tensor) =>
      gatherRows(joinBlocks(sums.map(of)), positives.rowOf);
    (save as tf.GradSaveFunc)([
      tf.mul(inOrder(({ active }) => active), tf.mul(w as tf.Tensor, 1 / temperature)),
      inOrder(({ hinges }) => hinges),
      tf.mul(joinBlocks(sums.map(({ inPositives }) => tf.reshape(inPositives, [-1]))), 1 / temperature),
    ]);
    // On WebAssembly, max(0, NaN) is 0; this lets NaN through.
    const nanOrZero = tf.mul(tf.add(tf.sum(u as tf.Tensor), tf.sum(v as tf.Tensor)), 0);
    return {
      value: tf.addN([...sums.map(({ loss }) => loss), nanOrZero]),
      gradFunc: (dy, saved) => (saved as tf.Tensor[]).map((slope) => tf.mul(slope, dy as tf.Tensor)),
    };
  });
  return op(cosines, softmaxWeights, positiveCosines) as tf.Scalar;
}

// A type, not an interface, so that tf.tidy takes it for a container of tensors.
type TripletSums = {
  /** Scalar. */
  loss: tf.Tensor;
  /** `Σ_p v_ip max(0, …)`, `[rows, c]`. */
  hinges: tf.Tensor;
  /** `Σ_p v_ip a_ijp`, `[rows, c]`. */
  active: tf.Tensor;
  /** `−v_ip Σ_j ω_ij a_ijp`, `[rows, size]`. */
  inPositives: tf.Tensor;
};

function tripletSums(
  scores: tf.Tensor2D,
  softmaxWeights: tf.Tensor2D,
  positiveScores: tf.Tensor2D,
  weights: tf.Tensor2D,
  margin: number,
): TripletSums {
  const [rows, columns] = scores.shape, size = weights.shape[1];
  const triplets = tf.relu(
    tf.sub(
      tf.reshape(tf.add(scores, margin), [rows, 1, columns]),
      tf.reshape(positiveScores, [rows, size, 1]),
    ),
  );
  const isActive = tf.step(triplets), perPair = tf.reshape(weights, [rows, 1, size]);
  const hinges = tf.reshape(tf.matMul(perPair, triplets), [rows, columns]);
  const activeWeights = tf.matMul(isActive, tf.reshape(softmaxWeights, [rows, columns, 1]));
  return {
    loss: tf.sum(tf.sum(tf.mul(hinges, softmaxWeights), 1)),
    hinges,
    active: tf.reshape(tf.matMul(perPair, isActive), [rows, columns]),
    inPositives: tf.neg(tf.mul(tf.reshape(activeWeights, [rows, size]), weights)),
  };
}
