import * as tf from "@tensorflow/tfjs";
import { adamUpdate } from "../backend/operations/adam_update.ts";
import { checkInteger, checkNumber, checkObject, checkOptions, describe } from "../core/checks.ts";
import type { Tensor, Variable } from "../core/tensors.ts";
import type { Parameter } from "../encoders/parameters.ts";

/** Settings of {@linkcode Adam}; the paper's code uses learning rate 1e-3 and weight decay 1e-6. */
export interface AdamSettings {
  /** Step size. */
  learningRate: number;
  /** `λ`: adds `λ·w` to the gradient of every weight `w`, as PyTorch's Adam does. */
  weightDecay: number;
}

/** What an optimizer carries from one step to the next. */
export interface AdamState {
  /** Updates done. */
  readonly step: number;
  /** Running means of the gradient (`m`) and its square (`v`), by the names of the trained parameters. */
  readonly moments: ReadonlyMap<string, { readonly m: Float32Array; readonly v: Float32Array }>;
}

const BETA1 = 0.9, BETA2 = 0.999, EPSILON = 1e-8;

/** Beyond these a step is 0 or infinite in float32. */
function checkLearningRate(learningRate: number): number {
  return checkNumber("learning rate", learningRate, { min: 1e-30, max: 1e30 });
}

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
    checkLearningRate(settings.learningRate);
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

  /**
   * Takes steps of another size from now on.
   *
   * @throws {RangeError} if it is out of range
   */
  setLearningRate(learningRate: number): void {
    this.#settings.learningRate = checkLearningRate(learningRate);
  }

  /**
   * What it takes to go on later, to the same bits.
   *
   * @param parameters what is trained
   */
  async state(parameters: readonly Pick<Parameter, "name" | "variable">[]): Promise<AdamState> {
    const moments = new Map<string, { m: Float32Array; v: Float32Array }>();
    for (const { name, variable } of parameters) {
      const { m, v } = this.#momentsOf(variable);
      moments.set(name, { m: await m.data() as Float32Array, v: await v.data() as Float32Array });
    }
    return { step: this.#step, moments };
  }

  /**
   * Goes on from a state.
   *
   * @param parameters those whose state it is
   * @throws {TypeError} if it is no state
   * @throws {RangeError} if a parameter has no moments in it, or some of another length
   */
  restore(parameters: readonly Pick<Parameter, "name" | "variable">[], state: AdamState): void {
    const { step, moments } = checkAdamState(state);
    for (const { name, variable } of parameters) {
      const kept = moments.get(name);
      if (kept?.m?.length !== variable.size || kept.v?.length !== variable.size) {
        throw new RangeError(
          `Cannot restore Adam as parameter ${name} must have ${variable.size} moments of each kind: received ${
            kept?.m && kept.v ? `${kept.m.length} and ${kept.v.length}` : "none"
          }`,
        );
      }
      const own = this.#momentsOf(variable);
      tf.tidy(() => {
        own.m.assign(tf.tensor(kept.m, variable.shape));
        own.v.assign(tf.tensor(kept.v, variable.shape));
      });
    }
    this.#step = checkInteger("step", step, { min: 0 });
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

/** Throws unless a value is the state of an optimizer, of whatever parameters. */
export function checkAdamState(state: AdamState): AdamState {
  checkObject("state of the optimizer", state);
  if (state.moments instanceof Map) return state;
  throw new TypeError(
    `Cannot use moments of the optimizer as they must be a Map by parameter: received ${
      describe(state.moments)
    }`,
  );
}
