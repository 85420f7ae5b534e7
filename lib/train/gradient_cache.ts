import * as tf from "../core/tfjs.ts";
import type { Scalar, Tensor, Tensor2D, Tensor4D, Variable } from "../core/tensors.ts";
import type { Encoder } from "../encoders/encoder.ts";
import { lossOfFeatures, passing, viewsOf } from "./batch_loss.ts";
import type { Chunk } from "./chunks.ts";
import type { TrainingLoss } from "./loss_settings.ts";
import { releasing } from "./releasing.ts";
import { RunningState } from "./running_state.ts";
import type { Batch, SingleViewBatch } from "./step.ts";

/**
 * The loss of a batch and its gradient, with what one chunk of images takes in memory: first the features of every chunk, without a
 * gradient; then the loss of the whole batch, and its gradient in the head and in the features; then every chunk once more, for what
 * that is in the layers before.
 *
 * The head has the whole batch before it, as in a direct step; only batch norm in layers before it sees the chunk alone, in both of
 * its passes. Their running statistics move once for each view, by the mean of what the chunks would move them.
 *
 * Source: Gao, Zhang, Han & Callan, arXiv 2101.06983, which keeps embeddings where this keeps features.
 *
 * @param variables what is trained
 * @param chunks of the batch
 * @returns gradients by the variables' names
 */
export function cachedGradients(
  encoder: Encoder,
  loss: TrainingLoss,
  batch: Batch | SingleViewBatch,
  variables: Variable[],
  chunks: readonly Chunk[],
): { value: Scalar; grads: Record<string, Tensor> } {
  return tf.tidy(() => {
    const state = new RunningState(encoder);
    const views = passing(encoder, viewsOf(batch));
    const features = views.flatMap((together) => featuresOf(encoder, state, together, chunks));
    const { value, grads, inFeatures } = lossGradients(encoder, loss, features, batch.labels, variables);
    const upstream = passing(encoder, inFeatures);
    let total = grads;
    for (const [i, together] of views.entries()) {
      for (const chunk of chunks) {
        const before = total;
        total = state.kept(() =>
          tf.tidy(() => {
            const images = joined(together, chunk), dy = joined(upstream[i], chunk);
            const { grads } = releasing(() =>
              tf.engine().gradients(() => encoder.features(images, true), variables, dy, true)
            );
            return sums(before, variables, grads);
          })
        );
        tf.dispose(before);
      }
    }
    return { value, grads: total };
  });
}

/** Features of views that pass at once, chunk by chunk and without a gradient: a tensor for each view. */
function featuresOf(
  encoder: Encoder,
  state: RunningState,
  views: readonly Tensor4D[],
  chunks: readonly Chunk[],
): Tensor2D[] {
  return tf.tidy(() => {
    const items = views[0].shape[0];
    const blocks = state.movedOnce(chunks.map((chunk) => ({
      weight: chunk.count / items,
      pass: () => tf.tidy(() => tf.split(encoder.features(joined(views, chunk), true), views.length)),
    })));
    return views.map((_, view) => tf.concat(blocks.map((block) => block[view] as Tensor2D)));
  });
}

/** The loss of features, its gradients in trained variables – those of the head, which it depends on – and in the features. */
function lossGradients(
  encoder: Encoder,
  loss: TrainingLoss,
  features: Tensor2D[],
  labels: Int32Array,
  variables: Variable[],
): { value: Scalar; grads: Record<string, Tensor>; inFeatures: Tensor2D[] } {
  const views = features.map((view) => tf.variable(view) as Tensor2D & Variable);
  try {
    const { value, grads } = releasing(() =>
      tf.variableGrads(
        () => lossOfFeatures(encoder, loss, views, labels, variables),
        [...variables, ...views],
      )
    );
    const inFeatures = views.map(({ name }, i) => grads[name] as Tensor2D ?? tf.zerosLike(features[i]));
    for (const { name } of views) delete grads[name];
    return { value, grads, inFeatures };
  } finally {
    tf.dispose(views);
  }
}

/** A chunk of each view, one after the other. */
function joined<T extends Tensor>(views: readonly T[], { first, count }: Chunk): T {
  return tf.tidy(() => tf.concat(views.map((view) => tf.slice(view, first, count))) as T);
}

/** Gradients by name, and others added; there is none of what is not depended on. */
function sums(
  total: Record<string, Tensor>,
  variables: readonly Variable[],
  more: readonly (Tensor | null)[],
): Record<string, Tensor> {
  const sum = variables.flatMap(({ name }, i): [string, Tensor][] => {
    const both = [total[name], more[i]].filter((gradient) => gradient != null);
    return both.length > 0 ? [[name, tf.addN(both)]] : [];
  });
  return Object.fromEntries(sum);
}
