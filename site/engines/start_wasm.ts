import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { type BackendName, type BackendReport, initBackend } from "@hscl/hscl/backend";

/** TensorFlow.js' WebAssembly, which a page that was opened from a disk may not fetch. */
export type Wasm = Uint8Array<ArrayBuffer>;

/** Starts a backend, with that WebAssembly if it is or may be `wasm`. */
export async function startWithWasm(wasm: Wasm, backend: BackendName | "auto"): Promise<BackendReport> {
  const file = URL.createObjectURL(new Blob([wasm], { type: "application/wasm" }));
  // One thread with SIMD is what this library computes with; TensorFlow.js wants to know of the others, too.
  const names = ["tfjs-backend-wasm", "tfjs-backend-wasm-simd", "tfjs-backend-wasm-threaded-simd"];
  setWasmPaths(Object.fromEntries(names.map((name) => [`${name}.wasm`, file])));
  try {
    return await initBackend({ backend });
  } finally {
    URL.revokeObjectURL(file);
  }
}
