import type { Library } from "./library.ts";
import type { Pointer } from "./types.ts";

/** An input of an operation: one tensor, or as many as an attribute says. */
export interface InputDefinition {
  /** The attribute that is their number. */
  number?: string;
  /** The attribute that is the list of their types. */
  types?: string;
}

/** The inputs of the operations of TensorFlow, by their names. */
export class OpDefinitions {
  readonly #library: Library;
  readonly #known = new Map<string, InputDefinition[]>();

  constructor(library: Library) {
    this.#library = library;
  }

  /** The inputs of an operation. */
  inputsOf(name: string): InputDefinition[] {
    let inputs = this.#known.get(name);
    if (!inputs) this.#known.set(name, inputs = inputsIn(this.#definition(name)));
    return inputs;
  }

  /** TensorFlow's description of an operation, an `OpDef`. */
  #definition(name: string): Uint8Array {
    const { c, status, strings } = this.#library;
    const graph = c.TF_NewGraph(), buffer = c.TF_NewBuffer();
    try {
      c.TF_GraphGetOpDef(graph, strings.pointer(name), buffer, status);
      this.#library.check();
      return bytesOf(buffer);
    } finally {
      c.TF_DeleteBuffer(buffer);
      c.TF_DeleteGraph(graph);
    }
  }
}

/** The bytes of a `TF_Buffer`: an address and a length. */
function bytesOf(buffer: Pointer): Uint8Array {
  const view = new Deno.UnsafePointerView(buffer!), address = Deno.UnsafePointer.create(view.getBigUint64(0));
  if (address === null) return new Uint8Array();
  const length = Number(view.getBigUint64(8));
  return new Uint8Array(Deno.UnsafePointerView.getArrayBuffer(address, length)).slice();
}

// Numbers of the fields of OpDef and its ArgDef.
const INPUT = 2, NUMBER = 5, TYPES = 6;

function inputsIn(definition: Uint8Array): InputDefinition[] {
  return fields(definition).filter(({ field }) => field === INPUT).map(({ bytes }) => {
    const input: InputDefinition = {};
    for (const { field, bytes: text } of fields(bytes)) {
      if (field === NUMBER) input.number = new TextDecoder().decode(text);
      if (field === TYPES) input.types = new TextDecoder().decode(text);
    }
    return input;
  });
}

/** The fields of a message of Protocol Buffers that are texts or messages. */
function fields(message: Uint8Array): { field: number; bytes: Uint8Array }[] {
  const found: { field: number; bytes: Uint8Array }[] = [];
  let at = 0;
  const varint = () => {
    let value = 0, scale = 1;
    for (;;) {
      const byte = message[at++];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  };
  while (at < message.length) {
    const tag = varint(), kind = tag % 8, field = Math.floor(tag / 8);
    if (kind === 2) {
      const length = varint();
      found.push({ field, bytes: message.subarray(at, at += length) });
    } else if (kind === 0) varint();
    else at += kind === 1 ? 8 : 4;
  }
  return found;
}
