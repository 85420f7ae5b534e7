import { base64Bytes } from "../../core/base64.ts";
import { compiled } from "./assembly/compiled.ts";
import type { ProductKernels } from "./assembly/instances.ts";
import { packedFloats, PANEL_COLUMNS, PANEL_ROW, tableFloats } from "./assembly/panels.ts";
import { FLOAT, SPARE } from "./scratch.ts";

const PAGE = 65536, LIMIT = 2 ** 32;
// Addresses below this one are left to the kernels.
const START = 1024;
// Rows that are packed at a time, whole panels of them.
const STRIP = 4096;

/**
 * Inner products of any rows with rows that stay, which are packed once, in a memory of their own: the matrix product of the
 * `wasm` backend, number for number, on any thread and without TensorFlow.js.
 */
export class RowProducts {
  readonly #kernels: ProductKernels;
  readonly #memory: WebAssembly.Memory;
  readonly #dim: number;
  readonly #count: number;
  readonly #panels: number;
  readonly #rows: number;
  readonly #table: number;
  readonly #dump: number;
  readonly #products: number;

  /**
   * @param rows `[count, dim]`, row-major
   * @param most how many rows they are multiplied with at a time
   * @param relaxed with fused multiply-add, as the backend has it
   * @throws {RangeError} if they do not fit into 4 GiB
   */
  constructor(rows: Float32Array, dim: number, most: number, relaxed: boolean) {
    this.#dim = dim;
    const count = this.#count = rows.length / dim, strip = Math.min(STRIP, count);
    let address = START;
    const take = (floats: number) => {
      const start = address;
      address += 16 * Math.ceil(floats * FLOAT / 16);
      return start;
    };
    this.#panels = take(packedFloats(dim, count));
    this.#rows = take(dim * Math.max(most, strip));
    this.#table = take(tableFloats(most));
    this.#dump = take(packedFloats(1, count));
    this.#products = take(most * count + SPARE);
    this.#memory = memoryOf(address);
    this.#kernels = new WebAssembly.Instance(moduleOf(relaxed), { env: { memory: this.#memory } })
      .exports as unknown as ProductKernels;
    for (let first = 0; first < count; first += strip) {
      this.#pack(rows, first, Math.min(strip, count - first));
    }
  }

  /**
   * `[k, columns]`, until it is asked again: the inner products of `k` rows, `[k, dim]`, with those that stay, or a range of these.
   * They may be written to.
   *
   * @param from a multiple of {@linkcode PANEL_COLUMNS}
   */
  of(rows: Float32Array, from = 0, to: number = this.#count): Float32Array {
    const { buffer } = this.#memory, dim = this.#dim, count = to - from, k = rows.length / dim;
    new Float32Array(buffer, this.#rows, rows.length).set(rows);
    const whole = this.#kernels.positions(
      ...[this.#table, 1, 1, k],
      ...[this.#rows, 0, 0, dim * FLOAT],
      ...[this.#products, 0, 0, count * FLOAT],
      this.#dump,
    );
    const panels = this.#panels + from / PANEL_COLUMNS * dim * PANEL_ROW;
    this.#kernels.product(this.#table, whole, panels, 1, dim, 0, count);
    return new Float32Array(buffer, this.#products, k * count);
  }

  #pack(rows: Float32Array, first: number, size: number): void {
    const dim = this.#dim, panelBytes = dim * PANEL_ROW;
    new Float32Array(this.#memory.buffer, this.#rows, size * dim)
      .set(rows.subarray(first * dim, (first + size) * dim));
    const to = this.#panels + first / PANEL_COLUMNS * panelBytes;
    this.#kernels.pack(this.#rows, to, dim, size, FLOAT, dim * FLOAT, panelBytes);
  }
}

function memoryOf(bytes: number): WebAssembly.Memory {
  if (bytes > LIMIT) {
    throw new RangeError(
      `Cannot compare all rows as ${LIMIT / 1e6} MB is what WebAssembly can hold: received ${
        Math.ceil(bytes / 1e6)
      } MB`,
    );
  }
  return new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE) });
}

const modules = new Map<boolean, WebAssembly.Module>();

function moduleOf(relaxed: boolean): WebAssembly.Module {
  let module = modules.get(relaxed);
  if (!module) {
    module = new WebAssembly.Module(base64Bytes(compiled[relaxed ? "product_relaxed" : "product"]));
    modules.set(relaxed, module);
  }
  return module;
}
