import type { Transform } from "../augment/transform.ts";
import { computesLater } from "../backend/computes_later.ts";
import { checkInteger, checkNumber, checkObject, checkOptions, describe } from "../core/checks.ts";
import { nextTurn } from "../core/next_turn.ts";
import { checkRandom, type Random } from "../core/random.ts";
import type { Tensor2D, Tensor4D } from "../core/tensors.ts";
import { checkedImageSet } from "../data/check_image_set.ts";
import type { ImageSet, ImageShape } from "../data/dataset.ts";
import type { Encoder } from "../encoders/encoder.ts";
import { shuffledBatches } from "../samplers/batches.ts";
import { type BatchViews, imageItems, type TrainingItems } from "./items.ts";
import type { LossStep, TrainingLoss } from "./loss_settings.ts";
import { NonFiniteLossError, perClass } from "./non_finite_loss.ts";
import { checkObserved, ObservedLosses } from "./observed_losses.ts";
import { learningRateAt, optimizerFromSettings, type OptimizerSettings } from "./optimizer_settings.ts";
import { trainStep } from "./step.ts";
import type { StateKeeper, TrainingState } from "./training_state.ts";
import { checkViews, type ViewKind, ViewMaker } from "./views.ts";

/** Where a training stands after one step. */
export interface StepProgress {
  /** From 1. */
  epoch: number;
  /** From 1. */
  step: number;
  /** Steps in every epoch. */
  stepsPerEpoch: number;
  /** Loss of this step's batch. */
  loss: number;
  /** Training images a second over this epoch so far, each counted once in however many views it is seen. */
  imagesPerSecond: number;
}

/** What one epoch came to. */
export interface EpochResult {
  /** From 1. */
  epoch: number;
  /** Mean loss over the epoch's steps. */
  loss: number;
  /** Mean over the epoch's steps of each loss that is observed; absent where none is. */
  observed?: number[];
  /** Seconds of training, evaluation not included. */
  seconds: number;
  /** Training images a second, each counted once in however many views it is seen. */
  imagesPerSecond: number;
  /** The state before the next epoch; to be asked before the training goes on. */
  state(): Promise<TrainingState>;
}

/**
 * What a training needs whatever it learns from.
 *
 * @typeParam Input what the encoder takes
 */
export interface CommonTrainOptions<Input> {
  /** Trained in place. */
  encoder: Encoder<Input>;
  /** What is minimised; it is told the epoch, and has a stream of its own in every step. */
  loss: TrainingLoss;
  /** Losses that are computed of the same embeddings in every step, without a gradient: no number of the training depends on them. */
  observed?: readonly TrainingLoss[];
  /** Passes over the images. */
  epochs: number;
  /** Images per batch, at least 2. */
  batchSize: number;
  /** Adam, unless they name another, and how its learning rate goes. */
  optimizer: OptimizerSettings;
  /** Stream of the batch order and the views. */
  random: Random;
  /** Called after every step. */
  onStep?: (progress: StepProgress) => void;
  /** Told, in one sentence, what makes a training pointless though it runs: images of one class only, with a loss by class. */
  onWarning?: (message: string) => void;
  /** Goes on from here, with an encoder that has the parameters of then; from the start if left out. */
  from?: TrainingState;
  /** Keeps states, so that the training can go on after it was cut short. */
  keeper?: StateKeeper;
  /** Stops before the next step when aborted, by throwing the signal's reason. */
  signal?: AbortSignal;
}

/** Everything {@linkcode trainContrastive} needs. */
export interface TrainOptions extends CommonTrainOptions<Tensor4D> {
  /** Images to learn from. */
  set: ImageSet;
  /** Of every image. */
  shape: ImageShape;
  /** Random transform that makes a view of an image. */
  augmentation: Transform;
  /** Which views of an image, or of it and another, the loss compares; two of each if left out. */
  views?: ViewKind;
  /** Most images of which a gradient is computed at a time, at least 2; all of the batch if left out. See {@linkcode trainStep}. */
  chunkSize?: number;
  /** Whether each step runs as one function where the backend can. Default `true`. See {@linkcode trainStep}. */
  captured?: boolean;
}

/** The names of {@linkcode CommonTrainOptions}. */
export const COMMON_TRAIN_OPTIONS = {
  encoder: true,
  loss: true,
  observed: true,
  epochs: true,
  batchSize: true,
  optimizer: true,
  random: true,
  onStep: true,
  onWarning: true,
  from: true,
  keeper: true,
  signal: true,
} as const;

const TRAIN_OPTIONS = {
  ...COMMON_TRAIN_OPTIONS,
  set: true,
  shape: true,
  augmentation: true,
  views: true,
  chunkSize: true,
  captured: true,
} as const;

