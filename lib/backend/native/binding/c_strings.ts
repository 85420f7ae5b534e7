import type { Pointer } from "./types.ts";

/** Text for C, ending in a zero. Made once per text and never freed: operations and attributes have few names. */
export class CStrings {
  readonly #bytes = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #pointers = new Map<string, Pointer>();

  pointer(text: string): Pointer {
    let pointer = this.#pointers.get(text);
    if (pointer === undefined) {
      const encoded = new TextEncoder().encode(text);
      // An explicit buffer never moves, while V8 may keep a small array's bytes in its own heap.
      const bytes = new Uint8Array(new ArrayBuffer(encoded.length + 1));
      bytes.set(encoded);
      this.#bytes.set(text, bytes);
      pointer = Deno.UnsafePointer.of(bytes);
      this.#pointers.set(text, pointer);
    }
    return pointer;
  }
}
