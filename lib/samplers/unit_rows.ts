import { checkInteger, checkLength } from "../core/checks.ts";
import { floatArray } from "../core/float_array.ts";

// As in normalizeRows: below this norm a row counts as zero.
const SMALLEST_NORM = 1e-36;

/** Row-major embeddings read as unit rows in float64, a block at a time; those that are floats are not copied. */
export class UnitRows {
  /** Number of rows. */
  readonly count: number;
  /** Length of a row. */
  readonly dim: number;
  readonly #values: Float32Array | Float64Array;
  readonly #scales: Float64Array;

  /**
   * @param name of the embeddings, for errors
   * @throws {TypeError} if it is no array of numbers
   * @throws {RangeError} if the length is no multiple of `dim` or a value is not finite
   */
  constructor(name: string, numbers: ArrayLike<number>, dim: number) {
    checkInteger("dim", dim, { min: 1 });
    const values = floatArray(name, numbers);
    this.count = Math.floor(values.length / dim);
    this.dim = dim;
    checkLength(name, values, this.count * dim, `rows of dim ${dim}`);
    this.#values = values;
    this.#scales = new Float64Array(this.count);
    for (let row = 0; row < this.count; row++) {
      let squares = 0;
      for (let t = row * dim; t < (row + 1) * dim; t++) squares += values[t] * values[t];
      if (!Number.isFinite(squares)) {
        throw new RangeError(
          `Cannot use ${name} as every row must be finite and of finite norm: received ` +
            `${
              values.subarray(row * dim, (row + 1) * dim).find((x) => !Number.isFinite(x * x))
            } in row ${row}`,
        );
      }
      const norm = Math.sqrt(squares);
      this.#scales[row] = norm < SMALLEST_NORM ? 0 : 1 / norm;
    }
  }

  /** Writes rows `first … first + count - 1` to the start of `target`, each at unit norm; zero rows stay zero. */
  copyTo(target: Float64Array, first: number, count: number): void {
    const { dim } = this, values = this.#values;
    for (let row = 0; row < count; row++) {
      const scale = this.#scales[first + row], from = (first + row) * dim, to = row * dim;
      for (let t = 0; t < dim; t++) target[to + t] = values[from + t] * scale;
    }
  }

  /** Row `from` at unit norm, to row `to` of `target`. */
  copyRow(target: Float64Array, to: number, from: number): void {
    this.copyTo(target.subarray(to * this.dim, (to + 1) * this.dim), from, 1);
  }
}
