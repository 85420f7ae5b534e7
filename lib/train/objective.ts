import * as tf from "../core/tfjs.ts";
import { checkInteger, checkNumber, checkOptions } from "../core/checks.ts";
import type { Random } from "../core/random.ts";
import type { Scalar, Tensor2D } from "../core/tensors.ts";
import type { Encoder } from "../encoders/encoder.ts";
import { type Parameter, Parameters } from "../encoders/parameters.ts";
import { lossFromSettings, type LossSettings, type TrainingLoss } from "./loss_settings.ts";

/** What is minimised, and what of it is trained together with an encoder. */
export interface Objective {
  /** The loss, of what is trained, too. */
  readonly loss: TrainingLoss;
  /**
   * The encoder with these parameters besides its own, so that they are trained, kept and read as its own are. To be disposed in its
   * place.
   */
  readonly encoder: Encoder;
  /** The temperature as it has been learned; none where it is fixed. */
  readonly temperature?: () => Promise<number>;
}

/** Options of {@linkcode trainingObjective}. */
export interface ObjectiveOptions {
  /** Weight of the cross-entropy of a linear classifier on the features; without it there is none. */
  readonly crossEntropy?: number;
  /** Number of classes, which that needs. */
  readonly classes?: number;
}

/**
 * The loss of settings for an encoder, with what it has of its own that is trained: the temperature where it is learned, and a linear
 * classifier on the features of all views where `crossEntropy = w` is given, for `loss + w · cross-entropy`.
 *
 * A learned temperature `T` is the parameter `loss/log_scale`, `log(1/T)`, as in CLIP, which every step clips to its range.
 *
 * @param random stream that the initial weights of the classifier come from
 * @throws {RangeError} if an option is out of range, or the loss cannot be computed
 *
 * Source: Radford et al., arXiv 2103.00020, section 2.5.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { convnet, initBackend, Random } from "@hscl/hscl";
 * import { trainingObjective } from "@hscl/hscl/train";
 * await initBackend({ backend: "cpu" });
 * const own = convnet({ channels: 1, widths: [4], strides: [2], head: { hidden: 8, output: 4 } }, new Random(0));
 * const settings = { name: "scl", temperature: 0.5, learnedTemperature: { min: 0.01, max: 1 } } as const;
 * const { encoder, temperature } = trainingObjective(own, settings, { crossEntropy: 1, classes: 3 }, new Random(1));
 * assertAlmostEquals(await temperature!(), 0.5, 1e-6);
 * assertEquals(encoder.parameters.slice(own.parameters.length).map(({ name }) => name), [
 *   "loss/log_scale",
 *   "classifier/weight",
 *   "classifier/bias",
 * ]);
 * encoder.dispose();
 * ```
 */
export function trainingObjective(
  encoder: Encoder,
  settings: LossSettings,
  options: ObjectiveOptions,
  random: Random,
): Objective {
  const { crossEntropy, classes } = checkOptions(options, { crossEntropy: true, classes: true });
  lossFromSettings(settings);
  const { temperature: start = 0.5, learnedTemperature: range } = settings, own: Parameter[] = [];
  if (range) {
    const parameters = new Parameters(random);
    parameters.constant<tf.Rank.R1>("loss/log_scale", [1], -Math.log(start));
    own.push({ ...parameters.all[0], range: [-Math.log(range.max), -Math.log(range.min)] });
  }
  const [scale] = own, fixed = lossFromSettings(settings, scale?.variable);
  let loss = fixed;
  if (crossEntropy !== undefined) {
    checkNumber("weight of the cross-entropy", crossEntropy, { above: 0, max: 1e9 });
    const count = checkInteger("classes of the cross-entropy", classes!, { min: 2 }),
      inputs = encoder.featureDim;
    const parameters = new Parameters(random.child("classifier"));
    const weight = parameters.uniform<tf.Rank.R2>("classifier/weight", [inputs, count], inputs);
    const bias = parameters.uniform<tf.Rank.R1>("classifier/bias", [count], inputs);
    own.push(...parameters.all);
    const ofFeatures = (features: readonly Tensor2D[], labels: Int32Array) => {
      const each = features.map((view) =>
        crossEntropyOf(tf.add(tf.matMul(view, weight), bias), labels, count)
      );
      return tf.mul(tf.addN(each), crossEntropy / each.length) as Scalar;
    };
    loss = Object.assign(
      ((view1, view2, labels, step) => fixed(view1, view2, labels, step)) as TrainingLoss,
      { ...fixed, ofFeatures },
    );
  }
  return {
    loss,
    encoder: own.length === 0 ? encoder : {
      ...encoder,
      parameters: [...encoder.parameters, ...own],
      dispose: () => {
        own.forEach(({ variable }) => variable.dispose());
        encoder.dispose();
      },
    },
    ...(scale ? { temperature: async () => Math.exp(-(await scale.variable.data())[0]) } : {}),
  };
}

/** The mean of `−log softmax(logits)` at the labels. */
function crossEntropyOf(logits: tf.Tensor, labels: Int32Array, classes: number): Scalar {
  const targets = tf.oneHot(tf.tensor1d(labels, "int32"), classes);
  const log = tf.logSoftmax(logits);
  return tf.neg(tf.sum(tf.div(tf.mul(log, tf.cast(targets, "float32")), labels.length))) as Scalar;
}
