import * as tf from "@tensorflow/tfjs";
import type { Encoder } from "../encoders/encoder.ts";
import type { Adam } from "./adam.ts";
import type { TrainingLoss } from "./loss_settings.ts";

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
 * One optimizer step: both views through the encoder and its head, the loss, its gradient, the update. The views pass one
 * after the other, so batch norm sees each on its own, as in the paper's code.
 *
 * @returns the loss before the update, a scalar the caller disposes
 *
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { Adam, convnet, initBackend, lossFromSettings, Random, trainStep } from "hscl";
 * await initBackend({ backend: "cpu" });
 * const head = { hidden: 8, output: 4 };
 * const encoder = convnet({ channels: 1, widths: [4], strides: [2], head }, new Random(0));
 * const optimizer = new Adam({ learningRate: 1e-3, weightDecay: 1e-6 });
 * const view = () => tf.randomUniform<tf.Rank.R4>([4, 8, 8, 1], 0, 1, "float32", 1);
 * const batch = { view1: view(), view2: view(), labels: Int32Array.of(0, 0, 1, 1) };
 * const loss = trainStep(encoder, lossFromSettings({ name: "scl" }), optimizer, batch);
 * console.assert((await loss.data())[0] > 0);
 * ```
 */
export function trainStep(
  encoder: Encoder,
  loss: TrainingLoss,
  optimizer: Adam,
  { view1, view2, labels }: Batch,
): tf.Scalar {
  return tf.tidy(() => {
    const variables = encoder.parameters.filter(({ trainable }) => trainable).map(({ variable }) => variable);
    const embed = (view: tf.Tensor4D) => encoder.project(encoder.features(view, true), true);
    const { value, grads } = tf.variableGrads(() => loss(embed(view1), embed(view2), labels), variables);
    optimizer.update(variables, grads);
    return value;
  });
}
