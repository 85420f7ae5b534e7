import * as tf from "../core/tfjs.ts";
import type { Scalar, Tensor2D } from "../core/tensors.ts";
import { hinge } from "./hinge.ts";
import { infoNce } from "./info_nce.ts";
import { logMeanNegative, type LogWeights, type MeanOptions, softmaxWeights } from "./log_mean_negative.ts";
import type { NegativePairs } from "./negatives.ts";
import type { ResolvedScore } from "./options.ts";
import type { PositivePairs } from "./positives.ts";

/** What a loss is computed from, whether of a batch or of explicit negatives. */
export interface Pairs {
  /** Of anchors and candidates, `[n, c]`. */
  readonly cosines: Tensor2D;
  /** Which of the candidates are negatives. */
  readonly negatives: NegativePairs;
  /** Logarithms of weights besides η, broadcast to `[n, c]`. */
  readonly logWeights?: Tensor2D;
  /** Of anchors and positives, block after block. */
  readonly positiveCosines: tf.Tensor1D;
  /** Which pairs these are, and what they weigh. */
  readonly positives: PositivePairs;
}

/** Weighted mean of `ψ` over the positive pairs. */
export function pairLoss(pairs: Pairs, options: ResolvedScore): Scalar {
  const { cosines, positiveCosines, positives } = pairs;
  if (options.psi === "hinge") {
    return hinge(cosines, softmaxWeightsOf(pairs, options), positiveCosines, positives, options);
  }
  const { negativeWeight } = options;
  const logNegativeWeight = pairs.negatives.counts.map((count) =>
    Math.log(negativeWeight === "count" ? Math.max(count, 1) : negativeWeight)
  );
  return infoNce(
    logMeanNegative(cosines, meanOptions(pairs, options)),
    positiveCosines,
    logNegativeWeight,
    positives,
    options,
  );
}

/** Means over the valid anchors that say what the negatives of a loss were; scalars. */
export interface NegativeStats {
  /** Of `(Σw)² / Σw²`. */
  effectiveNegatives: Scalar;
  /** Of the weighted mean of the negatives' cosines. */
  meanHardness: Scalar;
}

/** Statistics of the negatives; 0 if no anchor has any. */
export function negativeStats(pairs: Pairs, options: ResolvedScore): NegativeStats {
  const { cosines, negatives: { counts }, positives: { validAnchors } } = pairs;
  if (validAnchors === 0) return { effectiveNegatives: tf.scalar(0), meanHardness: tf.scalar(0) };
  const weights = softmaxWeightsOf(pairs, options);
  const inMean = tf.tensor1d(counts.map((count) => count > 0 ? 1 / validAnchors : 0));
  return {
    effectiveNegatives: tf.sum(tf.div(inMean, tf.sum(tf.square(weights), 1))),
    meanHardness: tf.sum(tf.mul(inMean, tf.sum(tf.mul(weights, cosines), 1))),
  };
}

/** Weights of every anchor's negatives, adding up to 1, `[n, c]`; see {@linkcode softmaxWeights}. */
export function softmaxWeightsOf(pairs: Pairs, options: ResolvedScore): Tensor2D {
  return softmaxWeights(pairs.cosines, meanOptions(pairs, options));
}

function meanOptions(pairs: Pairs, options: ResolvedScore): MeanOptions {
  const { temperature, stopWeightGradient } = options;
  return {
    temperature,
    stopWeightGradient,
    negatives: pairs.negatives,
    logWeights: logWeights(pairs, options),
  };
}

/** `log w` of all pairs; where it is linear in the cosine only its slope, as no array is needed. */
function logWeights({ cosines, logWeights }: Pairs, { hardening, temperature }: ResolvedScore): LogWeights {
  if (logWeights) {
    const logEta = hardening ? hardening.logEta(cosines, temperature) : tf.zeros(cosines.shape);
    return tf.add(logEta, logWeights);
  }
  if (!hardening) return 0;
  return hardening.slope?.(temperature) ?? hardening.logEta(cosines, temperature) as Tensor2D;
}
