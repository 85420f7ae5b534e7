import type { FunctionPlan, Source, Step, TensorflowFunction } from "../binding/function.ts";
import type { TensorType } from "../binding/graph.ts";
import type { Tensors, Values } from "../binding/tensors.ts";
import { constants, type OpAttribute, type OutputInfo } from "../binding/types.ts";
import { dependsOnValues, type Given, type Inference, isKnown } from "./inference.ts";
import type { FunctionMemory } from "./memory.ts";

// Numbers in the largest shape, list of axes or padding that a function may have as a constant.
const MOST_NUMBERS = 12;

/**
 * A computation that notes its operations instead of running them. Their results have ids like all tensors, but no values until the
 * end; then all operations run as one function, of which there is one for every sequence of operations on tensors of the same types.
 *
 * Whatever there is before, and whatever is made of numbers meanwhile, the function is given with every call.
 */
export class Recording {
  readonly #tensors: Tensors;
  readonly #inference: Inference;
  readonly #steps: Step[] = [];
  /** What tells the sequence of operations from others. */
  readonly #key: number[] = [];
  /** Results that are not deleted yet, or not noted as such, by their ids. */
  readonly #results = new Map<number, { number: number; type: TensorType }>();
  #resultCount = 0;
  /** Tensors with values that operations work on, by their ids. */
  readonly #inputs = new Map<number, { number: number; type: TensorType }>();
  /** Small integers that were made meanwhile, and are no tensors of TensorFlow yet. */
  readonly #integers = new Map<number, Values>();
  /** Tensors that the computation has deleted, but works on. */
  readonly #deleted: number[] = [];

  constructor(tensors: Tensors, inference: Inference) {
    this.#tensors = tensors;
    this.#inference = inference;
  }

  /** Notes an operation. */
  executeOp(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly number[],
    count: number,
  ): OutputInfo[] {
    const given = inputs.map((id) => this.#given(id));
    if (!given.every(isKnown)) throw dependsOnValues(`what ${name} works on`);
    const { operation, constants } = this.#inference.of(name, attributes, given, count);
    const sources = inputs.map((id, i): Source =>
      constants.includes(i) ? { numbers: given[i].numbers! } : this.#source(id, given[i])
    );
    this.#steps.push({ name, attributes, sources, results: count });
    this.#key.push(operation.number);
    for (const source of sources) {
      if ("result" in source) this.#key.push(source.result);
      else if ("input" in source) this.#key.push(-1 - source.input);
    }
    return operation.results.map((type) => {
      const id = this.#tensors.newId();
      this.#results.set(id, { number: this.#resultCount++, type });
      return { id, shape: [...type.shape], dtype: type.dtype };
    });
  }

  /** A tensor of numbers. */
  createTensor(numbers: Values): number {
    const { dtype, shape, values } = numbers;
    const size = shape.reduce((product, length) => product * length, 1);
    const isInteger = dtype === constants.TF_INT32 || dtype === constants.TF_INT64;
    if (!isInteger || size > MOST_NUMBERS) return this.#tensors.make(numbers);
    const id = this.#tensors.newId();
    // Who made them may change them later.
    const own = new Int32Array(values.buffer.slice(values.byteOffset, values.byteOffset + values.byteLength));
    this.#integers.set(id, { dtype, shape: [...shape], values: own });
    return id;
  }

  /** Deletes a tensor, or notes that it is. */
  deleteTensor(id: number): void {
    if (this.#results.delete(id) || this.#integers.delete(id)) return;
    if (this.#inputs.has(id)) this.#deleted.push(id);
    else this.#tensors.delete(id);
  }

  /** Throws if a tensor has no values yet. */
  checkReadable(id: number): void {
    if (this.#results.has(id)) {
      throw new Error(
        "Cannot read a tensor as it must not be a result of a computation that is being captured, which is run at its end: " +
          "received such a result (captured: false runs operations one by one)",
      );
    }
    this.#materialize(id);
  }

  /**
   * Runs what was noted, as far as it is still wanted.
   *
   * @param memory functions of before
   * @param make a function of a plan
   */
  finish(memory: FunctionMemory<TensorflowFunction>, make: (plan: FunctionPlan) => TensorflowFunction): void {
    try {
      for (const id of [...this.#integers.keys()]) this.#materialize(id);
      if (this.#results.size > 0) this.#run(memory, make);
    } finally {
      for (const id of this.#deleted) this.#tensors.delete(id);
    }
  }

  #run(memory: FunctionMemory<TensorflowFunction>, make: (plan: FunctionPlan) => TensorflowFunction): void {
    const ids = [...this.#results.keys()], outputs = [...this.#results.values()].map(({ number }) => number);
    const inputs = [...this.#inputs.values()].map(({ type }) => type);
    // Whatever happens, these are tensors.
    for (const id of ids) this.#tensors.keep(null, id);
    if (![...this.#results.values()].every(({ type }) => isKnown(type))) {
      throw dependsOnValues("a computation");
    }
    const found = memory.of(`${this.#key};${outputs}`, () => make({ inputs, steps: this.#steps, outputs }));
    const handles = found.run([...this.#inputs.keys()].map((id) => this.#tensors.handleOf(id)));
    ids.forEach((id, i) => this.#tensors.keep(handles[i], id));
  }

  #given(id: number): Given {
    const result = this.#results.get(id);
    if (result) return result.type;
    const numbers = this.#integers.get(id);
    if (numbers) return { ...numbers, numbers };
    return this.#inputs.get(id)?.type ?? this.#tensors.describe(id);
  }

  #source(id: number, type: TensorType): Source {
    const result = this.#results.get(id);
    if (result) return { result: result.number };
    this.#materialize(id);
    let input = this.#inputs.get(id);
    if (!input) {
      const { dtype, shape } = type;
      this.#inputs.set(id, input = { number: this.#inputs.size, type: { dtype, shape } });
    }
    return { input: input.number };
  }

  /** Makes small integers a tensor of TensorFlow. */
  #materialize(id: number): void {
    const numbers = this.#integers.get(id);
    if (!numbers) return;
    this.#integers.delete(id);
    this.#tensors.make(numbers, id);
  }
}
