import * as tf from "../core/tfjs.ts";
import type { Scalar, Tensor2D, Variable } from "../core/tensors.ts";
import type { Encoder } from "../encoders/encoder.ts";
import { lossApart } from "./loss_apart.ts";
import type { TrainingLoss } from "./loss_settings.ts";
import type { Batch, SingleViewBatch } from "./step.ts";

/** The views of a batch: one or two. */
export function viewsOf<Input>({ view1, view2 }: Batch<Input> | SingleViewBatch<Input>): Input[] {
  return view2 === undefined ? [view1] : [view1, view2];
}

/** Views that pass an encoder at once: all where that makes no difference, else each on its own. */
export function passing<Input, T>(encoder: Encoder<Input>, views: readonly T[]): T[][] {
  return encoder.itemwise ? [[...views]] : views.map((view) => [view]);
}

/**
 * The loss of a batch by the features of its views.
 *
 * @param variables what it may depend on besides
 */
export function lossOfFeatures<Input>(
  encoder: Encoder<Input>,
  loss: TrainingLoss,
  features: readonly Tensor2D[],
  labels: Int32Array,
  variables: readonly Variable[],
): Scalar {
  const embeddings = features.map((view) => encoder.project(view, true)), [first, second] = embeddings;
  return lossApart(() => {
    const ofPairs = second === undefined ? loss.ofOneView!(first, labels) : loss(first, second, labels);
    return loss.ofFeatures ? tf.add(ofPairs, loss.ofFeatures(features, labels)) as Scalar : ofPairs;
  }, [...embeddings, ...features, ...variables]);
}
