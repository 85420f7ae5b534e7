import * as tf from "../core/tfjs.ts";
import { gatherRows, joinBlocks, splitBlocks } from "./blocks.ts";
import type { PositivePairs } from "./positives.ts";

// Triplets at a time: 2²² numbers are 16 MiB, small beside the rest and large beside the cost of starting a kernel.
const TRIPLETS = 2 ** 22;

// Triplets of an anchor from which on its positives are taken some at a time.
const MANY_OF_ONE = 2 ** 24;

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
      const { count, size, anchors, weights } = positives.blocks[b];
      const rows = count * positives.blocks[b].rows, columns = (u as tf.Tensor).shape[1]!;
      const scores = tf.mul(gatherRows(u as tf.Tensor, anchors), 1 / temperature) as tf.Tensor2D;
      const ofRows = gatherRows(w as tf.Tensor, anchors) as tf.Tensor2D;
      const positiveScores = tf.reshape(tf.mul(block, 1 / temperature), [rows, size]) as tf.Tensor2D;
      const pairWeights = tf.tensor2d(weights, [rows, size]);
      const step = Math.max(1, Math.floor(TRIPLETS / (size * columns)));
      const most = size * columns < MANY_OF_ONE ? size : Math.max(1, Math.floor(TRIPLETS / columns));
      const parts: TripletSums[] = [];
      for (let start = 0; start < rows; start += step) {
        const part = (x: tf.Tensor2D) => slicePart(x, 0, start, step);
        parts.push(tf.tidy(() => {
          const [anchorScores, anchorWeights] = [scores, ofRows].map(part);
          const ofPositives = [positiveScores, pairWeights].map(part), sums: TripletSums[] = [];
          for (let first = 0; first < size; first += most) {
            const [some, weights] = ofPositives.map((x) => slicePart(x, 1, first, most));
            sums.push(tf.tidy(() => tripletSums(anchorScores, anchorWeights, some, weights, margin)));
          }
          return sums.length > 1 ? joinedSums(sums) : sums[0];
        }));
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

/** Up to `count` rows or columns from one on; the tensor itself if that is all of them. */
function slicePart(x: tf.Tensor2D, axis: 0 | 1, from: number, count: number): tf.Tensor2D {
  const length = x.shape[axis], some = Math.min(count, length - from);
  if (some === length) return x;
  return axis === 0 ? tf.slice(x, [from, 0], [some, -1]) : tf.slice(x, [0, from], [-1, some]);
}

/** The sums of the same anchors' positives, some after the others. */
function joinedSums(sums: TripletSums[]): TripletSums {
  return {
    loss: tf.addN(sums.map(({ loss }) => loss)),
    hinges: tf.addN(sums.map(({ hinges }) => hinges)),
    active: tf.addN(sums.map(({ active }) => active)),
    inPositives: tf.concat(sums.map(({ inPositives }) => inPositives), 1),
  };
}

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
