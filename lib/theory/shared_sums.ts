import type { Hardening } from "../hardening/hardening.ts";
import type { ClassRuns } from "./class_sorted.ts";
import { arrayBytes, at, KernelMemory } from "./kernel_memory.ts";
import type { LogSums } from "./row_sums.ts";
import { type SumKernels, sumKernels } from "./sum_kernels.ts";
import { inOrder, type Step } from "./summing_order.ts";

/**
 * Sums over the pairs of some rows with themselves and all that come after them, for both of each pair: `Σ g`, then of each
 * hardening `Σ η` and `Σ η·g`.
 */
export interface TileSums {
  /** `[rows, 2, sums]`: of each row, with those that come after it, of its class and of others. */
  rows: Float64Array;
  /** `[sums, columns]`: of the columns from the first row to the last of its class, over rows of their class. */
  same: Float64Array;
  /** `[sums, columns]`: of all columns from the first row on, over rows of other classes. */
  diff: Float64Array;
}

// Exponents that differ by more would be lost in float32.
const LARGEST_SPREAD = 80;
// So many floats are added to one, as in the kernels.
const MOST_ADDED = 64;
// The kernels read, and write, up to three floats past a row.
const SPARE = 4;

/**
 * Whether all exponentials can be taken from the largest that there can be, that of a cosine of 1: then they are the same for
 * both of a pair.
 */
export function canShare(hardenings: readonly Hardening[], temperature: number): boolean {
  return hardenings.every(({ slope }) => {
    const steepness = slope?.(temperature) ?? NaN;
    return steepness >= 0 && 2 * (steepness + 1 / temperature) <= LARGEST_SPREAD;
  });
}

/** How many sums there are over the same pairs. */
export function sumCount(hardenings: number): number {
  return 1 + 2 * hardenings;
}

/** Sums over `count` pairs, whose exponentials were taken from those of a cosine of 1. */
export function logSums(
  sums: Float64Array,
  count: number,
  hardenings: readonly Hardening[],
  temperature: number,
): LogSums {
  const largest = hardenings.map((hardening) => hardening.logEtaAt(1, temperature));
  return {
    count,
    logG: Math.log(sums[0]) + 1 / temperature,
    logEta: largest.map((logEta, h) => Math.log(sums[1 + 2 * h]) + logEta),
    logEtaG: largest.map((logEta, h) => Math.log(sums[2 + 2 * h]) + logEta + 1 / temperature),
  };
}

/** Sums for float32 cosines, of hardenings of which {@linkcode canShare} is true: each exponential is computed for both of a pair. */
export class SharedSums {
  readonly #classes: ClassRuns;
  readonly #temperature: number;
  readonly #order: readonly Step[];
  readonly #slopes: readonly number[];
  readonly #kernels: SumKernels;
  readonly #cosines: Float32Array;
  readonly #g: Float32Array;
  readonly #etas: Float32Array;
  readonly #sums: Float64Array;
  /** Of all columns, over the last rows of their class and of others. */
  readonly #recent: Record<"same" | "diff", Float32Array>;
  /** The same over the rows before. */
  readonly #settled: Record<"same" | "diff", Float64Array>;

  /** @param fused multiply and add in one step where the engine can */
  constructor(classes: ClassRuns, hardenings: readonly Hardening[], temperature: number, fused = true) {
    const floats = classes.count + SPARE, all = sumCount(hardenings.length) * floats;
    this.#classes = classes;
    this.#temperature = temperature;
    this.#order = inOrder(hardenings, temperature);
    this.#slopes = hardenings.map((hardening) => hardening.slope!(temperature));
    const bytes = arrayBytes(16) + 3 * arrayBytes(4 * floats) +
      2 * (arrayBytes(4 * all) + arrayBytes(8 * all));
    const memory = new KernelMemory<SumKernels>(sumKernels(fused), bytes);
    this.#kernels = memory.kernels;
    this.#sums = memory.doubles(2);
    this.#cosines = memory.floats(floats);
    this.#g = memory.floats(floats);
    this.#etas = memory.floats(floats);
    this.#recent = { same: memory.floats(all), diff: memory.floats(all) };
    this.#settled = { same: memory.doubles(all), diff: memory.doubles(all) };
  }

  /**
   * The sums of some rows.
   *
   * @param cosines of each row, with those from `first` on
   */
  of(first: number, cosines: Iterable<Float32Array>): TileSums {
    const { count, ends } = this.#classes, sums = sumCount(this.#slopes.length), rows: number[] = [];
    const width = count - first;
    let row = first, last = 0;
    for (const values of cosines) {
      this.#cosines.set(values.subarray(0, width));
      const from = row + 1 - first, end = ends[row] - first;
      rows.push(...this.#add("same", from, end), ...this.#add("diff", end, width));
      row++;
      last = end;
      if ((row - first) % MOST_ADDED === 0) this.#settle(last, width);
    }
    this.#settle(last, width);
    const taken = (kind: "same" | "diff", columns: number) => {
      const settled = this.#settled[kind], stride = count + SPARE, into = new Float64Array(sums * columns);
      for (let k = 0; k < sums; k++) {
        into.set(settled.subarray(k * stride, k * stride + columns), k * columns);
        settled.fill(0, k * stride, k * stride + columns);
      }
      return into;
    };
    return { rows: Float64Array.from(rows), same: taken("same", last), diff: taken("diff", width) };
  }

  /** The sums of a row over some columns, which are also added to those of the columns. */
  #add(kind: "same" | "diff", from: number, to: number): number[] {
    const result = Array<number>(sumCount(this.#slopes.length)).fill(0), count = to - from;
    if (count <= 0) return result;
    const kernels = this.#kernels, stride = this.#classes.count + SPARE, sums = this.#sums;
    const cosines = at(this.#cosines, from), g = at(this.#g, from), etas = at(this.#etas, from);
    const columnsOf = (k: number) => at(this.#recent[kind], k * stride + from);
    result[0] = kernels.sharedPowers(
      cosines,
      count,
      1,
      Math.LOG2E / this.#temperature,
      g,
      columnsOf(0),
    );
    for (const { h, squares } of this.#order) {
      const eta = columnsOf(1 + 2 * h), product = columnsOf(2 + 2 * h);
      sums.fill(0);
      if (squares) kernels.sharedSquared(etas, count, g, sums.byteOffset, eta, product);
      else {
        const scale = this.#slopes[h] * Math.LOG2E;
        kernels.sharedWeighted(cosines, count, 1, scale, g, etas, sums.byteOffset, eta, product);
      }
      result[1 + 2 * h] = sums[0];
      result[2 + 2 * h] = sums[1];
    }
    return result;
  }

  /** What was summed of the last rows goes on in float64, of the first columns over their class and of all over others. */
  #settle(same: number, diff: number): void {
    const stride = this.#classes.count + SPARE;
    for (const [kind, columns] of [["same", same], ["diff", diff]] as const) {
      for (let k = 0; k < sumCount(this.#slopes.length); k++) {
        this.#kernels.settle(
          at(this.#recent[kind], k * stride),
          columns,
          at(this.#settled[kind], k * stride),
        );
      }
    }
  }
}
