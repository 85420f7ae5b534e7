import type { TileSums } from "./shared_sums.ts";

/** Sums over all pairs of each row, put together from those of tiles. */
export class PairTotals {
  readonly #count: number;
  /** Of a row over the same pairs. */
  readonly #sums: number;
  /** `[count, 2, sums]` */
  readonly #totals: Float64Array;

  /** @param sums how many there are over the same pairs */
  constructor(count: number, sums: number) {
    this.#count = count;
    this.#sums = sums;
    this.#totals = new Float64Array(count * 2 * sums);
  }

  /** Takes up the tile of some rows. */
  add(first: number, { rows, same, diff }: TileSums): void {
    const sums = this.#sums, totals = this.#totals, stride = 2 * sums, start = first * stride;
    for (let i = 0; i < rows.length; i++) totals[start + i] += rows[i];
    for (const [part, columns] of [same, diff].entries()) {
      const width = columns.length / sums;
      for (let k = 0; k < sums; k++) {
        for (let j = 0, to = start + part * sums + k; j < width; j++, to += stride) {
          totals[to] += columns[k * width + j];
        }
      }
    }
  }

  /** `[rows, 2, sums]` of some rows, over their class and over the others. */
  of(first: number, rows: number): Float64Array {
    const stride = 2 * this.#sums;
    return this.#totals.slice(first * stride, Math.min(this.#count, first + rows) * stride);
  }
}
