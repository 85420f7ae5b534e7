import { addLogs } from "../core/logs.ts";
import type { Hardening } from "../hardening/hardening.ts";
import { type LossShape, lossShapes, positiveLosses } from "./positive_losses.ts";

/** Part of a row of cosines. */
export type Range = readonly [from: number, to: number];

/** Ascending, disjoint parts of a row of cosines. */
export type Ranges = readonly Range[];

/** Logarithms of the sums over some pairs of an anchor; `-Infinity` for an empty sum. */
export interface LogSums {
  /** How many pairs. */
  count: number;
  /** `log Σ g`. */
  logG: number;
  /** `log Σ η` of each hardening. */
  logEta: number[];
  /** `log Σ η·g` of each hardening. */
  logEtaG: number[];
}

/** Sums over parts of a row of cosines. */
export interface RowSums {
  /** Takes up a row; it may be changed until the next. */
  load(cosines: Float32Array | Float64Array): void;
  /** Sums over the pairs in these ranges. */
  over(ranges: Ranges): LogSums;
  /** Of each `h` the mean over the positives of `log(1 + Q·h·e^{-s⁺})`. */
  positiveLosses(positives: Range, logQh: readonly number[]): number[];
  /** How those losses move with `log h`. */
  lossShapes(positives: Range, logQh: readonly number[]): LossShape[];
}

/** An empty sum. */
export function emptySums(hardenings: number): LogSums {
  return {
    count: 0,
    logG: -Infinity,
    logEta: Array<number>(hardenings).fill(-Infinity),
    logEtaG: Array<number>(hardenings).fill(-Infinity),
  };
}

/** The sums over two disjoint sets of pairs together. */
export function joinSums(a: LogSums, b: LogSums): LogSums {
  return {
    count: a.count + b.count,
    logG: addLogs(a.logG, b.logG),
    logEta: a.logEta.map((value, h) => addLogs(value, b.logEta[h])),
    logEtaG: a.logEtaG.map((value, h) => addLogs(value, b.logEtaG[h])),
  };
}

/** Sums in float64 throughout, of any hardening. Each sum is shifted by its largest exponent, so none is lost or infinite. */
export class PlainRowSums implements RowSums {
  readonly #hardenings: readonly Hardening[];
  readonly #temperature: number;
  readonly #g: Float64Array;
  #cosines: Float32Array | Float64Array = new Float64Array();

  /** @param length of every row */
  constructor(hardenings: readonly Hardening[], temperature: number, length: number) {
    this.#hardenings = hardenings;
    this.#temperature = temperature;
    this.#g = new Float64Array(length);
  }

  load(cosines: Float32Array | Float64Array): void {
    this.#cosines = cosines;
  }

  over(ranges: Ranges): LogSums {
    const cosines = this.#cosines, temperature = this.#temperature, g = this.#g;
    const result = emptySums(this.#hardenings.length);
    let closest = -Infinity;
    for (const [from, to] of ranges) {
      result.count += to - from;
      for (let j = from; j < to; j++) if (cosines[j] > closest) closest = cosines[j];
    }
    if (result.count === 0) return result;
    let sum = 0;
    for (const [from, to] of ranges) {
      for (let j = from; j < to; j++) sum += g[j] = Math.exp((cosines[j] - closest) / temperature);
    }
    result.logG = Math.log(sum) + closest / temperature;

    this.#hardenings.forEach((hardening, h) => {
      // η is non-decreasing, so the closest pair has the largest.
      const largest = hardening.logEtaAt(closest, temperature);
      if (largest === -Infinity) return;
      let etas = 0, products = 0;
      for (const [from, to] of ranges) {
        for (let j = from; j < to; j++) {
          const eta = Math.exp(hardening.logEtaAt(cosines[j], temperature) - largest);
          etas += eta;
          products += eta * g[j];
        }
      }
      result.logEta[h] = Math.log(etas) + largest;
      result.logEtaG[h] = Math.log(products) + largest + closest / temperature;
    });
    return result;
  }

  positiveLosses([from, to]: Range, logQh: readonly number[]): number[] {
    return positiveLosses(this.#cosines.subarray(from, to), logQh, this.#temperature);
  }

  lossShapes([from, to]: Range, logQh: readonly number[]): LossShape[] {
    const inverses = Float64Array.from(
      this.#cosines.subarray(from, to),
      (u) => Math.exp(-u / this.#temperature),
    );
    return lossShapes(inverses, logQh);
  }
}
