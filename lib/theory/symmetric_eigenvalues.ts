// Jacobi's method converges quadratically; 10 sweeps are many.
const MOST_SWEEPS = 60;

/**
 * The eigenvalues of a symmetric matrix in decreasing order, by Jacobi's cyclic rotations: every entry off the diagonal
 * is turned to zero in turn until what is left of them is rounding.
 *
 * @param matrix rows of a symmetric matrix
 */
export function symmetricEigenvalues(matrix: readonly Float64Array[]): Float64Array {
  const a = matrix.map((row) => row.slice()), n = a.length;
  const size = Math.sqrt(a.reduce((sum, row) => sum + row.reduce((rowSum, x) => rowSum + x * x, 0), 0));
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let rotated = false;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        if (Math.abs(a[p][q]) <= Number.EPSILON * size / n) continue;
        rotated = true;
        const theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        const tangent = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        const cosine = 1 / Math.hypot(tangent, 1), sine = tangent * cosine;
        for (const row of a) {
          const x = row[p], y = row[q];
          row[p] = cosine * x - sine * y;
          row[q] = sine * x + cosine * y;
        }
        const rowP = a[p], rowQ = a[q];
        for (let k = 0; k < n; k++) {
          const x = rowP[k], y = rowQ[k];
          rowP[k] = cosine * x - sine * y;
          rowQ[k] = sine * x + cosine * y;
        }
      }
    }
    if (!rotated) break;
  }
  return Float64Array.from({ length: n }, (_, i) => a[i][i]).sort().reverse();
}
