import * as tf from "../core/tfjs.ts";
import { checkNumber, checkOptions } from "../core/checks.ts";
import type { Tensor } from "../core/tensors.ts";
import { MomentOptimizer, type Update } from "./optimizer.ts";

/** Settings of {@linkcode Lars}. */
export interface LarsSettings {
  /** Step size `γ`. */
  learningRate: number;
  /** `λ`, of weights; not of biases and the gains and shifts of norms. */
  weightDecay: number;
  /** `μ`, from 0 and below 1. */
  momentum: number;
  /** `η`, the share of a layer's norm that a step of rate 1 moves it by: 0.001 with You et al. and with SimCLR. */
  trust: number;
}

/**
 * Layer-wise adaptive rate scaling, for batches of thousands: every array of weights `w` has a rate in proportion to its norm over
 * that of its gradient `g`,
 *
 * `r = η‖w‖ / (‖g‖ + λ‖w‖)`, `m ← μm + γ·r·(g + λw)`, `w ← w − m`
 *
 * with `r = 1` where a norm is 0. Arrays of one axis, biases and the gains and shifts of norms, have neither `r` nor decay, as in
 * SimCLR.
 *
 * Source: You, Gitman & Ginsburg, arXiv 1708.03888, algorithm 1; what is left out of it: Chen et al., arXiv 2002.05709, and its code.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { initBackend } from "@hscl/hscl";
 * import { Lars } from "@hscl/hscl/train";
 * await initBackend({ backend: "cpu" });
 * const weight = tf.variable(tf.tensor2d([[3, 4]]), true, "weight");
 * const optimizer = new Lars({ learningRate: 1, weightDecay: 0, momentum: 0.9, trust: 0.01 });
 * optimizer.update([weight], { weight: tf.tensor2d([[0, 100]]) });
 * assertAlmostEquals((await weight.data())[1], 4 - 0.05, 1e-6); // a hundredth of its norm
 * optimizer.dispose();
 * ```
 */
export class Lars extends MomentOptimizer<"m"> {
  readonly #weightDecay: number;
  readonly #momentum: number;
  readonly #trust: number;

  /**
   * Momentum starts at zero with the first update.
   *
   * @param settings learning rate from 1e-30 to 1e30, weight decay from 0 to 1e30, momentum from 0 and below 1, trust above 0
   * @throws {RangeError} if a setting is out of range
   */
  constructor(settings: LarsSettings) {
    const known = { learningRate: true, weightDecay: true, momentum: true, trust: true } as const;
    super("lars", ["m"], checkOptions(settings, known));
    this.#weightDecay = settings.weightDecay;
    this.#momentum = checkNumber("momentum", settings.momentum, { min: 0, below: 1 });
    this.#trust = checkNumber("trust", settings.trust, { above: 0, max: 1e30 });
  }

  /** The new weights and moments of one array after its step. */
  protected override updated(
    { weight, gradient, m }: Update<"m">,
    { learningRate }: { learningRate: number },
  ): Record<"m" | "weight", Tensor> {
    const change = weight.rank > 1 ? this.#scaled(weight, gradient) : gradient;
    const moment = tf.add(tf.mul(m, this.#momentum), tf.mul(change, learningRate));
    return { weight: tf.sub(weight, moment), m: moment };
  }

  /** `r · (g + λw)`. */
  #scaled(weight: Tensor, gradient: Tensor): Tensor {
    const [ofWeight, ofGradient] = [weight, gradient].map((array) => tf.sqrt(tf.sum(tf.square(array))));
    const divisor = tf.add(ofGradient, tf.mul(ofWeight, this.#weightDecay));
    // 1 where it makes sense, which keeps the quotient finite where it does not.
    const makesSense = tf.mul(tf.step(ofWeight), tf.step(divisor)), without = tf.sub(1, makesSense);
    const ratio = tf.div(tf.mul(ofWeight, this.#trust), tf.add(divisor, without));
    const rate = tf.add(tf.mul(ratio, makesSense), without);
    return tf.mul(tf.add(gradient, tf.mul(weight, this.#weightDecay)), rate);
  }
}
