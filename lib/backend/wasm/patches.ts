import type { WasmBackend } from "./heap.ts";

/** Addresses in bytes, then `first`, `images`, and the geometry of the convolution; see kernels/patches.as. */
type PatchKernel = (from: number, to: number, first: number, images: number, ...geometry: number[]) => void;

/** The compiled kernels that move pixels to patches and back. */
export interface PatchKernels {
  /** Pixels to transposed patches. */
  readonly unfoldTransposed: PatchKernel;
  /** Adds patches to the pixels they were taken from. */
  readonly fold: PatchKernel;
}

const instances = new WeakMap<WasmBackend, PatchKernels>();

/** The kernels, working in the memory of this backend. */
export function patchKernels(backend: WasmBackend): PatchKernels {
  let kernels = instances.get(backend);
  if (!kernels) {
    const bytes = Deno.readFileSync(new URL("./kernels/patches.wasm", import.meta.url));
    const { memory } = backend.wasm.asm;
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
    kernels = instance.exports as unknown as PatchKernels;
    instances.set(backend, kernels);
  }
  return kernels;
}
