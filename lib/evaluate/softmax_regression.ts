import * as tf from "../core/tfjs.ts";
import { nextTurn } from "../core/next_turn.ts";
import { cholesky, solveCholesky } from "./cholesky.ts";
import { dot, minimize, type Point } from "./lbfgs.ts";

/** What is fitted: `mean_i −log softmax(Wᵀx_i + b)_{y_i} + λ/2 · ‖W‖²`. */
export interface Regression {
  /** `[rows, dim + 1]`, a 1 after each row of features. */
  readonly x: Float32Array;
  /** Class of each row, `0 … classes − 1`; every class has one. */
  readonly classOf: Int32Array;
  /** Number of classes. */
  readonly classes: number;
  /** Length of a row of features. */
  readonly dim: number;
  /** `λ`. */
  readonly decay: number;
}

/** Weights of a {@linkcode Regression}, and how good they are. */
export interface Fit {
  /** `[dim + 1, classes]`, the bias last. */
  readonly weights: Float64Array;
  /** What was minimised. */
  readonly loss: number;
  /** It is at most this far above the least. */
  readonly gap: number;
}

/** A gap of this share of the loss counts as none. */
export const TOLERANCE = 1e-6;

// Relative rounding of a float32 mean over many rows.
const ROUNDING = 1e-6;

/**
 * Fits softmax regression by L-BFGS: passes over the rows in float32 on the running backend, all else in float64. Now and
 * then the bias is made best for the weights, in float64, and the gap computed.
 *
 * @param maxSteps passes over the rows at most
 */
export async function fitRegression(regression: Regression, maxSteps: number): Promise<Fit> {
  const { classOf, classes, dim, decay } = regression, rows = classOf.length;
  const x = tf.tensor2d(regression.x, [rows, dim + 1]);
  const truth = new Float32Array(rows * classes);
  classOf.forEach((label, row) => truth[row * classes + label] = 1);
  const labels = tf.tensor2d(truth, [rows, classes]);
  const evaluate = async (at: Float64Array): Promise<Point> => {
    const results = tf.tidy(() => {
      const logits = tf.matMul(x, tf.tensor2d(Float32Array.from(at), [dim + 1, classes]));
      const errors = tf.div(tf.sub(tf.softmax(logits as tf.Tensor2D), labels), rows);
      const fit = tf.mean(tf.sub(tf.logSumExp(logits, 1), tf.sum(tf.mul(logits, labels), 1)));
      return tf.concat([tf.reshape(tf.matMul(x, errors, true), [-1]), tf.reshape(fit, [1])]);
    });
    const values = Float64Array.from(await results.data());
    results.dispose();
    // Hundreds of passes, which signals must not wait for.
    await nextTurn();
    return decayed(at, values.subarray(0, at.length), values[at.length], regression);
  };

  try {
    let at: Float64Array = new Float64Array((dim + 1) * classes), left = maxSteps, wanted = TOLERANCE;
    for (;;) {
      const found = await minimize(at, (w) => (left--, evaluate(w.map(Math.fround))), {
        maxSteps: left,
        rounding: ROUNDING,
        isDone: ({ value, gradient }) => weightGap(gradient, dim * classes, decay) <= wanted / 2 * value,
      });
      const fit = await withBestBias(regression, found.at);
      const isStuck = weightGap(found.gradient, dim * classes, decay) > wanted / 2 * found.value;
      if (fit.gap <= TOLERANCE * fit.loss || left <= 0 || isStuck) return fit;
      at = fit.weights;
      wanted /= 4;
    }
  } finally {
    tf.dispose([x, labels]);
  }
}

/** Adds the decay of the weights to a value and gradient of the fit. */
function decayed(
  at: Float64Array,
  fitGradient: Float64Array,
  fit: number,
  { dim, classes, decay }: Regression,
): Point {
  const weights = at.subarray(0, dim * classes);
  return {
    at,
    value: fit + decay / 2 * dot(weights, weights),
    gradient: fitGradient.map((slope, i) => i < weights.length ? slope + decay * at[i] : slope),
  };
}

/** How much the weights could lower the loss if the bias were always best for them: it is λ-strongly convex in them. */
function weightGap(gradient: Float64Array, weights: number, decay: number): number {
  const slopes = gradient.subarray(0, weights), squares = dot(slopes, slopes);
  return squares === 0 ? 0 : squares / (2 * decay);
}

/**
 * The weights with the bias that is best for them, and a bound of the loss above its least `F*`. By convexity, with the
 * gradient `(g, h)` in weights and bias,
 *
 * `F − F* ≤ ‖g‖²/2λ + ½ ‖h‖₁ · (r(b) + r(b*))`
 *
 * with `r` the range of a bias. Of the best bias, `r(b*) ≤ log rows + √2 · ‖W*‖ · max ‖x‖` as every class has to get its share
 * of the probability in some row, and `‖W*‖² ≤ 2F/λ`.
 */
