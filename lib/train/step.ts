import * as tf from "@tensorflow/tfjs";
import type { Scalar, Tensor, Tensor2D, Tensor4D } from "../core/tensors.ts";
import type { Encoder } from "../encoders/encoder.ts";
import type { Adam } from "./adam.ts";
import type { TrainingLoss } from "./loss_settings.ts";

/** Two views of a batch, `[batch, height, width, channels]`, and its labels. */
export interface Batch {
  /** First views. */
  view1: Tensor4D;
  /** Second views, in the same order. */
  view2: Tensor4D;
  /** One per item. */
  labels: Int32Array;
}

/**
 * One optimizer step: both views through the encoder and its head, the loss, its gradient, the update. Batch norm sees each
 * view on its own, as in the paper's code; layers before it take both at once.
 *
 * @returns the loss before the update, a scalar the caller disposes
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { Adam, convnet, initBackend, lossFromSettings, Random, trainStep } from "@hscl/hscl";
 * await initBackend({ backend: "cpu" });
 * const head = { hidden: 8, output: 4 };
 * const encoder = convnet({ channels: 1, widths: [4], strides: [2], head }, new Random(0));
 * const optimizer = new Adam({ learningRate: 1e-3, weightDecay: 1e-6 });
 * const view = () => tf.randomUniform<tf.Rank.R4>([4, 8, 8, 1], 0, 1, "float32", 1);
 * const batch = { view1: view(), view2: view(), labels: Int32Array.of(0, 0, 1, 1) };
 * const loss = trainStep(encoder, lossFromSettings({ name: "scl" }), optimizer, batch);
 * assert((await loss.data())[0] > 0);
 * ```
 */
export function trainStep(
  encoder: Encoder,
  loss: TrainingLoss,
  optimizer: Adam,
  { view1, view2, labels }: Batch,
): Scalar {
  return tf.tidy(() => {
    const variables = encoder.parameters.filter(({ trainable }) => trainable).map(({ variable }) => variable);
    const { value, grads } = releasing(() =>
      tf.variableGrads(() => {
        const [first, second] = featuresOf(encoder, view1, view2);
        return loss(encoder.project(first, true), encoder.project(second, true), labels);
      }, variables)
    );
    optimizer.update(variables, grads);
    return value;
  });
}

/** Frees what was kept for a gradient that did not come about, as when memory runs out: TensorFlow.js would keep it for ever. */
function releasing<T>(compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    const { activeTape } = tf.engine().state as { activeTape?: { saved?: Tensor[] }[] };
    for (const { saved } of activeTape ?? []) tf.dispose(saved ?? []);
    throw error;
  }
}

/** Features of both views, in one pass where that makes no difference. */
function featuresOf(encoder: Encoder, view1: Tensor4D, view2: Tensor4D): Tensor2D[] {
  if (!encoder.itemwise) return [view1, view2].map((view) => encoder.features(view, true));
  const both = encoder.features(tf.concat([view1, view2]), true);
  return tf.split(both, [view1.shape[0], view2.shape[0]]);
}
