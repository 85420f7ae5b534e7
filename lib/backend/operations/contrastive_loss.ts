import * as tf from "../../core/tfjs.ts";
import { isRecorded } from "../../core/own_tape.ts";
import { hasKernel } from "./has_kernel.ts";

/**
 * What a contrastive loss adds up, of embeddings in an order in which those of an anchor that are no negatives follow each other,
 * and so do its positives, among which it is itself. Lists are in that order, too.
 */
export interface ContrastiveTerms {
  /** Which embedding each one is in this order, `[n]`. */
  readonly order: Int32Array;
  /** `[2n]`, of every anchor the first and the one after the last that is no negative. */
  readonly excluded: Int32Array;
  /** `[2n]`, of every anchor the first positive and the one after the last, itself included. */
  readonly positives: Int32Array;
  /** Number of negatives of every anchor that counts, `[n]`; 0 for the others. */
  readonly counts: Float32Array;
  /** What a pair of an anchor and a positive weighs, `[n]`; 0 where it does not count. */
  readonly weights: Float32Array;
  /** `log Q` of every anchor, `[n]`. */
  readonly logNegativeWeight: Float32Array;
  /** `T`. */
  readonly temperature: number;
  /** Of the logarithm of a negative's weight in the cosine, from 0 to 64/T. */
  readonly slope: number;
  /** Whether weights are constants in the gradient. */
  readonly stopWeightGradient: boolean;
  /** Whether embeddings have unit norm, or are 0. */
  readonly unitRows: boolean;
  /** Whether the negatives are the whole denominator. */
  readonly positiveIncluded: boolean;
  /** Whether `Q` is the number of negatives. */
  readonly countedWeight: boolean;
  /** Whether the mean over an anchor's positives is inside the logarithm. */
  readonly meanInside: boolean;
}

/** Whether the running backend has the loss of these embeddings as one kernel. */
export function hasContrastiveLoss(embeddings: tf.Tensor): boolean {
  return hasKernel("ContrastiveLoss", embeddings);
}

/**
 * The contrastive loss of embeddings `[n, dim]` with its gradient, of cosines `u` and `s = u/T`, for anchor `i` and positive `p`
 *
 * `loss_ip = log(1 + e^y)` with `y = log Q_i + log( Σ_j w_ij e^{s_ij} / Σ_j w_ij ) − s_ip` and `w_ij = e^{slope · u_ij}`
 *
 * or `y` itself, times its weight and added up. In memory for the embeddings a few times over and 16 MiB, whatever their number: the
 * cosines are computed in tiles, once for both of a pair. While gradients are recorded, the gradient comes with the value, so
 * that of the exponents and of the tiles of a few embeddings nothing is computed twice.
 *
 * One kernel, see {@linkcode hasContrastiveLoss}.
 */
export function contrastiveLoss(embeddings: tf.Tensor2D, terms: ContrastiveTerms): tf.Scalar {
  const kernel = (x: tf.Tensor, withGradient: boolean) =>
    tf.engine().runKernel(
      "ContrastiveLoss",
      { x },
      { ...terms, withGradient } as unknown as tf.NamedAttrMap,
    ) as tf.Tensor[];
  if (!isRecorded()) return kernel(embeddings, false)[0] as tf.Scalar;
  const op = tf.customGrad((x, save) => {
    const [value, gradient] = kernel(x as tf.Tensor, true);
    (save as tf.GradSaveFunc)([gradient]);
    return { value, gradFunc: (dy, saved) => tf.mul((saved as tf.Tensor[])[0], dy as tf.Tensor) };
  });
  return op(embeddings) as tf.Scalar;
}
