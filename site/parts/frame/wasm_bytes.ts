import type { Wasm } from "../../engines/start_wasm.ts";
import { loadScript } from "./engine.ts";

/** TensorFlow.js' WebAssembly, from a script beside the page, as one that was opened from a disk may fetch no files. */
export async function wasmBytes(): Promise<Wasm> {
  await loadScript("wasm.js");
  const text = atob((globalThis as unknown as { hsclWasm: string }).hsclWasm);
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
