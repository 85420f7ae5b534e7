import { base64Bytes } from "../core/base64.ts";
import { compiled } from "./assembly/compiled.ts";
import { arrayBytes, at, KernelMemory } from "./kernel_memory.ts";
import type { Change } from "./jackknife.ts";
import type { LossShape } from "./positive_losses.ts";
import type { Range } from "./row_sums.ts";

/** See assembly/left_out.as. */
type Kernels = Record<"exponentials" | "changes" | "lossChanges" | "positiveChanges" | "add", Kernel>;
type Kernel = (...numbers: number[]) => number;

/** What the change of a loss follows from: that of its mean h, of which 1/h is `inverse`. */
interface LossStep {
  ofH: Change;
  inverse: number;
  shape: LossShape;
  /** The largest relative change of h to be small. */
  most: number;
}

/**
 * Numbers for each embedding that is left out, in arrays of one memory, and what is computed of them there, two at a time.
 * Of each array a range is read or written.
 */
export class Columns {
  /** How many numbers an array has. */
  readonly count: number;
  readonly #kernels: Kernels;
  readonly #memory: KernelMemory<Kernels>;

  /** @param arrays how many there will be at most */
  constructor(count: number, arrays: number) {
    this.count = count;
    this.#memory = new KernelMemory(kernelModule(), arrays * arrayBytes(8 * count));
    this.#kernels = this.#memory.kernels;
  }

  /** One more array, of zeros. */
  array(): Float64Array {
    return this.#memory.doubles(this.count);
  }

  /** One more change. */
  change(): Change {
    return { by: this.array(), linear: this.array() };
  }

  /** into = e^(slope · x − shift) */
  exponentials(x: Float64Array, range: Range, slope: number, shift: number, into: Float64Array): void {
    this.#kernels.exponentials(at(x, range[0]), size(range), slope, shift, at(into, range[0]));
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
      at(weights, range[0]),
      at(g, range[0]),
      size(range),
      h,
      all,
      share,
      most,
      at(part.linear, range[0]),
      at(part.by, range[0]),
      at(ofAll.linear, range[0]),
      at(ofAll.by, range[0]),
    ) !== 0;
  }

  /** How a loss changes with its h. Whether some of these changes by more than `most`: that of the loss then is wrong. */
  lossChanges({ ofH, inverse, shape, most }: LossStep, range: Range, into: Change): boolean {
    return this.#kernels.lossChanges(
      at(ofH.linear, range[0]),
      at(ofH.by, range[0]),
      size(range),
      inverse,
      shape.slope,
      shape.curvature,
      most,
      at(into.linear, range[0]),
      at(into.by, range[0]),
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
      at(cosines, range[0]),
      at(ofH.linear, range[0]),
      at(ofH.by, range[0]),
      size(range),
      inverse,
      shape.slope,
      shape.curvature,
      most,
      loss.scale,
      loss.logQh,
      loss.value,
      loss.number,
      at(into.linear, range[0]),
      at(into.by, range[0]),
    ) !== 0;
  }

  /** Adds changes to sums, but none that is no number; whether there is one. */
  add(change: Change, range: Range, sums: Change): boolean {
    return this.#kernels.add(
      at(change.linear, range[0]),
      at(change.by, range[0]),
      size(range),
      at(sums.linear, range[0]),
      at(sums.by, range[0]),
    ) !== 0;
  }
}

function size([from, to]: Range): number {
  return to - from;
}

let compiledKernels: WebAssembly.Module | undefined;

function kernelModule(): WebAssembly.Module {
  return compiledKernels ??= new WebAssembly.Module(base64Bytes(compiled.left_out));
}
