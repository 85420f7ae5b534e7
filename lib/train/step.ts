import * as tf from "@tensorflow/tfjs";
import type { Encoder } from "../encoders/encoder.ts";
import type { TrainingLoss } from "./loss_settings.ts";

/** Settings of Adam; the paper's code uses learning rate 1e-3 and weight decay 1e-6. */
export interface AdamSettings {
  /** Step size. */
  learningRate: number;
  /** `λ`: adds `λ·w` to the gradient of every weight `w`, as PyTorch's Adam does. */
  weightDecay: number;
}

/** Adam with PyTorch's constants. Source: Kingma & Ba, arXiv 1412.6980. */
export function adam({ learningRate }: AdamSettings): tf.AdamOptimizer {
  return tf.train.adam(learningRate, 0.9, 0.999, 1e-8);
}

/** Two views of a batch, `[batch, height, width, channels]`, and its labels. */
export interface Batch {
  /** First views. */
  view1: tf.Tensor4D;
  /** Second views, in the same order. */
  view2: tf.Tensor4D;
  /** One per item. */
  labels: Int32Array;
}

/**
 * One optimizer step: both views through the encoder and its head, the loss, its gradient, weight decay, the update.
 * The views pass one after the other, so batch norm sees each on its own, as in the paper's code.
 *
 * @returns the loss before the update, a scalar the caller disposes
 */
export function trainStep(
  encoder: Encoder,
  loss: TrainingLoss,
  optimizer: tf.Optimizer,
  weightDecay: number,
  { view1, view2, labels }: Batch,
): tf.Scalar {
  return tf.tidy(() => {
    const variables = encoder.parameters.filter(({ trainable }) => trainable).map(({ variable }) => variable);
    const embed = (view: tf.Tensor4D) => encoder.project(encoder.features(view, true), true);
    const { value, grads } = tf.variableGrads(() => loss(embed(view1), embed(view2), labels), variables);
    if (weightDecay > 0) {
      for (const variable of variables) {
        grads[variable.name] = tf.add(grads[variable.name], tf.mul(variable, weightDecay));
      }
    }
    optimizer.applyGradients(grads);
    return value;
  });
}
