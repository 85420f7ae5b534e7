import * as tf from "../core/tfjs.ts";
import { checkInteger, checkNumber, checkObject, checkOneOf, describe } from "../core/checks.ts";
import type { Tensor, Variable } from "../core/tensors.ts";
import type { Parameter } from "../encoders/parameters.ts";

/** What an optimizer carries from one step to the next. */
export interface OptimizerState<K extends string = string> {
  /** Which optimizer it is of; Adam where it is absent. */
  readonly name?: string;
  /** Updates done. */
  readonly step: number;
  /** Its moments, such as running means of the gradient, by the names of the trained parameters. */
  readonly moments: ReadonlyMap<string, Readonly<Record<K, Float32Array>>>;
}

/** What changes weights by their gradients. */
export interface Optimizer {
  /**
   * Changes the variables by one step.
   *
   * @param variables what is trained; all of them in every step
   * @param gradients by the variables' names, as `tf.variableGrads` gives them
   */
  update(variables: readonly Variable[], gradients: Record<string, Tensor>): void;
  /** Takes steps of another size from now on. */
  setLearningRate(learningRate: number): void;
  /** What it takes to go on later, to the same bits. */
  state(parameters: readonly Pick<Parameter, "name" | "variable">[]): Promise<OptimizerState>;
  /** Goes on from a state. */
  restore(parameters: readonly Pick<Parameter, "name" | "variable">[], state: OptimizerState): void;
  /** Frees the moments. */
  dispose(): void;
}

/** One array that is updated: its weights, their gradient and its moments. */
export type Update<K extends string> = Readonly<Record<K, Tensor>> & {
  readonly weight: Tensor;
  readonly gradient: Tensor;
};

/** Beyond these a step is 0 or infinite in float32. */
function checkLearningRate(learningRate: number): number {
  return checkNumber("learning rate", learningRate, { min: 1e-30, max: 1e30 });
}

/** An optimizer with moments of some kinds for every weight. */
export abstract class MomentOptimizer<K extends string> implements Optimizer {
  readonly #name: string;
  readonly #kinds: readonly K[];
  readonly #moments = new Map<number, Record<K, Variable>>();
  #learningRate: number;
  #step = 0;

  /**
   * Moments start at zero with the first update.
   *
   * @param name what a state says it is of
   * @param kinds of moments
   * @param settings learning rate from 1e-30 to 1e30, weight decay from 0 to 1e30
   * @throws {RangeError} if a setting is out of range
   */
  constructor(
    name: string,
    kinds: readonly K[],
    { learningRate, weightDecay }: { learningRate: number; weightDecay: number },
  ) {
    this.#name = name;
    this.#kinds = kinds;
    this.#learningRate = checkLearningRate(learningRate);
    checkNumber("weight decay", weightDecay, { min: 0, max: 1e30 });
  }

  /** The new weights and moments of one array after its step, which counts from 1. */
  protected abstract updated(
    array: Update<K>,
    progress: { step: number; learningRate: number },
  ): Record<K | "weight", Tensor>;

  /**
   * Changes the variables by one step.
   *
   * @param variables what is trained; all of them in every step
   * @param gradients by the variables' names, as `tf.variableGrads` gives them
   */
  update(variables: readonly Variable[], gradients: Record<string, Tensor>): void {
    const progress = { step: ++this.#step, learningRate: this.#learningRate };
    tf.tidy(() => {
      for (const variable of variables) {
        const moments = this.#momentsOf(variable), gradient = gradients[variable.name];
        const next = this.updated({ ...moments, weight: variable, gradient } as Update<K>, progress);
        variable.assign(next.weight);
        for (const kind of this.#kinds) moments[kind].assign(next[kind]);
      }
    });
  }

  /**
   * Takes steps of another size from now on.
   *
   * @throws {RangeError} if it is out of range
   */
  setLearningRate(learningRate: number): void {
    this.#learningRate = checkLearningRate(learningRate);
  }

  /**
   * What it takes to go on later, to the same bits.
   *
   * @param parameters what is trained
   */
  async state(parameters: readonly Pick<Parameter, "name" | "variable">[]): Promise<OptimizerState<K>> {
    const moments = new Map<string, Record<K, Float32Array>>();
    for (const { name, variable } of parameters) {
      const own = this.#momentsOf(variable), kept = {} as Record<K, Float32Array>;
      for (const kind of this.#kinds) kept[kind] = await own[kind].data() as Float32Array;
      moments.set(name, kept);
    }
    return { ...(this.#name === "adam" ? {} : { name: this.#name }), step: this.#step, moments };
  }

  /**
   * Goes on from a state.
   *
   * @param parameters those whose state it is
   * @throws {TypeError} if it is no state
   * @throws {RangeError} if it is of another optimizer, a parameter has no moments in it, or some of another length
   */
  restore(parameters: readonly Pick<Parameter, "name" | "variable">[], state: OptimizerState): void {
    const { step, moments, name: of = "adam" } = checkOptimizerState(state);
    checkOneOf("state of an optimizer", of, [this.#name]);
    for (const { name, variable } of parameters) {
      const kept = moments.get(name), lengths = this.#kinds.map((kind) => kept?.[kind]?.length);
      if (lengths.some((length) => length !== variable.size)) {
        throw new RangeError(
          `Cannot restore ${this.#name} as parameter ${name} must have ${variable.size} moments of each kind: received ${
            lengths.every((length) => length !== undefined) ? lengths.join(" and ") : "none"
          }`,
        );
      }
      const variables = this.#momentsOf(variable);
      tf.tidy(() => {
        for (const kind of this.#kinds) variables[kind].assign(tf.tensor(kept![kind], variable.shape));
      });
    }
    this.#step = checkInteger("step", step, { min: 0 });
  }

  /** Frees the moments. */
  dispose(): void {
    for (const moments of this.#moments.values()) tf.dispose(moments);
    this.#moments.clear();
  }

  #momentsOf(variable: Variable): Record<K, Variable> {
    let moments = this.#moments.get(variable.id);
    if (!moments) {
      const zeros = () => tf.tidy(() => tf.variable(tf.zerosLike(variable), false));
      moments = Object.fromEntries(this.#kinds.map((kind) => [kind, zeros()])) as Record<K, Variable>;
      this.#moments.set(variable.id, moments);
    }
    return moments;
  }
}

/** Throws unless a value is the state of an optimizer, of whatever parameters. */
export function checkOptimizerState(state: OptimizerState): OptimizerState {
  checkObject("state of the optimizer", state);
  if (state.moments instanceof Map) return state;
  throw new TypeError(
    `Cannot use moments of the optimizer as they must be a Map by parameter: received ${
      describe(state.moments)
    }`,
  );
}
