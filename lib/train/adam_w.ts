import * as tf from "../core/tfjs.ts";
import { adamUpdate } from "../backend/operations/adam_update.ts";
import { checkOptions } from "../core/checks.ts";
import type { Tensor } from "../core/tensors.ts";
import { ADAM_CONSTANTS, ADAM_MOMENTS, type AdamMoment, type AdamSettings } from "./adam.ts";
import { MomentOptimizer, type Update } from "./optimizer.ts";

/**
 * Adam with weight decay apart from the gradient: every step first takes `α·λ·w` off a weight `w`, with `α` the learning rate, as
 * PyTorch's AdamW does. Constants as {@linkcode Adam}'s.
 *
 * Source: Loshchilov & Hutter, arXiv 1711.05101.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { initBackend } from "@hscl/hscl";
 * import { AdamW } from "@hscl/hscl/train";
 * await initBackend({ backend: "cpu" });
 * const weight = tf.variable(tf.scalar(1), true, "weight");
 * const optimizer = new AdamW({ learningRate: 0.1, weightDecay: 0.5 });
 * optimizer.update([weight], { weight: tf.scalar(2) });
 * assertAlmostEquals((await weight.data())[0], 1 - 0.05 - 0.1, 1e-6);
 * optimizer.dispose();
 * ```
 */
export class AdamW extends MomentOptimizer<AdamMoment> {
  readonly #weightDecay: number;

  /**
   * Moments start at zero with the first update.
   *
   * @param settings learning rate from 1e-30 to 1e30, weight decay from 0 to 1e30
   * @throws {RangeError} if a setting is out of range
   */
  constructor(settings: AdamSettings) {
    super("adamw", ADAM_MOMENTS, checkOptions(settings, { learningRate: true, weightDecay: true }));
    this.#weightDecay = settings.weightDecay;
  }

  /** The new weights and moments of one array after its step. */
  protected override updated(
    { weight, gradient, m, v }: Update<AdamMoment>,
    progress: { step: number; learningRate: number },
  ): Record<AdamMoment | "weight", Tensor> {
    const decayed = tf.mul(weight, 1 - progress.learningRate * this.#weightDecay);
    const options = { ...progress, ...ADAM_CONSTANTS, weightDecay: 0 };
    return { ...adamUpdate({ weight: decayed, gradient, m, v }, options) };
  }
}
