import * as tf from "../core/tfjs.ts";
import type { Tensor, Variable } from "../core/tensors.ts";
import type { Encoder } from "../encoders/encoder.ts";

/** What passes of an encoder move besides the gradient: parameters that are not trained, such as running statistics. */
export class RunningState {
  readonly #variables: readonly Variable[];

  constructor({ parameters }: Encoder) {
    this.#variables = parameters.filter(({ trainable }) => !trainable).map(({ variable }) => variable);
  }

  /** Makes a pass, and puts the state back to where it was. */
  kept<T>(pass: () => T): T {
    const start = this.#variables.map((variable) => tf.clone(variable));
    try {
      return pass();
    } finally {
      this.#assign(start);
      tf.dispose(start);
    }
  }

  /**
   * Makes several passes, each from the same state, and then moves it once: by the mean of their moves.
   *
   * @param passes with their weights, whose sum is 1
   */
  movedOnce<T extends tf.TensorContainer>(passes: readonly { weight: number; pass: () => T }[]): T[] {
    const start = this.#variables.map((variable) => tf.clone(variable));
    let move: Tensor[] = start.map((values) => tf.zerosLike(values));
    const results = passes.map(({ weight, pass }) =>
      this.kept(() => {
        const result = pass(), before = move;
        // A sum of differences, so that what does not move, such as frozen weights, stays as it is to the last bit.
        move = tf.tidy(() =>
          this.#variables.map((variable, i) => tf.add(before[i], tf.mul(tf.sub(variable, start[i]), weight)))
        );
        tf.dispose(before);
        return result;
      })
    );
    const end = start.map((values, i) => tf.add(values, move[i]));
    this.#assign(end);
    tf.dispose([start, move, end]);
    return results;
  }

  #assign(values: readonly Tensor[]): void {
    this.#variables.forEach((variable, i) => variable.assign(values[i]));
  }
}
