import type { TileSums } from "./shared_sums.ts";

/** Sums over all pairs of each row, put together from those of tiles. */
export class PairTotals {
  readonly #count: number;
  /** Of a row, over its class and then over the others. */
  readonly #sums: number;
  /** `[2, sums, count]` */
  readonly #totals: Float64Array;

  /** @param sums how many there are over the same pairs */
  constructor(count: number, sums: number) {
    this.#count = count;
    this.#sums = 2 * sums;
    this.#totals = new Float64Array(count * this.#sums);
  }

  /** Takes up the tile of some rows. */
  add(first: number, { rows, same, diff }: TileSums): void {
    const sums = this.#sums, count = this.#count, totals = this.#totals;
    for (let i = 0, row = first; i < rows.length; row++) {
      for (let k = 0; k < sums; k++) totals[k * count + row] += rows[i++];
    }
    for (const [part, columns] of [same, diff].entries()) {
      const width = 2 * columns.length / sums;
      for (let k = 0, from = 0; k < sums / 2; k++) {
        const to = (part * sums / 2 + k) * count + first;
        for (let j = 0; j < width; j++) totals[to + j] += columns[from++];
      }
    }
  }

  /** `[rows, 2, sums]` of some rows. */
  of(first: number, rows: number): Float64Array {
    const sums = this.#sums, count = this.#count, totals = this.#totals, of = new Float64Array(rows * sums);
    for (let row = 0, to = 0; row < rows; row++) {
      for (let k = 0; k < sums; k++) of[to++] = totals[k * count + first + row];
    }
    return of;
  }
}
