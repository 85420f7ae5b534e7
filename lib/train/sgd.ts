import * as tf from "../core/tfjs.ts";
import { checkBoolean, checkNumber, checkOptions } from "../core/checks.ts";
import type { Tensor } from "../core/tensors.ts";
import { MomentOptimizer, type Update } from "./optimizer.ts";

/** Settings of {@linkcode Sgd}. */
export interface SgdSettings {
  /** Step size. */
  learningRate: number;
  /** `λ`: adds `λ·w` to the gradient of every weight `w`. */
  weightDecay: number;
  /** `μ`, from 0 and below 1; 0 is plain gradient descent. */
  momentum: number;
  /** Whether the step looks ahead, as Nesterov's does. Default `false`. */
  nesterov?: boolean;
}

/**
 * Stochastic gradient descent with momentum, as PyTorch's: with `g = gradient + λ·w`, `m ← μm + g`, and `w ← w − α·m`, or
 * `w ← w − α·(g + μm)` with `nesterov`.
 *
 * Source: Sutskever et al., *On the importance of initialization and momentum in deep learning*, ICML 2013.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { initBackend } from "@hscl/hscl";
 * import { Sgd } from "@hscl/hscl/train";
 * await initBackend({ backend: "cpu" });
 * const weight = tf.variable(tf.scalar(1), true, "weight");
 * const optimizer = new Sgd({ learningRate: 0.1, weightDecay: 0, momentum: 0.5 });
 * for (let step = 0; step < 2; step++) optimizer.update([weight], { weight: tf.scalar(1) });
 * assertAlmostEquals((await weight.data())[0], 1 - 0.1 - 0.15, 1e-6);
 * optimizer.dispose();
 * ```
 */
export class Sgd extends MomentOptimizer<"m"> {
  readonly #weightDecay: number;
  readonly #momentum: number;
  readonly #nesterov: boolean;

  /**
   * Momentum starts at zero with the first update.
   *
   * @param settings learning rate from 1e-30 to 1e30, weight decay from 0 to 1e30, momentum from 0 and below 1
   * @throws {RangeError} if a setting is out of range, or `nesterov` without momentum
   */
  constructor(settings: SgdSettings) {
    const known = { learningRate: true, weightDecay: true, momentum: true, nesterov: true } as const;
    super("sgd", ["m"], checkOptions(settings, known));
    const { weightDecay, momentum, nesterov = false } = settings;
    this.#weightDecay = weightDecay;
    this.#momentum = checkNumber("momentum", momentum, { min: 0, below: 1 });
    this.#nesterov = checkBoolean("nesterov", nesterov);
    if (nesterov && momentum === 0) {
      throw new RangeError("Cannot use nesterov as momentum must be above 0: received 0");
    }
  }

  /** The new weights and moments of one array after its step. */
  protected override updated(
    { weight, gradient, m }: Update<"m">,
    { learningRate }: { learningRate: number },
  ): Record<"m" | "weight", Tensor> {
    const g = this.#weightDecay > 0 ? tf.add(gradient, tf.mul(weight, this.#weightDecay)) : gradient;
    const moment = tf.add(tf.mul(m, this.#momentum), g);
    const change = this.#nesterov ? tf.add(g, tf.mul(moment, this.#momentum)) : moment;
    return { weight: tf.sub(weight, tf.mul(change, learningRate)), m: moment };
  }
}
