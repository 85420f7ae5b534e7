import { checkInteger, checkLength } from "../core/checks.ts";
import { floatArray } from "../core/float_array.ts";
import { integerLabels, type Labels } from "../core/labels.ts";

/** Embeddings `[n, dim]`, row-major. */
export type Embeddings = ArrayLike<number>;

/** Where the classes are among rows in the order of their classes. */
export interface ClassRuns {
  readonly count: number;
  /** Of each row: where its class starts. */
  readonly starts: Int32Array;
  /** Of each row: where its class ends, exclusive. */
  readonly ends: Int32Array;
}

/** Rows in the order of their classes, so that a class is one run of rows. */
export interface ClassSorted extends ClassRuns {
  readonly dim: number;
  /** `[count, dim]`, unit rows unless they were to stay as they are. */
  readonly rows: Float64Array;
  /** Where each row came from. */
  readonly order: Int32Array;
}

/**
 * Checks, normalises and sorts embeddings by class.
 *
 * @param normalize whether rows are scaled to unit norm
 * @throws {RangeError} if there is no row, lengths do not fit, or a row is not finite, or zero where it is to be scaled
 * @throws {TypeError} if the embeddings are no array of numbers, or a label is not an integer
 */
export function sortByClass(
  given: Embeddings,
  dim: number,
  givenLabels: Labels,
  normalize = true,
): ClassSorted {
  checkInteger("dim", dim, { min: 1 });
  const embeddings = floatArray("embeddings", given), labels = integerLabels("labels", givenLabels);
  const count = labels.length;
  if (count === 0) throw new RangeError("Cannot check embeddings as there must be at least one: received 0");
  checkLength("embeddings", embeddings, count * dim, `${count} labels × dim ${dim}`);

  const order = Int32Array.from({ length: count }, (_, i) => i).sort((a, b) =>
    labels[a] - labels[b] || a - b
  );
  const rows = new Float64Array(count * dim), starts = new Int32Array(count), ends = new Int32Array(count);
  for (let i = 0, start = 0; i < count; i++) {
    if (labels[order[i]] !== labels[order[start]]) start = i;
    starts[i] = start;
    copyRow(embeddings, order[i], rows, i, dim, normalize);
  }
  for (let i = count - 1, end = count; i >= 0; i--) {
    ends[i] = end;
    if (starts[i] === i) end = i;
  }
  return { count, dim, rows, order, starts, ends };
}

function copyRow(
  from: Embeddings,
  source: number,
  to: Float64Array,
  target: number,
  dim: number,
  normalize: boolean,
): void {
  let largest = 0;
  for (let k = 0; k < dim; k++) {
    const size = Math.abs(from[source * dim + k]);
    // NaN fails every comparison, so it is caught by this one.
    if (!(size <= Number.MAX_VALUE)) {
      throw new RangeError(
        `Cannot check embeddings as every value must be finite: received ${
          from[source * dim + k]
        } in row ${source}`,
      );
    }
    if (size > largest) largest = size;
  }
  if (!normalize) {
    for (let k = 0; k < dim; k++) to[target * dim + k] = from[source * dim + k];
    return;
  }
  if (largest === 0) {
    throw new RangeError(
      `Cannot check embeddings as every row must have a direction: received zeros in row ${source}`,
    );
  }
  // Scaled by the largest value first, so that no square over- or underflows.
  let square = 0;
  for (let k = 0; k < dim; k++) {
    const value = from[source * dim + k] / largest;
    to[target * dim + k] = value;
    square += value * value;
  }
  const norm = Math.sqrt(square);
  for (let k = 0; k < dim; k++) to[target * dim + k] /= norm;
}
