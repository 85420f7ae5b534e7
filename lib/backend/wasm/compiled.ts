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

/** `c = a · b` for row-major `[m, k] · [k, n]` at these byte addresses; see kernels/gemm.as. */
export type GemmKernel = (a: number, b: number, c: number, m: number, k: number, n: number) => void;

interface Compiled {
  patches: PatchKernels;
  gemm: GemmKernel | undefined;
}

const compiled = new WeakMap<WasmBackend, Compiled>();
const withoutGemm = new WeakSet<WasmBackend>();

/** Lets the backend use the fused matrix product, or keeps it to tfjs' own. */
export function allowGemm(backend: WasmBackend, allowed: boolean): void {
  if (allowed) withoutGemm.delete(backend);
  else withoutGemm.add(backend);
}

/** The patch kernels, working in the memory of this backend. */
export function patchKernels(backend: WasmBackend): PatchKernels {
  return load(backend).patches;
}

/** The fused matrix product, if the engine has relaxed SIMD and it is allowed. */
export function gemmKernel(backend: WasmBackend): GemmKernel | undefined {
  return withoutGemm.has(backend) ? undefined : load(backend).gemm;
}

function load(backend: WasmBackend): Compiled {
  let kernels = compiled.get(backend);
  if (!kernels) {
    const { memory } = backend.wasm.asm;
    const exportsOf = (name: string): WebAssembly.Exports | undefined => {
      const bytes = Deno.readFileSync(new URL(`./kernels/${name}.wasm`, import.meta.url));
      if (!WebAssembly.validate(bytes)) return undefined;
      return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports;
    };
    kernels = {
      patches: exportsOf("patches") as unknown as PatchKernels,
      gemm: exportsOf("gemm")?.gemm as GemmKernel | undefined,
    };
    compiled.set(backend, kernels);
  }
  return kernels;
}
