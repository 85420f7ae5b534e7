import * as tf from "../core/tfjs.ts";
import {
  checkArray,
  checkInteger,
  checkLength,
  checkNumber,
  checkOptions,
  describe,
} from "../core/checks.ts";
import { firstOrder } from "../core/first_order.ts";
import { floatTensor } from "../core/float_tensor.ts";
import { integerLabels, type Labels } from "../core/labels.ts";
import { innerProducts, normalizeRows } from "../core/similarity.ts";
import type { Scalar, Tensor, Tensor2D } from "../core/tensors.ts";
import { denseLabels } from "./labels.ts";
import { differingIds, LARGEST_EXPONENT, listedNegatives, type NegativePairs } from "./negatives.ts";
import { resolveScore, SCORE_OPTIONS, type ScoreOptions } from "./options.ts";
import { pairLoss } from "./pair_loss.ts";
import { pairedPositives } from "./positives.ts";

/** Options of {@linkcode sampledLoss}. */
export interface SampledOptions extends ScoreOptions {
  /** One integer per anchor, any range; with `negativeLabels`, negatives of the anchor's label do not count. */
  labels?: Labels;
  /** One integer per negative: `[n, k]` row-major, or `[k]` for shared ones. */
  negativeLabels?: Labels;
  /** How many of its negatives, from the first on, each anchor has, as in {@linkcode Draws.counts}; not for shared ones. */
  counts?: ArrayLike<number>;
  /** Logarithm of a weight of each negative besides `η`, within ±1e16: `[n, k]` row-major, or `[k]` for shared ones. */
  logWeights?: ArrayLike<number>;
}

/**
 * The contrastive loss of anchors, one positive each, and an explicit set of `k` negatives, such as a
 * {@linkcode negativeSampler} draws or a {@linkcode MemoryBank} holds:
 *
 * `loss_i = −log( e^{s_i⁺} / ( e^{s_i⁺} + Q/Σ_j w_ij · Σ_j w_ij e^{s_ij} ) )`, `w_ij = η(u_ij) · e^{logWeights}`
 *
 * averaged over the anchors that have a negative, with `Q` their number unless `negativeWeight` says otherwise; without
 * any such anchor it is 0 with zero gradient. With negatives drawn from `q(·|x)` it is the estimate of `L_k`, and takes no
 * hardening where the sampler has already; an anchor that a threshold above every cosine has left without draws does not
 * count, while one that has negatives and `hardening: threshold(…)` here falls back to the hardest of them.
 *
 * It equals an in-batch loss with positives `"view"` if view 1 and view 2 take turns as anchors and all embeddings of the
 * batch are the shared negatives, labelled by class for SCL and H-SCL and by item for UCL and H-UCL, and both have the same
 * `negativeWeight`: by default a batch takes `2·batch − 2`.
 *
 * @param anchors `[n, dim]`
 * @param positives `[n, dim]`, row `i` the positive of anchor `i`
 * @param negatives `[n, k, dim]`, or `[k, dim]` to share them among all anchors
 * @param options see {@linkcode SampledOptions}
 * @returns a scalar, differentiable in all three, once; give constants to keep the gradient out of a bank
 * @throws {RangeError} if shapes or lengths do not fit, a value is out of range or options exclude each other
 * @throws {TypeError} if an argument is no tensor of numbers, only one of the two lists of labels is given, or a label is no
 * integer
 *
 * Source: Jiang et al., arXiv 2209.00078, section 3, the loss with `k` negatives.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { exponential, initBackend, negativeSampler, sampledLoss } from "@hscl/hscl";
 * await initBackend({ backend: "cpu" });
 * const bank = Float32Array.of(1, 0, 0.8, 0.6, 0.6, 0.8, -1, 0), embeddings = tf.tensor2d(bank, [4, 2]);
 * const sampler = negativeSampler({
 *   kind: "hscl",
 *   embeddings: bank,
 *   dim: 2,
 *   labels: [0, 0, 1, 1],
 *   hardening: exponential(1),
 *   seed: 0,
 * });
 * const { indices, counts } = sampler.draw([0, 2], { k: 2 });
 * const rows = tf.tensor2d(indices.map((row) => Math.max(row, 0)), [2, 2], "int32"); // −1 where nothing was drawn
 * const negatives = tf.gather(embeddings, rows);
 * const anchors = tf.gather(embeddings, [0, 2]), positives = tf.gather(embeddings, [1, 3]);
 * const [loss] = await sampledLoss(anchors, positives, negatives, { counts }).data();
 * assert(loss > 0);
 * ```
 */
