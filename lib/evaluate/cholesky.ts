/**
 * The factor of a symmetric positive definite matrix: `A = L·Lᵀ`, with `L` lower triangular.
 *
 * @param matrix `[size, size]`, row-major; what is above the diagonal is not read
 */
export function cholesky(matrix: Float64Array, size: number): Float64Array {
  const factor = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i * size + j];
      for (let k = 0; k < j; k++) rest -= factor[i * size + k] * factor[j * size + k];
      factor[i * size + j] = i === j ? Math.sqrt(rest) : rest / factor[j * size + j];
    }
  }
  return factor;
}

/** Solves `L·Lᵀ·x = b`: puts `x` in the place of `b`. */
export function solveCholesky(factor: Float64Array, b: Float64Array): void {
  const size = b.length;
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) b[i] -= factor[i * size + k] * b[k];
    b[i] /= factor[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) b[i] -= factor[k * size + i] * b[k];
    b[i] /= factor[i * size + i];
  }
}
