import type { Hardening } from "../hardening/hardening.ts";
import { arrayBytes, at, KernelMemory } from "./kernel_memory.ts";
import { type LossShape, positiveLosses, softplus } from "./positive_losses.ts";
import { emptySums, type LogSums, type Range, type Ranges, type RowSums } from "./row_sums.ts";
import { type SumKernels, sumKernels } from "./sum_kernels.ts";
import { inOrder, type Step } from "./summing_order.ts";

// The kernels read, and write, up to three floats past a row.
const SPARE = 4;
// Of a product of factors: few enough that none of at most e^80 leaves the range of float64, of which e^700 is an end.
const LARGEST_LOG = 80, PRODUCT_LOG = 700, MOST_STEPS = 16;
// Smaller terms lose their digits in a factor 1 + x.
const SMALLEST_TERM = 1e-6;

/**
 * Sums for float32 cosines: exponentials in float32, four at a time, added in float64. One that is linear in the cosine
 * never leaves the kernel, where twice the slope is the square; of any other, `log η` is evaluated here.
 */
export class VectorRowSums implements RowSums {
  readonly #hardenings: readonly Hardening[];
  readonly #temperature: number;
  readonly #kernels: SumKernels;
  readonly #cosines: Float32Array;
  readonly #order: readonly Step[];
  /** Of each hardening's `log η`, where it is linear. */
  readonly #slopes: readonly (number | undefined)[];
  readonly #etas: Float32Array;
  readonly #g: Float32Array;
  readonly #sums: Float64Array;
  readonly #products: Float64Array;
  readonly #inverses: Float64Array;

  /**
   * @param length of every row
   * @param fused multiply and add in one step where the engine can
   */
  constructor(hardenings: readonly Hardening[], temperature: number, length: number, fused = true) {
    this.#hardenings = hardenings;
    this.#order = inOrder(hardenings, temperature);
    this.#slopes = hardenings.map((hardening) => hardening.slope?.(temperature));
    this.#temperature = temperature;
    const floats = length + SPARE, bytes = 3 * arrayBytes(4 * floats) + 3 * arrayBytes(8 * floats);
    const memory = new KernelMemory<SumKernels>(sumKernels(fused), bytes);
    this.#kernels = memory.kernels;
    this.#sums = memory.doubles(2);
    this.#products = memory.doubles(floats >> 1);
    this.#inverses = memory.doubles(floats);
    this.#cosines = memory.floats(floats);
    this.#etas = memory.floats(floats);
    this.#g = memory.floats(floats);
  }

  load(cosines: Float32Array | Float64Array): void {
    this.#cosines.set(cosines);
  }

  over(ranges: Ranges): LogSums {
    const result = emptySums(this.#hardenings.length);
    const kernels = this.#kernels, cosines = this.#cosines, g = this.#g, sums = this.#sums;
    let closest = -Infinity;
    for (const [from, to] of ranges) {
      result.count += to - from;
      closest = Math.max(closest, kernels.largest(at(cosines, from), to - from));
    }
    if (result.count === 0) return result;
    const scale = Math.LOG2E / this.#temperature, logLargest = closest / this.#temperature;
    let sum = 0;
    for (const [from, to] of ranges) {
      sum += kernels.powers(at(cosines, from), to - from, closest, scale, at(g, from));
    }
    result.logG = Math.log(sum) + logLargest;

    for (const { h, squares } of this.#order) {
      const hardening = this.#hardenings[h], slope = this.#slopes[h];
      const largest = hardening.logEtaAt(closest, this.#temperature);
      if (largest === -Infinity) continue;
      sums.fill(0);
      for (const [from, to] of ranges) {
        const count = to - from, etas = at(this.#etas, from), gs = at(g, from);
        if (squares) kernels.squared(etas, count, gs, sums.byteOffset);
        else if (slope !== undefined) {
          kernels.weighted(at(cosines, from), count, closest, slope * Math.LOG2E, gs, etas, sums.byteOffset);
        } else {
          for (let j = from; j < to; j++) {
            this.#etas[j] = hardening.logEtaAt(cosines[j], this.#temperature) - largest;
          }
          kernels.weighted(etas, count, 0, Math.LOG2E, gs, etas, sums.byteOffset);
        }
      }
      result.logEta[h] = Math.log(sums[0]) + largest;
      result.logEtaG[h] = Math.log(sums[1]) + largest + logLargest;
    }
    return result;
  }

  /** To about 1e-7: one exponential per positive, and one logarithm per product of many terms. */
  positiveLosses([from, to]: Range, logQh: readonly number[]): number[] {
    const count = to - from, ratios = this.#g, scale = Math.LOG2E / this.#temperature;
    const cosines = this.#cosines.subarray(from, to);
    let farthest = Infinity;
    for (let p = 0; p < count; p++) if (cosines[p] < farthest) farthest = cosines[p];
    const spread = (this.#kernels.largest(at(cosines, 0), count) - farthest) / this.#temperature;
    const largestTerm = softplus(
      Math.max(...logQh.filter((value) => !Number.isNaN(value))) - farthest / this.#temperature,
    );
    if (spread > LARGEST_LOG || largestTerm > LARGEST_LOG || largestTerm < SMALLEST_TERM) {
      return positiveLosses(cosines, logQh, this.#temperature);
    }
    this.#kernels.powers(at(cosines, 0), count, farthest, -scale, at(ratios, 0));
    ratios.fill(0, count, count + SPARE);
    const steps = Math.min(MOST_STEPS, Math.floor(PRODUCT_LOG / (4 * largestTerm)));
    return logQh.map((value) => {
      const weight = Math.exp(value - farthest / this.#temperature);
      const products = this.#kernels.products(at(ratios, 0), count, weight, steps, this.#products.byteOffset);
      let sum = 0;
      for (let i = 0; i < products; i++) sum += Math.log(this.#products[i]);
      return sum / count;
    });
  }

  lossShapes([from, to]: Range, logQh: readonly number[]): LossShape[] {
    const count = to - from, inverses = this.#inverses, sums = this.#sums;
    const scale = -1 / this.#temperature, cosines = at(this.#cosines, from);
    this.#kernels.exponentials(cosines, count, scale, inverses.byteOffset);
    return logQh.map((value) => {
      this.#kernels.shapes(inverses.byteOffset, count, Math.exp(value), sums.byteOffset);
      return { slope: sums[0] / count, curvature: sums[1] / count };
    });
  }
}
