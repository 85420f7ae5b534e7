import { Graph, type TensorType } from "../binding/graph.ts";
import type { Library } from "../binding/library.ts";
import type { OpDefinitions } from "../binding/op_definition.ts";
import type { Values } from "../binding/tensors.ts";
import { constants, type OpAttribute } from "../binding/types.ts";

/** What an operation works on. */
export interface Given extends TensorType {
  /** Its numbers, if they may be part of the operation, such as a shape or an axis. */
  numbers?: Values;
}

/** An operation on tensors of certain types, and on certain numbers. */
export interface KnownOperation {
  /** Tells it from all others. */
  number: number;
  results: readonly TensorType[];
}

/** An operation on tensors of certain types. */
interface Signature {
  /** Which inputs its results' shapes depend on by their values. */
  constants: readonly number[];
  byNumbers: Map<string, KnownOperation>;
}

/** Inputs that never say anything of shapes, by operation. */
const indices: Record<string, number[]> = { GatherV2: [1], OneHot: [0], UnsortedSegmentSum: [1] };

// Operations that are remembered; some hundred make a training step.
const MOST = 2 ** 16;

/** Says what operations give without running them, and remembers it. */
export class Inference {
  readonly #library: Library;
  readonly #definitions: OpDefinitions;
  readonly #signatures = new Map<string, Signature>();
  #known = 0;

  constructor(library: Library, definitions: OpDefinitions) {
    this.#library = library;
    this.#definitions = definitions;
  }

  /**
   * The types of an operation's results, and which inputs have to be constants of a function for that.
   *
   * @throws {Error} if TensorFlow refuses the operation
   * @throws {TypeError} if a shape depends on values that are not known
   */
  of(
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly Given[],
    results: number,
  ): { operation: KnownOperation; constants: readonly number[] } {
    const types = inputs.map(({ dtype, shape, numbers }) => `${dtype}[${shape}]${numbers ? "!" : ""}`).join();
    const key = `${name} ${results} ${types} ${JSON.stringify(attributes)}`;
    let signature = this.#signatures.get(key), operation: KnownOperation | undefined;
    if (!signature) {
      if (this.#known > MOST) this.#signatures.clear();
      const found = this.#infer(name, attributes, inputs, results);
      signature = { constants: found.constants, byNumbers: new Map() };
      this.#signatures.set(key, signature);
      operation = this.#remember(signature, inputs, found.results);
    } else operation = signature.byNumbers.get(numbersIn(signature, inputs));
    if (!operation) {
      const types = this.#typesWith(signature.constants, name, attributes, inputs, results);
      operation = this.#remember(signature, inputs, types);
    }
    return { operation, constants: signature.constants };
  }

  #remember(signature: Signature, inputs: readonly Given[], results: readonly TensorType[]): KnownOperation {
    const operation = { number: this.#known++, results };
    signature.byNumbers.set(numbersIn(signature, inputs), operation);
    return operation;
  }

  #infer(name: string, attributes: readonly OpAttribute[], inputs: readonly Given[], results: number) {
    const may = [...inputs.keys()].filter((i) => inputs[i].numbers && !indices[name]?.includes(i));
    // None if possible: what is no constant may change from call to call.
    for (const constants of [[], may]) {
      const types = this.#typesWith(constants, name, attributes, inputs, results);
      // Of further results, such as what only the operation's own gradient wants, it is known where they are used.
      if (types.slice(0, 1).every(isKnown)) return { constants, results: types };
    }
    throw dependsOnValues(name);
  }

  #typesWith(
    constant: readonly number[],
    name: string,
    attributes: readonly OpAttribute[],
    inputs: readonly Given[],
    results: number,
  ): TensorType[] {
    const graph = new Graph(this.#library, this.#definitions);
    try {
      const given = inputs.map((input, i) =>
        constant.includes(i) ? graph.constant(input.numbers!) : graph.placeholder(input)
      );
      const resultOf = graph.operation(name, attributes, given);
      const said = attributes.find(({ name }) => name === SHAPE)?.value as number[] | undefined;
      return Array.from({ length: results }, (_, result) => {
        const type = graph.typeOf(resultOf(result));
        return said && !isKnown(type) ? { dtype: type.dtype, shape: said } : type;
      });
    } finally {
      graph.delete();
    }
  }
}

/** The attribute by which a kernel says the shape of a result that TensorFlow does not know before, such as that of a variable. */
const SHAPE = "_shape";

/** That attribute. */
export function shapeOfResult(shape: number[]): OpAttribute {
  return { name: SHAPE, type: constants.TF_ATTR_SHAPE, value: shape };
}

/** The error of an operation whose results have a shape that nobody knows before it runs. */
export function dependsOnValues(name: string): TypeError {
  return new TypeError(
    `Cannot capture ${name} as the shapes of its results must not depend on values: received such an operation ` +
      "(captured: false runs them one by one)",
  );
}

/** Whether all of a shape is known. */
export function isKnown({ shape }: TensorType): boolean {
  return shape.every((length) => length >= 0);
}

function numbersIn({ constants }: Signature, inputs: readonly Given[]): string {
  return constants.map((i) => inputs[i].numbers!.values).join(" ");
}
