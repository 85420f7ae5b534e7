import type { WasmBackend } from "./heap.ts";

/** A compiled function; addresses are bytes, counts are elements. */
type Kernel = (...values: number[]) => void;

/** See kernels/product.as. */
export type ProductKernels = Readonly<
  Record<"pack" | "unpack" | "frame" | "product" | "outer", Kernel> & {
    /** Fills a table; returns its rows, filled up to whole tiles. */
    positions: (...values: number[]) => number;
  }
>;

/** See kernels/training.as. */
export type TrainingKernels = Readonly<
  Record<
    | "reluGradient"
    | "adam"
    | "columnSums"
    | "columnSquares"
    | "normalize"
    | "gradientSums"
    | "normalizeGradient",
    Kernel
  >
>;

interface Compiled {
  readonly relaxed?: ProductKernels;
  readonly portable: ProductKernels;
  readonly training: TrainingKernels;
}

const compiled = new WeakMap<WasmBackend, Compiled>();
const portableOnly = new WeakSet<WasmBackend>();

/** Lets the backend use fused multiply-add, or keeps it to products and sums. */
export function allowRelaxedSimd(backend: WasmBackend, allowed: boolean): void {
  if (allowed) portableOnly.delete(backend);
  else portableOnly.add(backend);
}

/** The product kernels of this backend: with fused multiply-add where the engine has it and it is allowed. */
export function productKernels(backend: WasmBackend): ProductKernels {
  const { relaxed, portable } = load(backend);
  return relaxed && !portableOnly.has(backend) ? relaxed : portable;
}

/** Whether {@linkcode productKernels} gives those with fused multiply-add. */
export function usesRelaxedSimd(backend: WasmBackend): boolean {
  return productKernels(backend) === load(backend).relaxed;
}

/** The kernels of batch norm, Adam and the like. */
export function trainingKernels(backend: WasmBackend): TrainingKernels {
  return load(backend).training;
}

function load(backend: WasmBackend): Compiled {
  let kernels = compiled.get(backend);
  if (!kernels) {
    const relaxed = instantiate(backend, "product_relaxed");
    kernels = {
      relaxed: relaxed as unknown as ProductKernels | undefined,
      portable: instantiate(backend, "product") as unknown as ProductKernels,
      training: instantiate(backend, "training") as unknown as TrainingKernels,
    };
    compiled.set(backend, kernels);
  }
  return kernels;
}

/** The exports of a module working in the backend's memory; nothing where the engine cannot run it. */
function instantiate(backend: WasmBackend, name: string): WebAssembly.Exports | undefined {
  const bytes = Deno.readFileSync(new URL(`./kernels/${name}.wasm`, import.meta.url));
  if (!WebAssembly.validate(bytes)) return undefined;
  const { memory } = backend.wasm.asm;
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports;
}
