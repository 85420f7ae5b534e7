import * as tf from "@tensorflow/tfjs";
import { checkInteger, checkPlaces } from "../core/checks.ts";
import type { Random } from "../core/random.ts";
import { detached } from "../core/similarity.ts";
import type { Tensor2D } from "../core/tensors.ts";
import { EXCLUDED } from "./negatives.ts";
import type { ResolvedScore, SampledNegatives } from "./options.ts";
import { type Pairs, sharesOfPairs } from "./pair_loss.ts";

/**
 * What a softmax weight of 1 is in whole numbers, so that their sums, at most 2²⁴, are exact in float32 on every backend,
 * whatever the order: a masked candidate, of weight 0, ends where it starts.
 */
const UNITS = 2 ** 23;

/**
 * The pairs of a loss with `count` negatives of each anchor, drawn with replacement by its softmax weights: a candidate that
 * was drawn `m` times is a negative of weight `m`. A constant of the gradient; an anchor without negatives stays so.
 */
export function sampleNegatives(
  pairs: Pairs,
  options: ResolvedScore,
  { count, random }: SampledNegatives,
): Pairs {
  const { cosines, negatives: { counts } } = pairs, [n, candidates] = cosines.shape;
  checkPlaces("sampled negatives of the batch", { anchors: n, count });
  checkInteger("number of candidates for sampled negatives", candidates, { max: 2 * UNITS - 1 });
  const fractions = sortedFractions(n, count, random);
  const hasNegatives = tf.tensor2d(counts.map((negatives) => Math.min(negatives, 1)), [n, 1]);
  const multiplicities = detached(cosines, () => {
    const drawn = drawByWeights(sharesOfPairs(pairs, options), fractions);
    return tf.mul(drawn, hasNegatives) as Tensor2D;
  });
  return {
    ...pairs,
    negatives: {
      counts: counts.map((negatives) => negatives > 0 ? count : 0),
      excluded: () => tf.mul(tf.relu(tf.sub(1, multiplicities)), EXCLUDED),
    },
    logWeights: tf.log(tf.maximum(multiplicities, 1)),
  };
}

/**
 * Numbers in [0, 1) for each of `n` anchors, `[n, width]`: `count` of the stream in ascending order, then 2s up to a width
 * of `2ᵐ − 1`.
 */
function sortedFractions(n: number, count: number, random: Random): Tensor2D {
  const width = 2 ** Math.ceil(Math.log2(count + 1)) - 1, fractions = new Float32Array(n * width).fill(2);
  for (let i = 0; i < n; i++) {
    const row = fractions.subarray(i * width, i * width + count);
    // With 23 bits a fraction of a whole number stays below it in float32.
    for (let draw = 0; draw < count; draw++) row[draw] = Math.floor(random.uniform() * 2 ** 23) / 2 ** 23;
    row.sort();
  }
  return tf.tensor2d(fractions, [n, width]);
}

/**
 * How many of each row's draws fall to each candidate: the candidates share out the numbers below their sum in units, and a
 * draw is one of these numbers. Counts the draws below the end of each candidate by bisection of the sorted draws, as
 * comparing each with each would take `n · c · count` numbers.
 *
 * @param weights `[n, c]`, rows that add up to 1
 * @param fractions see {@linkcode sortedFractions}
 * @returns `[n, c]`; finite for weights that are NaN, too
 */
function drawByWeights(weights: Tensor2D, fractions: Tensor2D): tf.Tensor {
  const [n, candidates] = weights.shape, width = fractions.shape[1];
  const ends = tf.cumsum(tf.round(tf.mul(weights, UNITS)), 1);
  const draws = tf.reshape(tf.mul(fractions, tf.slice(ends, [0, candidates - 1], [n, 1])), [n * width]);
  const whole = tf.floor(draws), firstOfRow = Int32Array.from({ length: n }, (_, i) => i * width);
  const rows = tf.add(tf.tensor2d(firstOfRow, [n, 1], "int32"), tf.zeros([n, candidates], "int32"));
  let below: tf.Tensor = tf.zeros([n, candidates], "int32");
  for (let step = (width + 1) / 2; step >= 1; step /= 2) {
    const at = tf.add(tf.add(rows, below), tf.scalar(step - 1, "int32"));
    const isBelow = tf.cast(tf.less(tf.gather(whole, at), ends), "int32");
    below = tf.add(below, tf.mul(isBelow, tf.scalar(step, "int32")));
  }
  const before = tf.concat([tf.zeros([n, 1], "int32"), tf.slice(below, [0, 0], [n, candidates - 1])], 1);
  return tf.cast(tf.sub(below, before), "float32");
}
