import type { TensorInfo } from "@tensorflow/tfjs";
import { addressOf, type WasmBackend } from "./heap.ts";

/** Floats that kernels may read past an end. */
export const SPARE = 8;

/** Bytes of a float. */
export const FLOAT = Float32Array.BYTES_PER_ELEMENT;

/**
 * Runs `use` with the addresses of uninitialised heap blocks of these many floats, and frees them. Each block has a few
 * floats to spare, because the kernels read whole tiles.
 */
export function withScratch<R>(
  backend: WasmBackend,
  floats: readonly number[],
  use: (...addresses: number[]) => R,
): R {
  const blocks: TensorInfo[] = [];
  try {
    for (const count of floats) blocks.push(backend.makeOutput([count + SPARE], "float32"));
    return use(...blocks.map((block) => addressOf(backend, block)));
  } finally {
    for (const { dataId } of blocks) backend.disposeData(dataId);
  }
}
