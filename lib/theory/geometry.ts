import { checkBoolean, checkOptions } from "../core/checks.ts";
import type { Labels } from "../core/labels.ts";
import { type Embeddings, sortByClass } from "./class_sorted.ts";
import { symmetricEigenvalues } from "./symmetric_eigenvalues.ts";

/** How near the class means are to a simplex equiangular tight frame, and how many directions they use. */
export interface CollapseGeometry {
  /** Number of classes `C`. */
  readonly classes: number;
  /** `‖mean_c μ_c‖`; 0 for a simplex. */
  readonly zeroSum: number;
  /** `mean_c |‖μ_c‖ − 1|`; 0 when every class has collapsed to one point. */
  readonly unitNorm: number;
  /** `mean_{c≠c'} |cos(μ_c, μ_c') + 1/(C − 1)|`; 0 for a simplex, `NaN` for one class or a mean of zero. */
  readonly equalInnerProducts: number;
  /** `mean_i ‖x_i − μ_{ℓ(i)}‖²`; 0 when every class has collapsed to one point. */
  readonly withinClassSpread: number;
  /**
   * `log₁₀` of the eigenvalues of the covariance `mean_c (μ_c − μ̄)(μ_c − μ̄)ᵀ` of the class means, in decreasing order:
   * the `min(C, dim)` that can differ from zero. Values below 1e-16, which are rounding, are given as -16.
   */
  readonly logSpectrum: Float64Array;
  /**
   * How many singular values of the centred class means are above 1 % of the largest, from 1; 0 where all class means are
   * alike. `C − 1` for a simplex.
   */
  readonly directions: number;
}

/** Options of {@linkcode collapseGeometry}. */
export interface CollapseGeometryOptions {
  /** Whether rows are scaled to unit norm. Default `true`; embeddings in the unit ball have norms of their own. */
  normalize?: boolean;
}

const SMALLEST_EIGENVALUE = 1e-16;

// Eigenvalues are squares of singular values.
const LOG_OF_DIRECTION = 2 * Math.log10(0.01);

/**
 * The collapse geometry of a representation: class means `μ_c` of embeddings against the simplex equiangular tight
 * frame, which minimises the losses, and the spectrum that tells neural collapse (`C − 1` equal eigenvalues) from
 * dimensional collapse (eigenvalues that fall off by orders of magnitude).
 *
 * @param embeddings `[n, dim]` row-major
 * @param dim length of an embedding
 * @param labels class of each embedding, any integers
 * @param options see {@linkcode CollapseGeometryOptions}
 * @throws {RangeError} if lengths do not fit, or a row is not finite, or zero where it is to be scaled
 * @throws {TypeError} if a label is not an integer, or an option is unknown or of the wrong type
 *
 * Source: Jiang et al., arXiv 2311.05139, the definitions of neural and of dimensional collapse.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { collapseGeometry } from "@hscl/hscl";
 * const poles = Float64Array.of(1, 0, 1, 0, -1, 0, -1, 0);
 * const { zeroSum, unitNorm, equalInnerProducts } = collapseGeometry(poles, 2, [0, 0, 1, 1]);
 * assertEquals(zeroSum, 0);
 * assertEquals(unitNorm, 0);
 * assertEquals(equalInnerProducts, 0);
 * ```
 */
export function collapseGeometry(
  embeddings: Embeddings,
  dim: number,
  labels: Labels,
  options: CollapseGeometryOptions = {},
): CollapseGeometry {
  const { normalize = true } = checkOptions(options, { normalize: true });
  checkBoolean("normalize", normalize);
  const { count, rows, ends } = sortByClass(embeddings, dim, labels, normalize);
  const means: Float64Array[] = [];
  let spread = 0;
  for (let start = 0; start < count; start = ends[start]) {
    const mean = meanOfRows(rows, dim, start, ends[start]);
    for (let i = start * dim; i < ends[start] * dim; i += dim) {
      for (let k = 0; k < dim; k++) spread += (rows[i + k] - mean[k]) ** 2;
    }
    means.push(mean);
  }
  const classes = means.length, norms = means.map((mean) => Math.sqrt(dot(mean, mean)));
  const centre = meanOfRows(Float64Array.from(means.flatMap((mean) => [...mean])), dim, 0, classes);

  const products = gram(means);
  let deviation = 0;
  for (let a = 0; a < classes; a++) {
    for (let b = 0; b < classes; b++) {
      if (a === b) continue;
      deviation += Math.abs(products[a][b] / (norms[a] * norms[b]) + 1 / (classes - 1));
    }
  }
  const logSpectrum = spectrum(means.map((mean) => mean.map((value, k) => value - centre[k])))
    .map((value) => Math.log10(Math.max(value, SMALLEST_EIGENVALUE)));
  const [largest] = logSpectrum, isPoint = largest <= Math.log10(SMALLEST_EIGENVALUE);
  return {
    classes,
    zeroSum: Math.sqrt(dot(centre, centre)),
    unitNorm: norms.reduce((sum, norm) => sum + Math.abs(norm - 1), 0) / classes,
    equalInnerProducts: deviation / (classes * (classes - 1)),
    withinClassSpread: spread / count,
    logSpectrum,
    directions: isPoint ? 0 : logSpectrum.filter((value) => value > largest + LOG_OF_DIRECTION).length,
  };
}

function meanOfRows(rows: Float64Array, dim: number, from: number, to: number): Float64Array {
  const mean = new Float64Array(dim);
  for (let i = from * dim; i < to * dim; i += dim) {
    for (let k = 0; k < dim; k++) mean[k] += rows[i + k];
  }
  return mean.map((sum) => sum / (to - from));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

/** The inner products of all pairs. */
function gram(vectors: readonly Float64Array[]): Float64Array[] {
  const products = vectors.map(() => new Float64Array(vectors.length));
  vectors.forEach((a, i) => {
    for (let j = 0; j <= i; j++) products[i][j] = products[j][i] = dot(a, vectors[j]);
  });
  return products;
}

/** Eigenvalues of `mean_c v_c·v_cᵀ`, from it or from the Gram matrix of the vectors, whichever is smaller. */
function spectrum(vectors: readonly Float64Array[]): Float64Array {
  const count = vectors.length, dim = vectors[0].length;
  const columns = Array.from({ length: dim }, (_, k) => Float64Array.from(vectors, (vector) => vector[k]));
  const sides = count <= dim ? vectors : columns;
  return symmetricEigenvalues(gram(sides).map((row) => row.map((product) => product / count)));
}