// Pairs of the loss that are in memory at once where images pass in chunks: a matrix of 2 MiB, as for a batch of 362 at once.
const CHUNKED_PAIRS = 2 ** 19;

// How long the training may keep the event loop before letting timers and messages run.
const YIELD_MILLISECONDS = 50;

/**
 * Trains an encoder with a contrastive loss and yields after every epoch, so that the caller can evaluate in between.
 *
 * Every epoch shuffles the items, drops a last partial batch, makes augmented views of every item, two unless `views` says
 * otherwise, and takes one step of the optimizer per batch. Order, views, the other images of a class and what the loss chooses
 * come from child streams `order/<epoch>`, `views/<epoch>/<step>`, `partners/<epoch>/<step>` and `loss/<epoch>/<step>` of `random`:
 * the same seed on the same backend gives the same numbers. So does a training that was cut short and goes on `from` a state that
 * its `keeper` was given, see {@linkcode saveSnapshot}.
 *
 * Losses that are `observed` have streams of their own, children of `observed/<epoch>/<step>`.
 *
 * @throws {TypeError} if a setting is of the wrong type, a loss is none of a single view where `views` is `single`, pixels are no
 * bytes or a label is no integer
 * @throws {RangeError} if a setting is out of range, e.g. a batch larger than the set, or there are not as many pixels and labels
 * as the set and the shape say
 * @throws {NonFiniteLossError} if the loss, or one that is observed, becomes NaN or infinite
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { convnet, initBackend, loadDataset, lossFromSettings, pipelineFor, Random, trainContrastive } from "@hscl/hscl";
 * await initBackend({ backend: "cpu" });
 * const data = await loadDataset("synthetic", { trainImages: 20, testImages: 10, height: 8, width: 8 });
 * const head = { hidden: 8, output: 4 };
 * const encoder = convnet({ channels: data.shape.channels, widths: [4], strides: [2], head }, new Random(0));
 * const epochs = trainContrastive({
 *   encoder,
 *   loss: lossFromSettings({ name: "scl" }),
 *   set: data.train,
 *   shape: data.shape,
 *   augmentation: pipelineFor(data).train,
 *   epochs: 1,
 *   batchSize: 10,
 *   optimizer: { learningRate: 1e-3, weightDecay: 1e-6 },
 *   random: new Random(0),
 * });
 * for await (const { loss } of epochs) assert(Number.isFinite(loss));
 * ```
 */
export async function* trainContrastive(options: TrainOptions): AsyncGenerator<EpochResult> {
  const { set: given, shape, augmentation, views = "two", ...others } = checkOptions(options, TRAIN_OPTIONS);
  const set = checkedImageSet(given, shape);
  const maker = new ViewMaker(checkViews(views, others.loss), set, shape, augmentation);
  checkObserved(others.observed, views);
  yield* trainOnItems(imageItems(set, shape, maker), others);
}

