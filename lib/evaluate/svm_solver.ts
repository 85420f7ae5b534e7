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
  // −y_i times the derivative in α_i: at the optimum none that may grow is above one that may shrink.
  const pull = Float64Array.from(signs);
  const mayGrow = (i: number) => signs[i] > 0 ? alpha[i] < cost : alpha[i] > 0;
  const mayShrink = (i: number) => signs[i] > 0 ? alpha[i] > 0 : alpha[i] < cost;
  let converged = false, most = 0, least = 0;
  for (let step = 0; step < Math.max(MOST_STEPS, 100 * n); step++) {
    let i = -1;
    most = -Infinity;
    for (let t = 0; t < n; t++) {
      if (pull[t] > most && mayGrow(t)) {
        most = pull[t];
        i = t;
      }
    }
    let j = -1, best = -Infinity, bestStep = 0;
    least = Infinity;
    for (let t = 0, own = i * n; t < n; t++) {
      if (!mayShrink(t)) continue;
      if (pull[t] < least) least = pull[t];
      const gap = most - pull[t];
      if (!(gap > 0)) continue;
      const curvature = Math.max(
        kernel[i * n + i] + kernel[t * n + t] - 2 * kernel[own + t],
        LEAST_CURVATURE,
      );
      if (gap * gap / curvature > best) {
        best = gap * gap / curvature;
        bestStep = gap / curvature;
        j = t;
      }
    }
    if (!(most - least > tolerance) || j < 0) {
      converged = true;
      break;
    }
    const roomI = signs[i] > 0 ? cost - alpha[i] : alpha[i],
      roomJ = signs[j] > 0 ? alpha[j] : cost - alpha[j];
    const change = Math.min(bestStep, roomI, roomJ);
    // Exactly at its end where it gets there, or rounding would leave it free for ever.
    alpha[i] = change === roomI ? (signs[i] > 0 ? cost : 0) : alpha[i] + signs[i] * change;
    alpha[j] = change === roomJ ? (signs[j] > 0 ? 0 : cost) : alpha[j] - signs[j] * change;
    for (let t = 0, a = i * n, b = j * n; t < n; t++) pull[t] -= change * (kernel[a + t] - kernel[b + t]);
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
