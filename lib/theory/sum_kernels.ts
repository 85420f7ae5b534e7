import { base64Bytes } from "../core/base64.ts";
import { compiled } from "./assembly/compiled.ts";

/** See assembly/sums.as. */
export interface SumKernels {
  largest(from: number, count: number): number;
  powers(from: number, count: number, shift: number, scale: number, to: number): number;
  sharedPowers(
    from: number,
    count: number,
    shift: number,
    scale: number,
    to: number,
    columns: number,
  ): number;
  weighted(
    from: number,
    count: number,
    shift: number,
    scale: number,
    g: number,
    to: number,
    sums: number,
  ): void;
  sharedWeighted(
    from: number,
    count: number,
    shift: number,
    scale: number,
    g: number,
    to: number,
    sums: number,
    etaColumns: number,
    productColumns: number,
  ): void;
  squared(eta: number, count: number, g: number, sums: number): void;
  sharedSquared(
    eta: number,
    count: number,
    g: number,
    sums: number,
    etaColumns: number,
    productColumns: number,
  ): void;
  settle(columns: number, count: number, to: number): void;
  products(from: number, count: number, weight: number, steps: number, to: number): number;
  exponentials(from: number, count: number, scale: number, to: number): void;
  shapes(from: number, count: number, weight: number, sums: number): void;
}

const modules = new Map<string, WebAssembly.Module>();

/** The kernels, with fused multiply-add if wanted and where the engine has it. */
export function sumKernels(fused: boolean): WebAssembly.Module {
  const name = fused ? "sums_relaxed" : "sums";
  const known = modules.get(name);
  if (known) return known;
  const bytes = base64Bytes(compiled[name]);
  const module = fused && !WebAssembly.validate(bytes) ? sumKernels(false) : new WebAssembly.Module(bytes);
  modules.set(name, module);
  return module;
}
