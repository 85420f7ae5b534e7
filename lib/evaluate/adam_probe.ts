import * as tf from "../core/tfjs.ts";
import { adamUpdate } from "../backend/operations/adam_update.ts";
import { checkInteger, checkNumber, checkOptions } from "../core/checks.ts";
import { nextTurn } from "../core/next_turn.ts";
import { Random } from "../core/random.ts";
import { decide } from "./class_scores.ts";
import {
  type CheckedFeatures,
  checkFeatures,
  type LabelledFeatures,
  MOST_CLASSES,
  shareWithin,
} from "./labelled_features.ts";

/** How an {@linkcode adamProbe} is trained. */
export interface AdamProbeSettings {
  /** Passes over the training features. Default 100. */
  epochs?: number;
  /** Rows per batch; the last of an epoch may have fewer. Default 512. */
  batchSize?: number;
  /** Of Adam. Default 1e-3. */
  learningRate?: number;
  /** `λ`: adds `λ·w` to the gradient of every weight. Default 1e-6. */
  weightDecay?: number;
  /** Of the first weights and the order of the rows. Default 0. */
  seed?: number;
}

/** Options of {@linkcode adamProbe}. */
export interface AdamProbeOptions extends AdamProbeSettings {
  /** Length of a feature vector. */
  dim: number;
  /** Number of classes. */
  classes: number;
}

/** Result of {@linkcode adamProbe}. */
export interface AdamProbeResult {
  /** Share of queries whose class is predicted, 0 … 1. */
  top1: number;
  /** Share of queries whose class is among the five most probable, 0 … 1; one without a training row is not. */
  top5: number;
  /** Predicted class of each query. */
  predictions: Int32Array;
  /** Of each query, the place of its class among the most probable, from 1; 0 for a class without a training row. */
  ranks: Int32Array;
  /** Mean cross-entropy of the training rows over the last epoch, each before the step that it is part of. */
  loss: number;
}

const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

// How long the training may keep the event loop before letting timers and messages run.
const YIELD_MILLISECONDS = 50;

/** The weights of a linear layer with its bias in the last row, `[dim + 1, classes]`, and the loss of the last epoch. */
interface TrainedLayer {
  weights: Float32Array;
  loss: number;
}

/**
 * Linear probe by the protocol of the paper: a linear layer on the features, which stay as they are, trained with Adam on the
 * cross-entropy. The first weights and biases are uniform in `±1/√dim`; every epoch takes the rows in another random order.
 *
 * The answer depends on the seed, the number of epochs and the scale of the features, unlike that of {@linkcode linearProbe}, which
 * is the least there is. Images are not augmented here, and the network is not trained.
 *
 * @param training labelled features to fit
 * @param queries labelled features to classify
 * @throws {TypeError} if features are no numbers or a label is no integer
 * @throws {RangeError} if an array's length does not fit `dim`, a label is not a class, a feature is not finite, either
 * side is empty, or an option is out of range
 *
 * Source: Jiang et al., arXiv 2209.00078; `linear.py` of the code of Robinson et al., arXiv 2010.04592, which it follows.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { initBackend } from "@hscl/hscl";
 * import { adamProbe } from "@hscl/hscl/evaluate";
 * await initBackend({ backend: "cpu" });
 * const training = { features: Float32Array.of(-2, -1, 1, 2), labels: [0, 0, 1, 1] };
 * const queries = { features: Float32Array.of(-0.5, 0.5), labels: [0, 1] };
 * const { top1 } = await adamProbe(training, queries, { dim: 1, classes: 2, learningRate: 0.1, batchSize: 2 });
 * assertEquals(top1, 1);
 * ```
 */
