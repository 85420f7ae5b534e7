import * as tf from "@tensorflow/tfjs";
import { margins } from "./margins.ts";
import type { ResolvedOptions } from "./options.ts";
import type { BatchPositives, PositiveBlocks } from "./positives.ts";

/**
 * Mean over the positive pairs of `softplus(y_ip)`, with the margins `y_ip` of {@linkcode margins}: the logarithm of the
 * negatives' part of the denominator over the positive's.
 *
 * With `r_ip` the pair's weight times `σ(y_ip)`, the gradient is `r_ip · ∂y/∂m` in the anchor's `m` and `r_ip · ∂y/∂s` in the
 * pair's score, which each of the two embeddings gets times the other.
 *
 * @param embeddings `[2B, dim]`
 * @param logMean `m`, `[2B, 1]`
 * @param logNegativeWeight `log Q`, `[2B]`
 */
export function positiveMean(
  embeddings: tf.Tensor2D,
  logMean: tf.Tensor2D,
  logNegativeWeight: Float32Array,
  positives: BatchPositives,
  options: ResolvedOptions,
): tf.Scalar {
  const op = tf.customGrad((z, m, save) => {
    const parts = positives.blocks.map((blocks) =>
      pairMargins(z as tf.Tensor2D, m as tf.Tensor2D, logNegativeWeight, blocks, options)
    );
    (save as tf.GradSaveFunc)(parts.flatMap(({ saved }) => saved));
    return {
      value: tf.addN(parts.map(({ loss }) => loss)),
      gradFunc: (dy, saved) => {
        const perPart = (saved as tf.Tensor[]).length / parts.length;
        const gradients = parts.map((_, p) =>
          blockGradients(
            dy as tf.Scalar,
            (saved as tf.Tensor3D[]).slice(p * perPart, (p + 1) * perPart),
            options.temperature,
          )
        );
        const rows = tf.tensor2d(positives.rowOf, [positives.rowOf.length, 1], "int32");
        return [0, 1].map((input) => {
          const all = gradients.map((gradient) => gradient[input]);
          return tf.gatherND(all.length > 1 ? tf.concat(all, 0) : all[0], rows);
        });
      },
    };
  });
  return op(embeddings, logMean) as tf.Scalar;
}

/** Loss of the pairs within blocks, and what its gradient needs. */
function pairMargins(
  z: tf.Tensor2D,
  m: tf.Tensor2D,
  logNegativeWeight: Float32Array,
  { count, size, members, weights }: PositiveBlocks,
  options: ResolvedOptions,
): { loss: tf.Tensor; saved: tf.Tensor[] } {
  const index = tf.tensor2d(members, [count * size, 1], "int32");
  const rows = tf.reshape(tf.gatherND(z, index), [count, size, z.shape[1]]);
  const logMeans = tf.reshape(tf.gatherND(m, index), [count, size, 1]);
  const logQ = tf.tensor3d(Float32Array.from(members, (i) => logNegativeWeight[i]), [count, size, 1]);
  const scores = tf.mul(tf.matMul(rows, rows, false, true), 1 / options.temperature);
  const { values, slopes } = margins(logMeans, scores, options);
  const y = tf.add(values, logQ), pairWeights = tf.tensor3d(weights, [count, size, size]);
  return {
    loss: tf.sum(tf.sum(tf.mul(tf.softplus(y), pairWeights), 2)),
    saved: [rows, y, pairWeights, ...slopes],
  };
}

/** Gradients in the rows of the blocks' embeddings and in those of their `m`. */
function blockGradients(dy: tf.Scalar, saved: tf.Tensor3D[], temperature: number): [tf.Tensor, tf.Tensor] {
  const [rows, y, weights, inMean, inScore] = saved;
  const [count, size, dim] = rows.shape;
  const pulls = tf.mul(tf.mul(tf.sigmoid(y), weights), dy);
  const meanPulls = inMean ? tf.mul(pulls, inMean) : pulls;
  const scorePulls = tf.mul(inScore ? tf.mul(pulls, inScore) : pulls, (inScore ? 1 : -1) / temperature);
  const toRows = tf.add(tf.matMul(scorePulls, rows), tf.matMul(scorePulls, rows, true));
  return [
    tf.reshape(toRows, [count * size, dim]),
    tf.reshape(tf.sum(meanPulls, 2), [count * size, 1]),
  ];
}