/** Trains on items of any kind; see {@linkcode trainContrastive}. */
export async function* trainOnItems<Input>(
  set: TrainingItems<Input>,
  options: CommonTrainOptions<Input> & Pick<TrainOptions, "chunkSize" | "captured">,
): AsyncGenerator<EpochResult> {
  const { encoder, loss, epochs, batchSize, chunkSize, captured, random, from, keeper, signal } = options;
  checkRandom("random", random);
  checkInteger("epochs", epochs, { min: 1 });
  checkInteger("batch size", batchSize, { min: 2, max: set.count });
  if (chunkSize !== undefined) checkInteger("chunk size", chunkSize, { min: 2 });
  if (keeper !== undefined) checkKeeper(keeper);
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new TypeError(`Cannot use signal as it must be an AbortSignal: received ${describe(signal)}`);
  }
  const rows = encoder.embeddingSpace === "ball" ? { ballRows: true } : { unitRows: true };
  // Who takes images in chunks wants no memory for all pairs either.
  const pairsAtOnce = chunkSize !== undefined && chunkSize < batchSize ? CHUNKED_PAIRS : undefined;
  const observed = new ObservedLosses(options.observed ?? []);
  const [label] = set.labels;
  if (loss.oneClass !== undefined && set.labels.every((other) => other === label)) {
    options.onWarning?.(`All ${set.count} ${set.what} are of class ${label}: ${loss.oneClass}`);
  }

  const stepsPerEpoch = Math.floor(set.count / batchSize);
  const optimizer = optimizerFromSettings(options.optimizer, { epoch: 1, epochs, step: 1, stepsPerEpoch });
  const trained = encoder.parameters.filter(({ trainable }) => trainable);
  const stateAt = async (
    position: Omit<TrainingState, "observedSums" | "optimizer">,
  ) => ({ ...position, ...observed.state(), optimizer: await optimizer.state(trained) });
  let ready: BatchViews<Input> | undefined;
  try {
    if (from !== undefined) {
      optimizer.restore(trained, checkPosition(from, epochs, stepsPerEpoch));
      observed.checkState(from);
    }
    for (let epoch = from?.epoch ?? 1; epoch <= epochs; epoch++) {
      const batches = shuffledBatches(set.count, batchSize, random.child("order").child(epoch));
      const before: Omit<TrainingState, "epoch" | "optimizer"> = from?.epoch === epoch
        ? from
        : { step: 0, lossSum: 0, seconds: 0 };
      observed.start(before);
      const started = performance.now();
      const seconds = () => before.seconds + (performance.now() - started) / 1000;
      let lossSum = before.lossSum, lastYield = started;
      for (let done = before.step; done < batches.length; done++) {
        const isStopped = signal?.aborted === true;
        if (keeper && (isStopped || (done > before.step && keeper.due()))) {
          await keeper.keep(await stateAt({ epoch, step: done, lossSum, seconds: seconds() }));
        }
        signal?.throwIfAborted();
        const step = done + 1;
        optimizer.setLearningRate(learningRateAt(options.optimizer, { epoch, epochs, step, stepsPerEpoch }));
        const streamOf = (name: string, at = step) => random.child(name).child(epoch).child(at);
        const viewsAt = (at: number) => set.views(batches[at - 1], (name) => streamOf(name, at));
        const views = ready ?? viewsAt(step);
        ready = undefined;
        const labels = Int32Array.from(batches[done], (item) => set.labels[item]);
        const known = { epoch, epochs, ...rows, pairsAtOnce };
        const lossOfStep = observed.watching(lossIn(loss, { ...known, random: streamOf("loss") }));
        const notFinite = (value: number, which = "") =>
          new NonFiniteLossError(value, epoch, step, `${which}${views.describe()}; ${perClass(labels)}`);
        let value: number;
        try {
          const { view1, view2 } = views,
            batch = view2 === undefined ? { view1, labels } : { view1, view2, labels };
          const computed = trainStep(encoder, lossOfStep, optimizer, batch, { chunkSize, captured });
          // A GPU computes meanwhile; elsewhere this would only take memory.
          if (step < batches.length && computesLater()) ready = viewsAt(step + 1);
          [value] = await computed.data();
          computed.dispose();
          if (!Number.isFinite(value)) throw notFinite(value);
          const bad = await observed.add(labels, { ...known, random: streamOf("observed") });
          if (bad) throw notFinite(bad.value, `${bad.which}; `);
        } finally {
          views.dispose();
        }
        lossSum += value;
        const imagesPerSecond = step * batchSize / seconds();
        options.onStep?.({ epoch, step, stepsPerEpoch: batches.length, loss: value, imagesPerSecond });
        if (performance.now() - lastYield > YIELD_MILLISECONDS) {
          await nextTurn();
          lastYield = performance.now();
        }
      }
      // What follows, such as an evaluation, may take long.
      if (keeper?.due() && before.step < batches.length) {
        await keeper.keep(await stateAt({ epoch, step: batches.length, lossSum, seconds: seconds() }));
      }
      const time = seconds(), means = observed.means(batches.length);
      observed.start();
      yield {
        epoch,
        loss: lossSum / batches.length,
        ...means,
        seconds: time,
        imagesPerSecond: batches.length * batchSize / time,
        state: () => stateAt({ epoch: epoch + 1, step: 0, lossSum: 0, seconds: 0 }),
      };
    }
  } finally {
    ready?.dispose();
    observed.dispose();
    optimizer.dispose();
  }
}

/** A loss that knows its step. */
function lossIn(loss: TrainingLoss, step: LossStep): TrainingLoss {
  const { ofOneView } = loss,
    known: TrainingLoss = (view1, view2, labels) => loss(view1, view2, labels, step);
  return Object.assign(known, {
    ...loss,
    ...(ofOneView && { ofOneView: (view: Tensor2D, labels: Int32Array) => ofOneView(view, labels, step) }),
  });
}

/** Throws unless a training of so many steps can stand there; returns the optimizer's part. */
function checkPosition(from: TrainingState, epochs: number, steps: number): TrainingState["optimizer"] {
  checkObject("state of a training", from);
  checkInteger("epoch of the state", from.epoch, { min: 1, max: epochs + 1 });
  checkInteger("step of the state", from.step, { min: 0, max: steps });
  checkNumber("loss so far", from.lossSum);
  checkNumber("seconds so far", from.seconds, { min: 0 });
  return from.optimizer;
}

function checkKeeper(keeper: StateKeeper): void {
  checkObject("keeper", keeper);
  for (const name of ["due", "keep"] as const) {
    if (typeof keeper[name] === "function") continue;
    throw new TypeError(
      `Cannot use ${name} of the keeper as it must be a function: received ${describe(keeper[name])}`,
    );
  }
}
