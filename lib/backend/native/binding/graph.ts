import { type AttributeSetters, nodeSetters, setAttribute } from "./attributes.ts";
import type { Library } from "./library.ts";
import type { OpDefinitions } from "./op_definition.ts";
import { hostTensor, type Values } from "./tensors.ts";
import { constants, type OpAttribute, type Pointer } from "./types.ts";

/** A result of a node: its `TF_Output`, 16 bytes. */
export type NodeOutput = Uint8Array<ArrayBuffer>;

/** Type and shape of a tensor; -1 for what is not known of it. */
export interface TensorType {
  dtype: number;
  shape: readonly number[];
}

/** A graph of operations that are not run. */
export class Graph {
  /** TensorFlow's. */
  readonly pointer: Pointer;
  readonly #library: Library;
  readonly #definitions: OpDefinitions;
  readonly #setters: AttributeSetters;
  #nodes = 0;

  constructor(library: Library, definitions: OpDefinitions) {
    this.#library = library;
    this.#definitions = definitions;
    this.#setters = nodeSetters(library.c);
    this.pointer = library.c.TF_NewGraph();
  }

  /** Frees it. */
  delete(): void {
    this.#library.c.TF_DeleteGraph(this.pointer);
  }

  /** Adds what a function is given. */
  placeholder({ dtype, shape }: TensorType): NodeOutput {
    return this.#add("Placeholder", [
      { name: "dtype", type: constants.TF_ATTR_TYPE, value: dtype },
      { name: "shape", type: constants.TF_ATTR_SHAPE, value: [...shape] },
    ])(0);
  }

  /** Adds numbers. */
  constant(numbers: Values): NodeOutput {
    const { c, status, strings } = this.#library, tensor = hostTensor(this.#library, numbers);
    try {
      return this.#add(
        "Const",
        [{ name: "dtype", type: constants.TF_ATTR_TYPE, value: numbers.dtype }],
        (node) => {
          c.TF_SetAttrTensor(node, strings.pointer("value"), tensor, status);
          this.#library.check();
        },
      )(0);
    } finally {
      c.TF_DeleteTensor(tensor);
    }
  }

  /**
   * Adds an operation.
   *
   * @param inputs all of them in order, those of lists too
   * @param after an operation that must have run before
   * @returns its results, by number
   */
  operation(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly NodeOutput[],
    after?: NodeOutput,
  ): (result: number) => NodeOutput {
    const { c } = this.#library, lists = this.#definitions.inputsOf(name);
    const valueOf = (wanted: string) => attributes.find(({ name }) => name === wanted)?.value;
    // The length of a list follows from what is in it.
    const given = attributes.filter(({ name }) => !lists.some(({ number }) => number === name));
    return this.#add(name, given, (node) => {
      let at = 0;
      for (const { number, types } of lists) {
        if (number === undefined && types === undefined) c.TF_AddInput(node, inputs[at++]);
        else {
          const length = number ? Number(valueOf(number) ?? 0) : (valueOf(types!) as number[]).length;
          c.TF_AddInputList(node, packed(inputs.slice(at, at += length)), length);
        }
      }
      if (after) c.TF_AddControlInput(node, nodeOf(after));
    });
  }

  /** Type and shape of a result, as far as they are known without running anything. */
  typeOf(output: NodeOutput): TensorType {
    const { c, status } = this.#library;
    const rank = c.TF_GraphGetTensorNumDims(this.pointer, output, status);
    this.#library.check();
    const dims = new BigInt64Array(Math.max(rank, 1)).fill(-1n);
    if (rank > 0) c.TF_GraphGetTensorShape(this.pointer, output, dims, rank, status);
    this.#library.check();
    return {
      dtype: c.TF_OperationOutputType(output),
      shape: Array.from(dims.subarray(0, rank < 0 ? 1 : rank), Number),
    };
  }

  #add(
    type: string,
    attributes: readonly OpAttribute[],
    complete: (node: Pointer) => void = () => {},
  ): (result: number) => NodeOutput {
    const { c, status, strings } = this.#library;
    const node = c.TF_NewOperation(this.pointer, strings.pointer(type), strings.pointer(`n${this.#nodes++}`));
    try {
      complete(node);
      for (const attribute of attributes) setAttribute(this.#setters, strings, node, attribute);
    } catch (error) {
      c.TF_FinishOperation(node, status); // frees it
      throw error;
    }
    const operation = c.TF_FinishOperation(node, status);
    this.#library.check();
    return (result) => outputOf(operation, result);
  }
}

function outputOf(operation: Pointer, result: number): NodeOutput {
  const bytes = new Uint8Array(16), view = new DataView(bytes.buffer);
  view.setBigUint64(0, Deno.UnsafePointer.value(operation), true);
  view.setInt32(8, result, true);
  return bytes;
}

function nodeOf(output: NodeOutput): Pointer {
  return Deno.UnsafePointer.create(new DataView(output.buffer).getBigUint64(0, true));
}

/** Some results one after the other, as C takes them. */
export function packed(outputs: readonly NodeOutput[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(16 * Math.max(outputs.length, 1));
  outputs.forEach((output, i) => bytes.set(output, 16 * i));
  return bytes;
}
