import * as tf from "../core/tfjs.ts";
import { checkRandom, type Random } from "../core/random.ts";
import type { Variable } from "../core/tensors.ts";

/** One named array of an encoder's state. */
export interface Parameter {
  /** Path of the layer and the array in it, e.g. `conv1/filter`. */
  readonly name: string;
  /** The values. */
  readonly variable: Variable;
  /** Whether the optimizer changes it; running statistics are state but not trained. */
  readonly trainable: boolean;
  /** What the values are clipped to after every step; absent where they are free. */
  readonly range?: readonly [min: number, max: number];
}

/** Creates and lists the variables of an encoder; each draws its start from the child stream of its own name. */
export class Parameters {
  readonly #all: Parameter[] = [];
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = checkRandom("random", random);
  }

  /** All parameters in order of creation. */
  get all(): readonly Parameter[] {
    return this.#all;
  }

  /**
   * Uniform in `±1/√fanIn`, which is how PyTorch starts convolutions and linear layers, weights and biases alike.
   */
  uniform<R extends tf.Rank>(name: string, shape: tf.ShapeMap[R], fanIn: number): tf.Variable<R> {
    const random = this.#random.child(name), bound = 1 / Math.sqrt(fanIn);
    const size = (shape as number[]).reduce((product, length) => product * length, 1);
    return this.#add(
      name,
      Float32Array.from({ length: size }, () => random.uniform(-bound, bound)),
      shape,
      true,
    );
  }

  /** Normal with mean 0, e.g. for He's initialisation of convolutions. */
  normal<R extends tf.Rank>(
    name: string,
    shape: tf.ShapeMap[R],
    standardDeviation: number,
  ): tf.Variable<R> {
    const random = this.#random.child(name);
    const size = (shape as number[]).reduce((product, length) => product * length, 1);
    const values = Float32Array.from({ length: size }, () => standardDeviation * random.normal());
    return this.#add(name, values, shape, true);
  }

  /** The same value everywhere. */
  constant<R extends tf.Rank>(
    name: string,
    shape: tf.ShapeMap[R],
    value: number,
    trainable = true,
  ): tf.Variable<R> {
    const size = (shape as number[]).reduce((product, length) => product * length, 1);
    return this.#add(name, new Float32Array(size).fill(value), shape, trainable);
  }

  #add<R extends tf.Rank>(name: string, values: Float32Array, shape: tf.ShapeMap[R], trainable: boolean) {
    const initial = tf.tensor(values, shape) as tf.Tensor<R>;
    const variable = tf.variable(initial, trainable) as tf.Variable<R>;
    initial.dispose();
    this.#all.push({ name, variable, trainable });
    return variable;
  }
}
