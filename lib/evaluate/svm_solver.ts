/** What {@linkcode solveSvm} gives: `f(x) = Σ_i y_i α_i k(x_i, x) + bias`. */
export interface SvmSolution {
  /** `y_i α_i`, one per row; 0 unless the row is a support vector. */
  readonly weights: Float64Array;
  /** Added to the sum. */
  readonly bias: number;
  /** Whether the optimality conditions hold to within the tolerance. */
  readonly converged: boolean;
}

const MOST_STEPS = 10_000_000;
// Instead of a curvature that is not positive.
const LEAST_CURVATURE = 1e-12;

/**
 * A support vector machine of two classes with hinge loss: `min ½ Σ_ij y_i y_j α_i α_j k_ij − Σ_i α_i` over `0 ≤ α_i ≤ C` with
 * `Σ_i y_i α_i = 0`, by sequential minimal optimisation. Each step changes the two α that break the optimality conditions most, of
 * which the second is chosen by the decrease that it promises.
 *
 * Source: Fan, Chen & Lin, *Working set selection using second order information for training SVM*, JMLR 6 (2005).
 *
 * @param kernel `[n, n]`, row-major: of all pairs
 * @param signs `y_i`, 1 or −1
 * @param cost `C`
 * @param tolerance how far the conditions may be broken
 */
export function solveSvm(
  kernel: Float64Array,
  signs: Int8Array,
  cost: number,
  tolerance: number,
): SvmSolution {
  const n = signs.length, alpha = new Float64Array(n);
  // −y_i times the derivative in α_i: at the optimum none that may grow – y_i α_i, that is – is above one that may shrink.
  const pull = Float64Array.from(signs);
  const mayGrow = Uint8Array.from(signs, (sign) => sign > 0 ? 1 : 0),
    mayShrink = mayGrow.map((may) => 1 - may);
  const look = (i: number) => {
    mayGrow[i] = (signs[i] > 0 ? alpha[i] < cost : alpha[i] > 0) ? 1 : 0;
    mayShrink[i] = (signs[i] > 0 ? alpha[i] > 0 : alpha[i] < cost) ? 1 : 0;
  };
  let converged = false, most = 0, least = 0;
  for (let step = 0; step < Math.max(MOST_STEPS, 100 * n); step++) {
    let i = -1;
    most = -Infinity;
    least = Infinity;
    for (let t = 0; t < n; t++) {
      const own = pull[t];
      if (own > most && mayGrow[t] === 1) {
        most = own;
        i = t;
      }
      if (own < least && mayShrink[t] === 1) least = own;
    }
    if (!(most - least > tolerance)) {
      converged = true;
      break;
    }
    let j = -1, best = -Infinity, bestStep = 0;
    const first = i * n, ownKernel = kernel[first + i];
    for (let t = 0; t < n; t++) {
      const gap = most - pull[t];
      if (mayShrink[t] === 0 || gap <= 0) continue;
      const curvature = Math.max(ownKernel + kernel[t * n + t] - 2 * kernel[first + t], LEAST_CURVATURE);
      const change = gap / curvature;
      if (gap * change > best) {
        best = gap * change;
        bestStep = change;
        j = t;
      }
    }
    const roomI = signs[i] > 0 ? cost - alpha[i] : alpha[i],
      roomJ = signs[j] > 0 ? alpha[j] : cost - alpha[j];
    const change = Math.min(bestStep, roomI, roomJ);
    // Exactly at its end where it gets there, or rounding would leave it free for ever.
    alpha[i] = change === roomI ? (signs[i] > 0 ? cost : 0) : alpha[i] + signs[i] * change;
    alpha[j] = change === roomJ ? (signs[j] > 0 ? 0 : cost) : alpha[j] - signs[j] * change;
    look(i);
    look(j);
    for (let t = 0, b = j * n; t < n; t++, b++) pull[t] -= change * (kernel[first + t] - kernel[b]);
  }
  // Of those at neither end, each of which pulls by the bias; between the ends where there is none.
  let sum = 0, free = 0;
  for (let t = 0; t < n; t++) {
    if (alpha[t] === 0 || alpha[t] === cost) continue;
    sum += pull[t];
    free++;
  }
  const bias = free > 0 ? sum / free : Number.isFinite(most + least) ? (most + least) / 2 : 0;
  return { weights: alpha.map((value, t) => signs[t] * value), bias, converged };
}