export async function adamProbe(
  training: LabelledFeatures,
  queries: LabelledFeatures,
  options: AdamProbeOptions,
): Promise<AdamProbeResult> {
  const { dim, classes, ...settings } = checkOptions(options, ADAM_PROBE_OPTIONS);
  const { epochs = 100, batchSize = 512, learningRate = 1e-3, weightDecay = 1e-6, seed = 0 } = settings;
  checkInteger("dim", dim, { min: 1 });
  checkInteger("classes", classes, { min: 1, max: MOST_CLASSES });
  checkInteger("epochs of the probe", epochs, { min: 1 });
  checkInteger("batch size of the probe", batchSize, { min: 1 });
  checkNumber("learning rate of the probe", learningRate, { min: 1e-30, max: 1e30 });
  checkNumber("weight decay of the probe", weightDecay, { min: 0, max: 1e30 });
  checkInteger("seed", seed, { min: 0 });
  const fitted = checkFeatures("training", training, dim, classes);
  const asked = checkFeatures("queries", queries, dim, classes);

  const { labels: present } = fitted.present, random = new Random(seed).child("probe");
  const widest = 1 / Math.sqrt(dim), first = random.child("weights");
  const start = Float32Array.from(
    { length: (dim + 1) * present.length },
    () => first.uniform(-widest, widest),
  );
  const order = (epoch: number) => random.child("order").child(epoch).permutation(fitted.count);
  const { weights, loss } = await trainLayer(fitted, dim, {
    epochs,
    batchSize,
    learningRate,
    weightDecay,
    start,
    order,
  });
  const logits = tf.tidy(() => {
    const x = tf.tensor2d(asked.features, [asked.count, dim]);
    const layer = tf.tensor2d(weights, [dim + 1, present.length]);
    return tf.add(tf.matMul(x, tf.slice(layer, 0, dim)), tf.slice(layer, dim, 1));
  });
  const scores = await logits.data() as Float32Array;
  logits.dispose();
  const { predictions, ranks } = decide(scores, present, asked);
  return { top1: shareWithin(ranks, 1), top5: shareWithin(ranks, 5), predictions, ranks, loss };
}

const ADAM_PROBE_OPTIONS = {
  dim: true,
  classes: true,
  epochs: true,
  batchSize: true,
  learningRate: true,
  weightDecay: true,
  seed: true,
} as const;

/**
 * Trains a linear layer on rows whose classes are `0 … classes − 1` by their place among those that are there.
 *
 * @param settings `start` is `[dim + 1, classes]`, the bias last; `order` gives the order of the rows in an epoch, from 1
 */
export async function trainLayer(
  { features, count, present }: CheckedFeatures,
  dim: number,
  settings: Required<Omit<AdamProbeSettings, "seed">> & {
    start: Float32Array;
    order: (epoch: number) => Int32Array;
  },
): Promise<TrainedLayer> {
  const { epochs, batchSize, learningRate, weightDecay, start, order } = settings;
  const classes = present.labels.length;
  const x = tf.tidy(() => tf.concat([tf.tensor2d(features, [count, dim]), tf.ones([count, 1])], 1));
  const truth = tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(present.placeOf, "int32"), classes), "float32"));
  const shape: [number, number] = [dim + 1, classes];
  let weight: tf.Tensor = tf.tensor2d(start, shape), m: tf.Tensor = tf.zeros(shape);
  let v: tf.Tensor = tf.zeros(shape), loss = NaN, step = 0, lastYield = performance.now();
  try {
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const rows = order(epoch), losses: tf.Tensor[] = [];
      for (let first = 0; first < count; first += batchSize) {
        const batch = rows.subarray(first, Math.min(first + batchSize, count));
        const [newWeight, newM, newV, sum] = tf.tidy(() => {
          const items = tf.tensor1d(batch, "int32");
          const own = tf.gather(x, items), labels = tf.gather(truth, items);
          const logits = tf.matMul(own, weight as tf.Tensor2D) as tf.Tensor2D;
          const errors = tf.div(tf.sub(tf.softmax(logits), labels), batch.length);
          const gradient = tf.matMul(own, errors as tf.Tensor2D, true);
          const next = adamUpdate({ weight, gradient, m, v }, {
            ...ADAM,
            learningRate,
            weightDecay,
            step: ++step,
          });
          const sum = tf.sum(tf.sub(tf.logSumExp(logits, 1), tf.sum(tf.mul(logits, labels), 1)));
          return [next.weight, next.m, next.v, sum];
        });
        tf.dispose([weight, m, v]);
        [weight, m, v] = [newWeight, newM, newV];
        if (epoch === epochs) losses.push(sum);
        else sum.dispose();
        if (performance.now() - lastYield <= YIELD_MILLISECONDS) continue;
        await nextTurn();
        lastYield = performance.now();
      }
      if (epoch < epochs) continue;
      const sums = await Promise.all(losses.map(async (each) => (await each.data())[0]));
      loss = sums.reduce((total, sum) => total + sum, 0) / count;
      tf.dispose(losses);
    }
    return { weights: await weight.data() as Float32Array, loss };
  } finally {
    tf.dispose([x, truth, weight, m, v]);
  }
}
