import * as tf from "@tensorflow/tfjs";
import { adamUpdate } from "../backend/operations/adam_update.ts";
import { checkNumber, checkOptions } from "../core/checks.ts";
import type { Tensor, Variable } from "../core/tensors.ts";

/** Settings of {@linkcode Adam}; the paper's code uses learning rate 1e-3 and weight decay 1e-6. */
export interface AdamSettings {
  /** Step size. */
  learningRate: number;
  /** `λ`: adds `λ·w` to the gradient of every weight `w`, as PyTorch's Adam does. */
  weightDecay: number;
}

const BETA1 = 0.9, BETA2 = 0.999, EPSILON = 1e-8;

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
export class Adam {
  readonly #settings: AdamSettings;
  readonly #moments = new Map<number, { m: Variable; v: Variable }>();
  #step = 0;

  /**
   * Moments start at zero with the first update.
   *
   * @param settings learning rate from 1e-30 to 1e30, weight decay from 0 to 1e30
   * @throws {RangeError} if a setting is out of range
   */
  constructor(settings: AdamSettings) {
    checkOptions(settings, { learningRate: true, weightDecay: true });
    // Beyond these a step is 0 or infinite in float32.
    checkNumber("learning rate", settings.learningRate, { min: 1e-30, max: 1e30 });
    checkNumber("weight decay", settings.weightDecay, { min: 0, max: 1e30 });
    this.#settings = { ...settings };
  }

  /**
   * Changes the variables by one step.
   *
   * @param variables what is trained; all of them in every step
   * @param gradients by the variables' names, as `tf.variableGrads` gives them
   */
  update(variables: readonly Variable[], gradients: Record<string, Tensor>): void {
    const options = {
      ...this.#settings,
      step: ++this.#step,
      beta1: BETA1,
      beta2: BETA2,
      epsilon: EPSILON,
    };
    tf.tidy(() => {
      for (const variable of variables) {
        const moments = this.#momentsOf(variable);
        const { weight, m, v } = adamUpdate(
          { weight: variable, gradient: gradients[variable.name], m: moments.m, v: moments.v },
          options,
        );
        variable.assign(weight);
        moments.m.assign(m);
        moments.v.assign(v);
      }
    });
  }

  /** Frees the moments. */
  dispose(): void {
    for (const moments of this.#moments.values()) tf.dispose([moments.m, moments.v]);
    this.#moments.clear();
  }

  #momentsOf(variable: Variable): { m: Variable; v: Variable } {
    let moments = this.#moments.get(variable.id);
    if (!moments) {
      const zeros = () => tf.tidy(() => tf.variable(tf.zerosLike(variable), false));
      moments = { m: zeros(), v: zeros() };
      this.#moments.set(variable.id, moments);
    }
    return moments;
  }
}
