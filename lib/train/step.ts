import * as tf from "../core/tfjs.ts";
import { captured } from "../backend/captured.ts";
import { checkBoolean, checkOptions, describe } from "../core/checks.ts";
import type { Scalar, Tensor, Tensor2D, Tensor4D, Variable } from "../core/tensors.ts";
import type { Encoder } from "../encoders/encoder.ts";
import { lossOfFeatures, passing, viewsOf } from "./batch_loss.ts";
import { chunksOf } from "./chunks.ts";
import { cachedGradients } from "./gradient_cache.ts";
import type { TrainingLoss } from "./loss_settings.ts";
import type { Optimizer } from "./optimizer.ts";
import { releasing } from "./releasing.ts";

/**
 * Two views of a batch, and its labels.
 *
 * @typeParam Input what the encoder takes: images `[batch, height, width, channels]` unless it is one for something else
 */
export interface Batch<Input = Tensor4D> {
  /** First views. */
  view1: Input;
  /** Second views, in the same order. */
  view2: Input;
  /** One per item. */
  labels: Int32Array;
}

/** A batch of which there is a single view. */
export interface SingleViewBatch<Input = Tensor4D> extends Omit<Batch<Input>, "view2"> {
  /** None. */
  view2?: undefined;
}

/** How a step is taken. */
export interface StepOptions {
  /**
   * Most items of which a gradient is computed at a time, in all of their views, at least 2: a large batch then takes the memory of so
   * many. The whole batch at once if left out, or if it has no more.
   */
  chunkSize?: number;
  /**
   * Whether the whole step runs as one function where the backend can, see `captured` in `@hscl/hscl/backend`: faster, with the same
   * numbers. A loss or an encoder that reads what it has computed needs `false`. Default `true`.
   */
  captured?: boolean;
}

/**
 * One optimizer step: the views through the encoder and its head, the loss, its gradient, the update. Batch norm sees each
 * view on its own, as in the paper's code; layers before it take all at once.
 *
 * With a `chunkSize`, images pass in chunks of about the same size, at most that (an odd batch in threes at least), for one more
 * forward pass, though the loss compares the whole batch and there is one update (gradient caching, Gao et al., arXiv 2101.06983).
 * Where an {@linkcode Encoder}'s features are `itemwise`, that is the same step but for rounding. Batch norm in layers before the
 * head has the statistics of the chunk instead of those of the batch, and its running statistics move once for each view, by the
 * mean of what the chunks would move them; the head has the whole batch before it.
 *
 * @param options see {@linkcode StepOptions}
 * @returns the loss before the update, a scalar the caller disposes
 * @throws {TypeError} if the size of a chunk is no integer, there is a single view and the loss is not of one, the encoder is
 * `stochastic`, so that its second pass would not be that of the first, or, with a size, views are no tensors of images
 * @throws {RangeError} if the size of a chunk is below 2
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
 * const scl = lossFromSettings({ name: "scl" });
 * const loss = trainStep(encoder, scl, optimizer, batch);
 * assert((await loss.data())[0] > 0);
 * const next = trainStep(encoder, scl, optimizer, batch, { chunkSize: 2 });
 * assert((await next.data())[0] > 0);
 * ```
 */
export function trainStep<Input = Tensor4D>(
  encoder: Encoder<Input>,
  loss: TrainingLoss,
  optimizer: Pick<Optimizer, "update">,
  batch: Batch<Input> | SingleViewBatch<Input>,
  options: StepOptions = {},
): Scalar {
  const { chunkSize, captured: isCaptured = true } = checkOptions(options, {
    chunkSize: true,
    captured: true,
  });
  checkBoolean("captured", isCaptured);
  const chunks = chunkSize === undefined ? [] : chunksOf(tensorOf(batch.view1).shape[0], chunkSize);
  if (chunks.length > 1 && encoder.stochastic) {
    throw new TypeError(
      "Cannot train in chunks as the features must be the same in both passes: received an encoder that draws at random",
    );
  }
  if (batch.view2 === undefined && !loss.ofOneView) {
    throw new TypeError(
      "Cannot take a step as the loss must be one of a single view: received one of two views",
    );
  }
  const take = () => {
    const variables = encoder.parameters.filter(({ trainable }) => trainable).map(({ variable }) => variable);
    const { value, grads } = chunks.length > 1
      ? cachedGradients(
        encoder as Encoder<unknown> as Encoder,
        loss,
        batch as Batch<unknown> as Batch | SingleViewBatch,
        variables,
        chunks,
      )
      : directGradients(encoder, loss, batch, variables);
    optimizer.update(variables, grads);
    for (const { variable, range } of encoder.parameters) {
      if (range) variable.assign(tf.clipByValue(variable as Tensor, ...range));
    }
    return value;
  };
  return isCaptured ? inOne(take) : tf.tidy(take);
}

/** Steps of all trainings: those that do the same on tensors of the same shapes are the same function. */
const inOne = captured((step: () => Scalar) => step());

/** A view that can be cut into chunks, or joined with another. */
function tensorOf(view: unknown): Tensor4D {
  if (view instanceof tf.Tensor) return view as Tensor4D;
  throw new TypeError(
    `Cannot train in chunks as views must be tensors of images: received ${describe(view)}`,
  );
}

/** The loss of a batch that passes the encoder as a whole, and its gradients by the variables' names. */
function directGradients<Input>(
  encoder: Encoder<Input>,
  loss: TrainingLoss,
  batch: Batch<Input> | SingleViewBatch<Input>,
  variables: Variable[],
): { value: Scalar; grads: Record<string, Tensor> } {
  return releasing(() =>
    tf.variableGrads(() => {
      const features = passing(encoder, viewsOf(batch)).flatMap((views) => featuresOf(encoder, views));
      return lossOfFeatures(encoder, loss, features, batch.labels, variables);
    }, variables)
  );
}

/** Features of views, in one pass. */
function featuresOf<Input>(encoder: Encoder<Input>, views: readonly Input[]): Tensor2D[] {
  if (views.length === 1) return [encoder.features(views[0], true)];
  const tensors = views.map(tensorOf), together = encoder.features(tf.concat(tensors) as Input, true);
  return tf.split(together, tensors.map(({ shape }) => shape[0]));
}
