import { base64Bytes } from "../core/base64.ts";
import { compiled } from "./assembly/compiled.ts";
import type { Change } from "./jackknife.ts";
import type { LossShape } from "./positive_losses.ts";
import type { Range } from "./row_sums.ts";

/** See assembly/left_out.as. */
type Kernels = Record<"exponentials" | "changes" | "lossChanges" | "positiveChanges" | "add", Kernel> & {
  free(): number;
};
type Kernel = (...numbers: number[]) => number;

/** What the change of a loss follows from: that of its mean h, of which 1/h is `inverse`. */
interface LossStep {
  ofH: Change;
  inverse: number;
  shape: LossShape;
  /** The largest relative change of h to be small. */
  most: number;
}

const PAGE = 65536, FLOAT = 8;

/**
 * Numbers for each embedding that is left out, in arrays of one memory, and what is computed of them there, two at a time.
 * Of each array a range is read or written.
 */
export class Columns {
  /** How many numbers an array has. */
  readonly count: number;
  readonly #kernels: Kernels;
  readonly #buffer: ArrayBuffer;
  #next: number;

  /** @param arrays how many there will be at most */
  constructor(count: number, arrays: number) {
    this.count = count;
    const memory = new WebAssembly.Memory({ initial: 1 });
    this.#kernels = new WebAssembly.Instance(kernelModule(), { env: { memory } })
      .exports as unknown as Kernels;
    this.#next = this.#kernels.free();
    memory.grow(Math.ceil((this.#next + arrays * this.#bytes) / PAGE));
    this.#buffer = memory.buffer as ArrayBuffer;
  }

  /** Of an array; vectors reach one number past its end. */
  get #bytes(): number {
    return 16 * Math.ceil((this.count + 1) / 2);
  }

  /** One more array, of zeros. */
  array(): Float64Array {
    const array = new Float64Array(this.#buffer, this.#next, this.count);
    this.#next += this.#bytes;
    return array;
  }

  /** One more change. */
  change(): Change {
    return { by: this.array(), linear: this.array() };
  }

  /** into = e^(slope · x − shift) */
  exponentials(x: Float64Array, range: Range, slope: number, shift: number, into: Float64Array): void {
    this.#kernels.exponentials(at(x, range), size(range), slope, shift, at(into, range));
  }

  /**
   * How the mean of g over a part of the pairs, `h`, and over all, `all`, change without each of the part. Whether some of them has
   * more than `most` of a softmax weight, or what is no number: its change then is wrong.
   *
   * @param weights in the part, which has a share of that of all
   */
  changes(
    weights: Float64Array,
    g: Float64Array,
    range: Range,
    { h, all, share, most }: { h: number; all: number; share: number; most: number },
    part: Change,
    ofAll: Change,
  ): boolean {
    return this.#kernels.changes(
      at(weights, range),
      at(g, range),
      size(range),
      h,
      all,
      share,
      most,
      at(part.linear, range),
      at(part.by, range),
      at(ofAll.linear, range),
      at(ofAll.by, range),
    ) !== 0;
  }

  /** How a loss changes with its h. Whether some of these changes by more than `most`: that of the loss then is wrong. */
  lossChanges({ ofH, inverse, shape, most }: LossStep, range: Range, into: Change): boolean {
    return this.#kernels.lossChanges(
      at(ofH.linear, range),
      at(ofH.by, range),
      size(range),
      inverse,
      shape.slope,
      shape.curvature,
      most,
      at(into.linear, range),
      at(into.by, range),
    ) !== 0;
  }

  /**
   * The same where each one left out is also one of the `number` positives, over which the loss is the mean of log(1 + e^(logQh −
   * cosine · scale)).
   */
  positiveChanges(
    { ofH, inverse, shape, most }: LossStep,
    range: Range,
    { cosines, ...loss }: {
      cosines: Float64Array;
      scale: number;
      logQh: number;
      value: number;
      number: number;
    },
    into: Change,
  ): boolean {
    return this.#kernels.positiveChanges(
      at(cosines, range),
      at(ofH.linear, range),
      at(ofH.by, range),
      size(range),
      inverse,
      shape.slope,
      shape.curvature,
      most,
      loss.scale,
      loss.logQh,
      loss.value,
      loss.number,
      at(into.linear, range),
      at(into.by, range),
    ) !== 0;
  }

  /** Adds changes to sums, but none that is no number; whether there is one. */
  add(change: Change, range: Range, sums: Change): boolean {
    return this.#kernels.add(
      at(change.linear, range),
      at(change.by, range),
      size(range),
      at(sums.linear, range),
      at(sums.by, range),
    ) !== 0;
  }
}

function at(array: Float64Array, [from]: Range): number {
  return array.byteOffset + FLOAT * from;
}

function size([from, to]: Range): number {
  return to - from;
}

let compiledKernels: WebAssembly.Module | undefined;

function kernelModule(): WebAssembly.Module {
  return compiledKernels ??= new WebAssembly.Module(base64Bytes(compiled.left_out));
}
