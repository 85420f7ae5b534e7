import * as tf from "../core/tfjs.ts";
import { checkInteger, checkPlaces } from "../core/checks.ts";
import { stopGradient } from "../core/similarity.ts";
import type { Tensor2D } from "../core/tensors.ts";
import { MASKED } from "./negatives.ts";
import type { ResolvedScore, SampledNegatives } from "./options.ts";
import { type Pairs, softmaxWeightsOf } from "./pair_loss.ts";

/**
 * What a softmax weight of 1 is in whole numbers, so that their sums, at most 2²⁴, are exact in float32 on every backend,
 * whatever the order: a masked candidate, of weight 0, ends where it starts.
 */
const UNITS = 2 ** 23;

/** Where the draws of some anchors fall, as fractions of the sum of their weights. */
export interface Draws {
  /** Of each anchor. */
  readonly count: number;
  /** `count` and more, `2ᵐ − 1`. */
  readonly width: number;
  /** `[n, width]`, row by row: `count` numbers in [0, 1) in ascending order, then 1s. */
  readonly fractions: Float32Array;
}

/** The draws of `n` anchors: each takes the next `count` numbers of the stream. */
export function drawsOf(n: number, { count, random }: SampledNegatives): Draws {
  checkPlaces("sampled negatives of the batch", { anchors: n, count });
  const width = 2 ** Math.ceil(Math.log2(count + 1)) - 1, fractions = new Float32Array(n * width).fill(1);
  for (let i = 0; i < n; i++) {
    const row = fractions.subarray(i * width, i * width + count);
    // In 24 bits, which float32 holds: a fraction, and its product with a sum, stays below 1, and below the sum.
    for (let draw = 0; draw < count; draw++) row[draw] = Math.floor(random.uniform() * 2 ** 24) / 2 ** 24;
    row.sort();
  }
  return { count, width, fractions };
}

/** The draws of some of the anchors. */
export function drawsOfRows({ count, width, fractions }: Draws, rows: Int32Array): Draws {
  const some = new Float32Array(rows.length * width);
  rows.forEach((row, i) => some.set(fractions.subarray(row * width, (row + 1) * width), i * width));
  return { count, width, fractions: some };
}

/**
 * The pairs of a loss with `count` negatives of each anchor, drawn with replacement by its softmax weights: a candidate that
 * was drawn `m` times is a negative of weight `m`. A constant of the gradient; an anchor without negatives stays so.
 */
export function sampleNegatives(
  pairs: Pairs,
  options: ResolvedScore,
  { count, width, fractions }: Draws,
): Pairs {
  const { cosines, negatives: { counts } } = pairs, [n, candidates] = cosines.shape;
  checkInteger("number of candidates for sampled negatives", candidates, { max: 2 * UNITS - 1 });
  const hasNegatives = tf.tensor2d(counts.map((negatives) => Math.min(negatives, 1)), [n, 1]);
  const multiplicities = stopGradient(cosines, () => {
    const weights = tf.tidy(() => softmaxWeightsOf(pairs, options));
    const drawn = tf.tidy(() => drawByWeights(weights, tf.tensor2d(fractions, [n, width])));
    weights.dispose();
    return tf.mul(drawn, hasNegatives) as Tensor2D;
  });
  return {
    ...pairs,
    negatives: {
      counts: counts.map((negatives) => negatives > 0 ? count : 0),
      mask: () => tf.mul(tf.relu(tf.sub(1, multiplicities)), MASKED),
    },
    logWeights: tf.log(tf.maximum(multiplicities, 1)),
  };
}

/**
 * How many of each row's draws fall to each candidate: the candidates share out the numbers below the sum of their units, and
 * a draw is one of these numbers. Counts the draws below the end of each candidate by bisection of the sorted draws, as
 * comparing each with each would take `n · c · count` numbers.
 *
 * @param weights `[n, c]`, rows that add up to 1
 * @param fractions see {@linkcode Draws}
 * @returns `[n, c]`; finite for weights that are NaN, too
 */
function drawByWeights(weights: Tensor2D, fractions: Tensor2D): tf.Tensor {
  const [n, candidates] = weights.shape, width = fractions.shape[1], size = n * candidates;
  const [draws, flatEnds] = tf.tidy(() => {
    const ends = tf.cumsum(tf.round(tf.mul(weights, UNITS)), 1);
    const sums = tf.slice(ends, [0, candidates - 1], [n, 1]);
    return [tf.reshape(tf.mul(fractions, sums), [n * width]), tf.reshape(ends, [size])];
  });
  // In shapes and types that are fast on wasm, where a broadcast of integers or a gather takes ten times as long.
  const firstOfRow = new Int32Array(size);
  for (let i = 1; i < n; i++) firstOfRow.fill(i * width, i * candidates, (i + 1) * candidates);
  const first = tf.tensor1d(firstOfRow, "int32");
  let below: tf.Tensor = tf.zeros([size]);
  for (let step = (width + 1) / 2; step >= 1; step /= 2) {
    const next = tf.tidy(() => {
      const at = tf.add(first, tf.cast(tf.add(below, step - 1), "int32"));
      const isBelow = tf.cast(tf.less(tf.gatherND(draws, tf.reshape(at, [size, 1])), flatEnds), "float32");
      return tf.add(below, tf.mul(isBelow, step));
    });
    below.dispose();
    below = next;
  }
  tf.dispose([first, draws, flatEnds]);
  const rows = tf.reshape(below, [n, candidates]);
  return tf.sub(rows, tf.concat([tf.zeros([n, 1]), tf.slice(rows, [0, 0], [n, candidates - 1])], 1));
}
