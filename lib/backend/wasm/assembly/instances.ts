import { base64Bytes } from "../../../core/base64.ts";
import { compiled as kernels } from "./compiled.ts";
import type { WasmBackend } from "../heap.ts";

/** A compiled function; addresses are bytes, counts are elements. */
type Kernel = (...values: number[]) => void;

/** See product.as. */
export type ProductKernels = Readonly<
  Record<"pack" | "unpack" | "pad" | "product" | "outer", Kernel> & {
    /** Fills a table; returns its rows, padded to whole tiles. */
    positions: (...values: number[]) => number;
  }
>;

/** See winograd.as. */
export type WinogradKernels = Readonly<
  Record<
    | "inputTiles"
    | "outputTiles"
    | "gradientTiles"
    | "filterPanels"
    | "turnFilter"
    | "filterGradient",
    Kernel
  >
>;

/** See winograd_strided.as. */
export type StridedWinogradKernels = Readonly<
  Record<
    | "inputTiles"
    | "outputTiles"
    | "gradientTiles"
    | "spreadTiles"
    | "filterPanels"
    | "filterGradient",
    Kernel
  >
>;

/** See training.as. */
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

/** See contrastive.as; truths are 0 and 1. */
export type ContrastiveKernels = Readonly<
  Record<"prepare" | "maxima" | "sums" | "spread" | "pairSlopes" | "addAll", Kernel> & {
    /** Gives a part of the loss. */
    pairLosses: (...values: number[]) => number;
  }
>;

/** Kernels that there are with and without fused multiply-add. */
interface Multiplying {
  readonly product: ProductKernels;
  readonly winograd: WinogradKernels;
  readonly strided: StridedWinogradKernels;
  readonly contrastive: ContrastiveKernels;
}

interface Compiled {
  readonly relaxed?: Multiplying;
  readonly portable: Multiplying;
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
  return multiplying(backend).product;
}

/** The transforms of Winograd's convolution, as {@linkcode productKernels}. */
export function winogradKernels(backend: WasmBackend): WinogradKernels {
  return multiplying(backend).winograd;
}

/** The transforms of Winograd's convolution with stride 2, as {@linkcode productKernels}. */
export function stridedWinogradKernels(backend: WasmBackend): StridedWinogradKernels {
  return multiplying(backend).strided;
}

/** The passes of the contrastive loss, as {@linkcode productKernels}. */
export function contrastiveKernels(backend: WasmBackend): ContrastiveKernels {
  return multiplying(backend).contrastive;
}

/** Whether {@linkcode productKernels} gives those with fused multiply-add. */
export function usesRelaxedSimd(backend: WasmBackend): boolean {
  return multiplying(backend) === load(backend).relaxed;
}

function multiplying(backend: WasmBackend): Multiplying {
  const { relaxed, portable } = load(backend);
  return relaxed && !portableOnly.has(backend) ? relaxed : portable;
}

/** The kernels of batch norm, Adam and the like. */
export function trainingKernels(backend: WasmBackend): TrainingKernels {
  return load(backend).training;
}

function load(backend: WasmBackend): Compiled {
  let loaded = compiled.get(backend);
  if (!loaded) {
    loaded = {
      relaxed: instantiateAll(backend, "_relaxed"),
      portable: instantiateAll(backend, "")!,
      training: instantiate(backend, "training") as unknown as TrainingKernels,
    };
    compiled.set(backend, loaded);
  }
  return loaded;
}

/** The kernels that there are in two variants; nothing where the engine cannot run this one. */
function instantiateAll(backend: WasmBackend, suffix: "" | "_relaxed"): Multiplying | undefined {
  const product = instantiate(backend, `product${suffix}`);
  const winograd = instantiate(backend, `winograd${suffix}`);
  const strided = instantiate(backend, `winograd_strided${suffix}`);
  const contrastive = instantiate(backend, `contrastive${suffix}`);
  return product && winograd && strided && contrastive &&
    { product, winograd, strided, contrastive } as unknown as Multiplying;
}

/** The exports of a module working in the backend's memory; nothing where the engine cannot run it. */
function instantiate(backend: WasmBackend, name: keyof typeof kernels): WebAssembly.Exports | undefined {
  const bytes = base64Bytes(kernels[name]);
  if (!WebAssembly.validate(bytes)) return undefined;
  const { memory } = backend.wasm.asm;
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports;
}