async function withBestBias(regression: Regression, at: Float64Array): Promise<Fit> {
  const { x, classOf, classes, dim, decay } = regression, rows = classOf.length;
  const scores = new Float64Array(rows * classes), weights = at.subarray(0, dim * classes);
  let longest = 0;
  for (let row = 0; row < rows; row++) {
    let square = 0;
    for (let d = 0; d < dim; d++) {
      const value = x[row * (dim + 1) + d];
      square += value * value;
      for (let c = 0; c < classes; c++) scores[row * classes + c] += value * weights[d * classes + c];
    }
    longest = Math.max(longest, square);
  }
  const start = at.slice(dim * classes), factor = biasHessian(regression, scores, start);
  const best = await minimize(start, async (bias) => {
    await nextTurn();
    return biasPoint(regression, scores, bias);
  }, {
    maxSteps: 200,
    rounding: 1e-15,
    precondition: (direction) => solveCholesky(factor, direction),
    isDone: ({ gradient }) => gradient.every((slope) => Math.abs(slope) < 1e-13),
  });

  const fitGradient = new Float64Array(at.length);
  eachRow(regression, scores, best.at, (row, errors) => {
    for (let d = 0; d <= dim; d++) {
      const value = x[row * (dim + 1) + d] / rows;
      for (let c = 0; c < classes; c++) fitGradient[d * classes + c] += value * errors[c];
    }
  });
  const whole = Float64Array.from([...weights, ...best.at]);
  const { value: loss, gradient } = decayed(whole, fitGradient, best.value, regression);
  const range = (bias: Float64Array) =>
    bias.reduce((a, b) => Math.max(a, b)) - bias.reduce((a, b) => Math.min(a, b));
  const farthest = Math.log(rows) + Math.sqrt(2 * (2 * loss / decay) * longest);
  const slopes = gradient.subarray(dim * classes).reduce((sum, slope) => sum + Math.abs(slope), 0);
  const biasGap = slopes === 0 ? 0 : slopes / 2 * (range(best.at) + farthest);
  return { weights: whole, loss, gap: weightGap(gradient, dim * classes, decay) + biasGap };
}

/** The fit as a function of the bias alone. */
function biasPoint(regression: Regression, scores: Float64Array, bias: Float64Array): Point {
  const { classes, classOf } = regression, gradient = new Float64Array(classes);
  let sum = 0;
  eachRow(regression, scores, bias, (_row, errors, loss) => {
    sum += loss;
    for (let c = 0; c < classes; c++) gradient[c] += errors[c];
  });
  const rows = classOf.length;
  return { at: bias, value: sum / rows, gradient: gradient.map((slope) => slope / rows) };
}

// Keeps the Hessian positive definite where a class is all but certain, relative to the curvature of a class picked at random.
const RIDGE = 1e-9;

/**
 * The factor of the Hessian of the fit in the bias alone, `mean_i diag(p_i) − p_i·p_iᵀ`. As a bias that is the same for all
 * classes changes nothing, that direction is given a curvature of its own.
 */
function biasHessian(regression: Regression, scores: Float64Array, bias: Float64Array): Float64Array {
  const { classes, classOf } = regression, rows = classOf.length;
  const hessian = new Float64Array(classes * classes).fill(1 / classes), shares = new Float64Array(classes);
  eachRow(regression, scores, bias, (row, errors) => {
    for (let c = 0; c < classes; c++) shares[c] = errors[c] + Number(c === classOf[row]);
    for (let c = 0; c < classes; c++) {
      const share = shares[c] / rows;
      // What is below the diagonal is enough.
      for (let other = 0; other <= c; other++) hessian[c * classes + other] -= share * shares[other];
      hessian[c * classes + c] += share;
    }
  });
  for (let c = 0; c < classes; c++) hessian[c * classes + c] += RIDGE / classes;
  return cholesky(hessian, classes);
}

/** Calls `use` with `softmax(scores + bias)` less the truth, and `−log softmax` of the class, of every row. */
function eachRow(
  { classes, classOf }: Regression,
  scores: Float64Array,
  bias: Float64Array,
  use: (row: number, errors: Float64Array, loss: number) => void,
): void {
  const errors = new Float64Array(classes);
  for (let row = 0; row < classOf.length; row++) {
    let top = -Infinity, total = 0;
    for (let c = 0; c < classes; c++) top = Math.max(top, errors[c] = scores[row * classes + c] + bias[c]);
    const own = errors[classOf[row]] - top;
    for (let c = 0; c < classes; c++) total += errors[c] = Math.exp(errors[c] - top);
    for (let c = 0; c < classes; c++) errors[c] /= total;
    errors[classOf[row]]--;
    use(row, errors, Math.log(total) - own);
  }
}
