import type { WasmBackend } from "./heap.ts";

const guarded = new WeakSet<WasmBackend>();

/**
 * Lets the backend refuse a tensor that its memory has no room for. TensorFlow.js puts it at address 0 instead, over whatever is
 * there, and goes on with wrong numbers until the backend breaks down; refused, it can be used on.
 */
export function guardMemory(backend: WasmBackend): void {
  if (guarded.has(backend)) return;
  guarded.add(backend);
  const { wasm } = backend;
  wasm._free(wasm._malloc(1)); // in its first call it puts itself into the place of what loads it
  const allocate = wasm._malloc;
  wasm._malloc = (bytes) => {
    const address = allocate(bytes);
    if (address !== 0 || bytes === 0) return address;
    const { byteLength } = wasm.asm.memory.buffer;
    throw new RangeError(
      `Cannot hold another ${inMegabytes(bytes)} on wasm as its memory ends at ${
        inMegabytes(LIMIT)
      }: received ` +
        `${
          inMegabytes(byteLength)
        } in use; a smaller batch or chunk needs less, another backend has all of the machine's memory`,
    );
  };
}

/** What an address of 32 bits reaches. */
const LIMIT = 2 ** 32;

function inMegabytes(bytes: number): string {
  return `${bytes} bytes (${Math.ceil(bytes / 1e6)} MB)`;
}
