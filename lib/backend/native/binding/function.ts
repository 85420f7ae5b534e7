import { Graph, type NodeOutput, packed, type TensorType } from "./graph.ts";
import type { Library } from "./library.ts";
import type { OpDefinitions } from "./op_definition.ts";
import type { Values } from "./tensors.ts";
import { constants, type OpAttribute, type Pointer } from "./types.ts";

/** What an operation works on: a result of one before, by its number, an input of the function, by its number, or numbers. */
export type Source = { result: number } | { input: number } | { numbers: Values };

/** An operation of a function. */
export interface Step {
  name: string;
  attributes: readonly OpAttribute[];
  sources: readonly Source[];
  /** How many results it has. */
  results: number;
}

/** What a function does. Results are numbered through all steps. */
export interface FunctionPlan {
  inputs: readonly TensorType[];
  steps: readonly Step[];
  /** The numbers of the results that it gives. */
  outputs: readonly number[];
}

let count = 0;

/** Several operations that TensorFlow runs as one. */
export class TensorflowFunction {
  readonly #library: Library;
  readonly #name = `captured_${count++}`;
  readonly #outputs: number;

  readonly #xla: boolean;

  /**
   * @param xla whether XLA compiles it
   * @throws {Error} if TensorFlow refuses an operation in a function
   */
  constructor(library: Library, definitions: OpDefinitions, plan: FunctionPlan, xla: boolean) {
    this.#library = library;
    this.#xla = xla;
    this.#outputs = plan.outputs.length;
    const graph = new Graph(library, definitions);
    try {
      this.#add(graph, plan);
    } finally {
      graph.delete();
    }
  }

  /** Runs it: handles in, handles out, which are the caller's. */
  run(inputs: readonly Pointer[]): Pointer[] {
    const { c, status, context, strings } = this.#library;
    const op = c.TFE_NewOp(context, strings.pointer(this.#name), status);
    this.#library.check();
    const results = new BigUint64Array(this.#outputs);
    try {
      for (const input of inputs) c.TFE_OpAddInput(op, input, status);
      if (this.#xla) c.TFE_OpSetAttrBool(op, strings.pointer("_XlaMustCompile"), 1);
      this.#library.check();
      c.TFE_Execute(op, results, Int32Array.of(results.length), status);
      this.#library.check();
    } finally {
      c.TFE_DeleteOp(op);
    }
    return Array.from(results, (address) => Deno.UnsafePointer.create(address));
  }

  /** Makes TensorFlow forget it. */
  remove(): void {
    const { c, status, context, strings } = this.#library;
    c.TFE_ContextRemoveFunction(context, strings.pointer(this.#name), status);
    this.#library.check();
  }

  #add(graph: Graph, { inputs, steps, outputs }: FunctionPlan): void {
    const { c, status, context, strings } = this.#library;
    const given = inputs.map((type) => graph.placeholder(type)), results: NodeOutput[] = [];
    let last: NodeOutput | undefined;
    for (const { name, attributes, sources, results: count } of steps) {
      const from = sources.map((source) => {
        if ("numbers" in source) return graph.constant(source.numbers);
        return "input" in source ? given[source.input] : results[source.result];
      });
      // What works on variables keeps its order.
      const isOrdered = sources.some((source) =>
        "input" in source && inputs[source.input].dtype === constants.TF_RESOURCE
      );
      const resultOf = graph.operation(name, attributes, from, isOrdered ? last : undefined);
      if (isOrdered) last = resultOf(0);
      for (let result = 0; result < count; result++) results.push(resultOf(result));
    }
    const made = c.TF_GraphToFunction(
      graph.pointer,
      strings.pointer(this.#name),
      0,
      -1,
      null,
      given.length,
      packed(given),
      outputs.length,
      packed(outputs.map((number) => results[number])),
      null,
      null,
      null,
      status,
    );
    this.#library.check();
    try {
      c.TFE_ContextAddFunction(context, made, status);
      this.#library.check();
    } finally {
      c.TF_DeleteFunction(made);
    }
  }
}