export function sampledLoss(
  anchors: Tensor2D,
  positives: Tensor2D,
  negatives: Tensor,
  options: SampledOptions = {},
): Scalar {
  return tf.tidy(() => {
    const once = <T extends Tensor>(name: string, x: T) => firstOrder("the loss", floatTensor(name, x));
    return lossOf(
      once("anchors", anchors),
      once("positives", positives),
      once("negatives", negatives),
      options,
    );
  });
}

const SAMPLED_OPTIONS = {
  ...SCORE_OPTIONS,
  labels: true,
  negativeLabels: true,
  counts: true,
  logWeights: true,
} as const;

const RANGE = { min: -LARGEST_EXPONENT, max: LARGEST_EXPONENT };

function lossOf(
  anchors: Tensor2D,
  positives: Tensor2D,
  negatives: Tensor,
  options: SampledOptions,
): Scalar {
  checkOptions(options, SAMPLED_OPTIONS);
  checkShapes(anchors, positives, negatives);
  const [n, dim] = anchors.shape, k = negatives.shape[negatives.rank - 2];
  const resolved = resolveScore(options, {
    negativeWeight: "count",
    positiveIncluded: false,
    meanInside: false,
  });
  const negativePairs = pairsOf(n, k, negatives.rank === 2, options), { logWeights } = options;
  const rowsOfWeights = negatives.rank === 2 ? 1 : n;
  if (logWeights) {
    checkArray("logWeights", logWeights, "numbers");
    checkLength("logWeights", logWeights, rowsOfWeights * k, "one per negative");
    for (let i = 0; i < logWeights.length; i++) checkNumber("logWeights", logWeights[i], RANGE);
  }
  const unit = (x: Tensor2D) => resolved.normalize ? normalizeRows(x) : x;
  const anchorRows = unit(anchors), positiveRows = unit(positives);
  const candidates = unit(tf.reshape(negatives, [-1, dim]) as Tensor2D);
  const cosines = negatives.rank === 2 ? innerProducts(anchorRows, candidates) : tf.reshape(
    tf.matMul(tf.reshape(candidates, [n, k, dim]), tf.reshape(anchorRows, [n, dim, 1])),
    [n, k],
  ) as Tensor2D;
  return pairLoss({
    cosines,
    negatives: negativePairs,
    logWeights: logWeights && tf.tensor2d(Float32Array.from(logWeights), [rowsOfWeights, k]),
    positiveCosines: tf.sum(tf.mul(anchorRows, positiveRows), 1),
    positives: pairedPositives(negativePairs.counts),
  }, resolved);
}

function checkShapes(
  anchors: Tensor2D,
  positives: Tensor2D,
  negatives: Tensor,
): void {
  const [n, dim] = anchors.shape, { shape } = negatives;
  const fits = anchors.rank === 2 && positives.rank === 2 && positives.shape[0] === n &&
    positives.shape[1] === dim && (shape.length === 2 || shape.length === 3 && shape[0] === n) &&
    shape[shape.length - 1] === dim;
  if (!fits || negatives.size === 0 || anchors.size === 0) {
    throw new RangeError(
      "Cannot compute the loss as anchors and positives must be [n, dim], negatives [n, k, dim] or [k, dim], and none " +
        `empty: received ${describe(anchors.shape)}, ${describe(positives.shape)} and ${describe(shape)}`,
    );
  }
}

function pairsOf(
  n: number,
  k: number,
  shared: boolean,
  { labels: ofAnchors, negativeLabels: ofNegatives, counts }: SampledOptions,
): NegativePairs {
  if ((ofAnchors === undefined) !== (ofNegatives === undefined)) {
    throw new TypeError(
      `Cannot leave out negatives by label as labels of both anchors and negatives are required: received those of ${
        ofAnchors !== undefined ? "anchors" : "negatives"
      } only`,
    );
  }
  const labels = ofAnchors === undefined
    ? undefined
    : integerLabels("labels", ofAnchors, n, "one per anchor");
  const negativeLabels = ofNegatives === undefined
    ? undefined
    : integerLabels("negativeLabels", ofNegatives, shared ? k : n * k, "one per negative");
  if (counts) {
    if (shared) {
      throw new RangeError("Cannot use counts as negatives must not be shared: received negatives [k, dim]");
    }
    checkArray("counts", counts, "integers");
    checkLength("counts", counts, n, "one per anchor");
    for (let i = 0; i < n; i++) checkInteger("counts", counts[i], { min: 0, max: k });
  }
  if (!shared) {
    return listedNegatives(
      n,
      k,
      counts,
      labels && negativeLabels && { anchors: labels, candidates: negativeLabels },
    );
  }
  if (labels && negativeLabels) {
    const [anchors, candidates] = denseLabels(labels, negativeLabels);
    return differingIds({ anchors, candidates });
  }
  return differingIds({ anchors: new Int32Array(n), candidates: new Int32Array(k).fill(1) });
}
