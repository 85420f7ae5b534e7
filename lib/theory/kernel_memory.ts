const PAGE = 65536, ALIGNED = 16;

/** An instance of compiled kernels with a memory of its own, and arrays in that; kernels may reach 16 bytes past their ends. */
export class KernelMemory<Kernels> {
  readonly kernels: Kernels;
  readonly #buffer: ArrayBuffer;
  #next: number;

  /**
   * @param module imports its memory, and says where that is `free`
   * @param bytes that all arrays together have, see {@linkcode arrayBytes}
   */
  constructor(module: WebAssembly.Module, bytes: number) {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as { free(): number };
    this.kernels = kernels as Kernels;
    this.#next = kernels.free();
    memory.grow(Math.ceil((this.#next + bytes) / PAGE));
    this.#buffer = memory.buffer as ArrayBuffer;
  }

  /** One more array, of zeros. */
  floats(count: number): Float32Array {
    return new Float32Array(this.#buffer, this.#take(4 * count), count);
  }

  /** The same in float64. */
  doubles(count: number): Float64Array {
    return new Float64Array(this.#buffer, this.#take(8 * count), count);
  }

  #take(bytes: number): number {
    const start = this.#next;
    this.#next += arrayBytes(bytes);
    return start;
  }
}

/** What an array of so many bytes takes. */
export function arrayBytes(bytes: number): number {
  return ALIGNED * (Math.ceil(bytes / ALIGNED) + 1);
}

/** The address of an item for the kernels. */
export function at(array: Float32Array | Float64Array, index: number): number {
  return array.byteOffset + array.BYTES_PER_ELEMENT * index;
}
