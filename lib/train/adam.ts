import { adamUpdate } from "../backend/operations/adam_update.ts";
import { checkOptions } from "../core/checks.ts";
import type { Tensor } from "../core/tensors.ts";
import { MomentOptimizer, type OptimizerState, type Update } from "./optimizer.ts";

/** Settings of {@linkcode Adam}; the paper's code uses learning rate 1e-3 and weight decay 1e-6. */
export interface AdamSettings {
  /** Step size. */
  learningRate: number;
  /** `λ`: adds `λ·w` to the gradient of every weight `w`, as PyTorch's Adam does. */
  weightDecay: number;
}

/** What Adam carries from one step to the next: running means of the gradient (`m`) and its square (`v`). */
export type AdamState = OptimizerState<AdamMoment>;

/** The kinds of moments. */
export type AdamMoment = "m" | "v";

/** PyTorch's constants. */
export const ADAM_CONSTANTS = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** The kinds of Adam's moments. */
export const ADAM_MOMENTS: readonly AdamMoment[] = ["m", "v"];

/**
 * The optimizer Adam with PyTorch's constants (β₁ = 0.9, β₂ = 0.999, ε = 1e-8) and its weight decay.
 *
 * Source: Kingma & Ba, arXiv 1412.6980.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { Adam, initBackend } from "@hscl/hscl";
 * await initBackend({ backend: "cpu" });
 * const weight = tf.variable(tf.scalar(1));
 * const optimizer = new Adam({ learningRate: 0.1, weightDecay: 0 });
 * const { value, grads } = tf.variableGrads(() => tf.square(weight) as tf.Scalar, [weight]);
 * optimizer.update([weight], grads);
 * assertAlmostEquals((await weight.data())[0], 0.9, 1e-6);
 * optimizer.dispose();
 * ```
 */
export class Adam extends MomentOptimizer<AdamMoment> {
  readonly #weightDecay: number;

  /**
   * Moments start at zero with the first update.
   *
   * @param settings learning rate from 1e-30 to 1e30, weight decay from 0 to 1e30
   * @throws {RangeError} if a setting is out of range
   */
  constructor(settings: AdamSettings) {
    super("adam", ADAM_MOMENTS, checkOptions(settings, { learningRate: true, weightDecay: true }));
    this.#weightDecay = settings.weightDecay;
  }

  /** The new weights and moments of one array after its step. */
  protected override updated(
    { weight, gradient, m, v }: Update<AdamMoment>,
    progress: { step: number; learningRate: number },
  ): Record<AdamMoment | "weight", Tensor> {
    const options = { ...progress, ...ADAM_CONSTANTS, weightDecay: this.#weightDecay };
    return { ...adamUpdate({ weight, gradient, m, v }, options) };
  }
}
