import { checkInteger, checkLength } from "../core/checks.ts";
import { floatArray } from "../core/float_array.ts";
import { integerLabels, type Labels } from "../core/labels.ts";
import type { Embeddings } from "./class_sorted.ts";
import { symmetricEigenvalues } from "./symmetric_eigenvalues.ts";

/** How close positives are, how evenly embeddings fill the sphere, and how many directions they use. */
export interface RepresentationGeometry {
  /** `mean ‖x − y‖²` over the pairs of one class, 0 … 4: 0 where every class is one point; `NaN` without a pair. */
  readonly alignment: number;
  /** `log mean exp(−2‖x − y‖²)` over all pairs, −8 … 0: 0 where all are one point; `NaN` without a pair. */
  readonly uniformity: number;
  /** `exp(−Σ p_k log p_k)` of the singular values' shares `p_k = σ_k / Σ σ`, from 1, where all are on one line. */
  readonly effectiveRank: number;
  /** Mean cosine over all pairs, −1 … 1; `NaN` without a pair. */
  readonly meanCosine: number;
}

/**
 * Alignment, uniformity and effective rank of unit embeddings. Positives are the pairs of one class, whatever the loss takes
 * for positives; embeddings are not centred. Costs `count²·dim`, and the eigenvalues of a matrix with the smaller of both as its
 * side.
 *
 * @param embeddings `[n, dim]` row-major; rows are scaled to unit norm, but for those of zeros
 * @param dim length of an embedding
 * @param labels class of each embedding, any integers
 * @throws {RangeError} if there is none, lengths do not fit, or a value is not finite
 * @throws {TypeError} if the embeddings are no array of numbers, or a label is not an integer
 *
 * Sources: Wang & Isola, arXiv 2005.10242, with α = 2 and t = 2; Roy & Vetterli, *The effective rank*, EUSIPCO 2007.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { representationGeometry } from "@hscl/hscl/theory";
 * const corners = Float64Array.of(1, 0, 1, 0, 0, 1, 0, 1);
 * const { alignment, effectiveRank, meanCosine } = representationGeometry(corners, 2, [0, 0, 1, 1]);
 * assertAlmostEquals(alignment, 0, 1e-12);
 * assertAlmostEquals(effectiveRank, 2, 1e-12);
 * assertAlmostEquals(meanCosine, 2 / 6, 1e-12);
 * ```
 */
export function representationGeometry(
  embeddings: Embeddings,
  dim: number,
  labels: Labels,
): RepresentationGeometry {
  checkInteger("dim", dim, { min: 1 });
  const classes = integerLabels("labels", labels), count = classes.length;
  if (count === 0) {
    throw new RangeError("Cannot look at embeddings as there must be at least one: received 0");
  }
  const given = floatArray("embeddings", embeddings);
  checkLength("embeddings", given, count * dim, `${count} labels × dim ${dim}`);
  const rows = Array.from({ length: count }, (_, row) => unitRow(given, row, dim));

  let apart = 0, positives = 0, kernel = 0, cosines = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) {
      let cosine = 0, square = 0;
      for (let k = 0; k < dim; k++) {
        cosine += rows[i][k] * rows[j][k];
        square += (rows[i][k] - rows[j][k]) ** 2;
      }
      cosines += cosine;
      kernel += Math.exp(-2 * square);
      if (classes[i] !== classes[j]) continue;
      apart += square;
      positives++;
    }
  }
  const pairs = count * (count - 1) / 2;
  return {
    alignment: apart / positives,
    uniformity: Math.log(kernel / pairs),
    effectiveRank: effectiveRank(rows, dim),
    meanCosine: cosines / pairs,
  };
}

function unitRow(values: ArrayLike<number>, row: number, dim: number): Float64Array {
  const own = Float64Array.from({ length: dim }, (_, k) => values[row * dim + k]);
  const broken = own.find((value) => !Number.isFinite(value));
  if (broken !== undefined) {
    throw new RangeError(
      `Cannot look at embeddings as every value must be finite: received ${broken} in row ${row}`,
    );
  }
  // Scaled by the largest value first, so that no square over- or underflows.
  const largest = own.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) return own;
  const scaled = own.map((value) => value / largest), norm = Math.hypot(...scaled);
  return scaled.map((value) => value / norm);
}

/** That of a matrix, from its Gram matrix of rows or of columns, whichever is smaller. */
function effectiveRank(rows: readonly Float64Array[], dim: number): number {
  const columns = Array.from({ length: dim }, (_, k) => Float64Array.from(rows, (row) => row[k]));
  const sides = rows.length <= dim ? rows : columns;
  const gram = sides.map((a) =>
    Float64Array.from(sides, (b) => {
      let sum = 0;
      for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
      return sum;
    })
  );
  // Squares of singular values; what is below 0, or that small, is rounding.
  const squares = symmetricEigenvalues(gram), least = 1e-14 * squares[0];
  const values = Array.from(squares).filter((square) => square > least).map(Math.sqrt);
  const sum = values.reduce((total, value) => total + value, 0);
  return Math.exp(values.reduce((entropy, value) => entropy - value / sum * Math.log(value / sum), 0));
}
