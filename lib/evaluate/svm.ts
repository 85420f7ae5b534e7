import { checkArray, checkInteger, checkNumber, checkOptions, checkPlaces } from "../core/checks.ts";
import { classesOf } from "../core/labels.ts";
import type { Random } from "../core/random.ts";
import { checkFeatures, type LabelledFeatures, MOST_CLASSES } from "./labelled_features.ts";
import { stratifiedFolds } from "./stratified_folds.ts";
import { solveSvm } from "./svm_solver.ts";

/** Options of {@linkcode svmClassify}. */
export interface SvmOptions {
  /** Length of a feature vector. */
  dim: number;
  /** Number of classes. */
  classes: number;
  /** Values of `C` to choose from, each above 0; 0.001, 0.01 … 1000 if left out. */
  costs?: readonly number[];
  /** Parts of the training features that `C` is chosen by, at least 2; 5 if left out. */
  innerFolds?: number;
  /** How far the optimality conditions of the machine may be broken; 0.001 if left out. */
  tolerance?: number;
}

/** What {@linkcode svmClassify} finds. */
export interface SvmResult {
  /** Share of the queries whose class was predicted. */
  readonly accuracy: number;
  /** The class of each query. */
  readonly predictions: Int32Array;
  /** The `C` that was chosen. */
  readonly cost: number;
  /** Whether every machine converged. */
  readonly converged: boolean;
}

/** Those that the forerunners choose from. */
const USUAL_COSTS = [0.001, 0.01, 0.1, 1, 10, 100, 1000];

const SVM_OPTIONS = { dim: true, classes: true, costs: true, innerFolds: true, tolerance: true } as const;

interface Settings {
  dim: number;
  classes: number;
  costs: readonly number[];
  innerFolds: number;
  tolerance: number;
}

function checkSettings(options: SvmOptions): Settings {
  const { dim, classes, costs = USUAL_COSTS, innerFolds = 5, tolerance = 1e-3 } = checkOptions(
    options,
    SVM_OPTIONS,
  );
  checkInteger("dim", dim, { min: 1 });
  checkInteger("classes", classes, { min: 1, max: MOST_CLASSES });
  checkArray("costs", costs, "numbers");
  if (costs.length === 0) {
    throw new RangeError("Cannot use costs as there must be at least one: received none");
  }
  costs.forEach((cost) => checkNumber("a cost", cost, { above: 0 }));
  checkInteger("innerFolds", innerFolds, { min: 2 });
  checkNumber("tolerance", tolerance, { above: 0 });
  return { dim, classes, costs: [...costs], innerFolds, tolerance };
}

/** All pairs of squared distances between rows, and the rows' classes. */
class Distances {
  readonly #squared: Float64Array;
  readonly #features: Float32Array;
  readonly #dim: number;
  readonly count: number;
  readonly labels: ArrayLike<number>;

  constructor(features: Float32Array, labels: ArrayLike<number>, dim: number) {
    const n = this.count = labels.length;
    checkPlaces("features", { rows: n, "rows again": n }, 8);
    this.labels = labels;
    this.#features = features;
    this.#dim = dim;
    this.#squared = new Float64Array(n * n);
    for (let a = 0; a < n; a++) {
      for (let b = 0; b < a; b++) {
        let sum = 0;
        for (let i = 0, x = a * dim, y = b * dim; i < dim; i++) {
          sum += (features[x + i] - features[y + i]) ** 2;
        }
        this.#squared[a * n + b] = this.#squared[b * n + a] = sum;
      }
    }
  }

  /** `γ = 1 / (dim · variance)` of rows; 1 where they are all the same. */
  gamma(rows: Int32Array): number {
    const dim = this.#dim;
    let sum = 0, squares = 0;
    for (const row of rows) for (let i = row * dim; i < (row + 1) * dim; i++) sum += this.#features[i];
    const mean = sum / (rows.length * dim);
    for (const row of rows) {
      for (let i = row * dim; i < (row + 1) * dim; i++) squares += (this.#features[i] - mean) ** 2;
    }
    return squares > 0 ? rows.length / squares : 1;
  }

  /** `exp(−γ d²)` of pairs, `[first, second]`. */
  kernel(gamma: number, first: Int32Array, second: Int32Array): Float64Array {
    const values = new Float64Array(first.length * second.length), n = this.count;
    let at = 0;
    for (const a of first) for (const b of second) values[at++] = Math.exp(-gamma * this.#squared[a * n + b]);
    return values;
  }
}

/** Classes of rows by machines that were trained on others, for every cost. */
function predict(
  distances: Distances,
  training: Int32Array,
  queries: Int32Array,
  costs: readonly number[],
  tolerance: number,
): { predictions: Int32Array[]; converged: boolean[] } {
  const { labels, placeOf } = classesOf(training.map((row) => distances.labels[row]));
  const members = labels.map((_, place) => training.filter((_, i) => placeOf[i] === place));
  const gamma = distances.gamma(training);
  const votes = costs.map(() => new Int32Array(queries.length * labels.length));
  const converged = costs.map(() => true);
  for (let a = 0; a < labels.length; a++) {
    for (let b = a + 1; b < labels.length; b++) {
      const rows = Int32Array.from([...members[a], ...members[b]]);
      const signs = Int8Array.from(rows, (_, i) => i < members[a].length ? 1 : -1);
      const kernel = distances.kernel(gamma, rows, rows), seen = distances.kernel(gamma, queries, rows);
      costs.forEach((cost, which) => {
        const machine = solveSvm(kernel, signs, cost, tolerance);
        converged[which] &&= machine.converged;
        for (let query = 0; query < queries.length; query++) {
          let value = machine.bias;
          for (let i = 0, at = query * rows.length; i < rows.length; i++) {
            value += machine.weights[i] * seen[at + i];
          }
          votes[which][query * labels.length + (value > 0 ? a : b)]++;
        }
      });
    }
  }
  const predictions = votes.map((own) =>
    Int32Array.from(queries, (_, query) => {
      let best = 0;
      for (let place = 1; place < labels.length; place++) {
        if (own[query * labels.length + place] > own[query * labels.length + best]) best = place;
      }
      return labels[best];
    })
  );
  return { predictions, converged };
}

const shareRight = (distances: Distances, queries: Int32Array, predictions: Int32Array) =>
  queries.filter((row, i) => distances.labels[row] === predictions[i]).length / queries.length;

/** The rows with, and those without, a number. */
function split(
  rows: Int32Array,
  foldOf: Int32Array,
  fold: number,
): [inside: Int32Array, outside: Int32Array] {
  return [rows.filter((_, i) => foldOf[i] === fold), rows.filter((_, i) => foldOf[i] !== fold)];
}

/** The cost that is best on parts of the rows, by machines that were trained on the others; the first of several. */
function chooseCost(
  distances: Distances,
  rows: Int32Array,
  { costs, innerFolds, tolerance }: Settings,
): number {
  if (costs.length === 1) return costs[0];
  const foldOf = stratifiedFolds(rows.map((row) => distances.labels[row]), Math.min(innerFolds, rows.length));
  const right = costs.map(() => 0);
  for (let fold = 0; fold < innerFolds; fold++) {
    const [queries, training] = split(rows, foldOf, fold);
    if (queries.length === 0) continue;
    predict(distances, training, queries, costs, tolerance).predictions.forEach((each, which) =>
      right[which] += shareRight(distances, queries, each)
    );
  }
  return costs[right.indexOf(Math.max(...right))];
}

function classify(
  distances: Distances,
  training: Int32Array,
  queries: Int32Array,
  settings: Settings,
): SvmResult {
  const cost = chooseCost(distances, training, settings);
  const { predictions: [predictions], converged: [converged] } = predict(
    distances,
    training,
    queries,
    [cost],
    settings.tolerance,
  );
  return { accuracy: shareRight(distances, queries, predictions), predictions, cost, converged };
}

/**
 * Predicts classes with support vector machines, as the code that Robinson et al. compare graphs with does: kernel
 * `exp(−γ |x − y|²)` with `γ = 1 / (dim · variance)` of the training features, which stay as they are; a machine for every pair of
 * classes, each with one vote; `C` chosen by cross-validation on the training features alone. Equal to scikit-learn's `SVC` and
 * `GridSearchCV` but for rounding.
 *
 * @param training rows to learn from, of at least two rows
 * @param queries rows to predict
 * @throws {TypeError} if features are no numbers or a label is no integer
 * @throws {RangeError} if an option is out of range, lengths do not fit, or a feature is not finite
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { svmClassify } from "@hscl/hscl/evaluate";
 * const training = { features: Float32Array.of(0, 0, 1, 1, 5, 5, 6, 6), labels: [0, 0, 1, 1] };
 * const queries = { features: Float32Array.of(0.4, 0.5, 5.2, 5), labels: [0, 1] };
 * const { accuracy, predictions } = svmClassify(training, queries, { dim: 2, classes: 2, costs: [1] });
 * assertEquals([accuracy, [...predictions]], [1, [0, 1]]);
 * ```
 */
export function svmClassify(
  training: LabelledFeatures,
  queries: LabelledFeatures,
  options: SvmOptions,
): SvmResult {
  const settings = checkSettings(options), { dim, classes } = settings;
  const known = checkFeatures("training", training, dim, classes),
    asked = checkFeatures("queries", queries, dim, classes);
  checkInteger("number of training rows", known.count, { min: 2 });
  const features = new Float32Array(known.features.length + asked.features.length);
  features.set(known.features);
  features.set(asked.features, known.features.length);
  const distances = new Distances(features, [...Array.from(known.labels), ...Array.from(asked.labels)], dim);
  const rows = Int32Array.from({ length: distances.count }, (_, row) => row);
  return classify(distances, rows.slice(0, known.count), rows.slice(known.count), settings);
}

/** Options of {@linkcode svmCrossValidate}. */
export interface SvmCrossValidationOptions extends SvmOptions {
  /** Parts of the features, each of which is predicted once; 10 if left out. */
  folds?: number;
  /** Stream of the choice of the parts; they follow the order of the rows if left out. */
  random?: Random;
}

/** What {@linkcode svmCrossValidate} finds. */
export interface SvmCrossValidation {
  /** Mean of the accuracies. */
  readonly accuracy: number;
  /** What came of each part. */
  readonly folds: readonly SvmResult[];
}

/**
 * How well support vector machines predict the classes of features: the mean accuracy over the parts of a stratified
 * cross-validation, see {@linkcode svmClassify}. The features are those of one encoder: where it has seen labels of theirs, the
 * result says too much.
 *
 * @throws as {@linkcode svmClassify} does
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "@hscl/hscl";
 * import { svmCrossValidate } from "@hscl/hscl/evaluate";
 * const features = Float32Array.from({ length: 40 }, (_, i) => i < 20 ? i / 20 : 5 + i / 20);
 * const labels = Array.from(features, (value) => value < 3 ? 0 : 1);
 * const options = { dim: 1, classes: 2, folds: 4, random: new Random(0) };
 * assertEquals(svmCrossValidate({ features, labels }, options).accuracy, 1);
 * ```
 */
export function svmCrossValidate(
  set: LabelledFeatures,
  options: SvmCrossValidationOptions,
): SvmCrossValidation {
  const { folds = 10, random, ...own } = options, settings = checkSettings(own);
  const { features, labels, count } = checkFeatures("features", set, settings.dim, settings.classes);
  const foldOf = stratifiedFolds(labels, folds, random),
    distances = new Distances(features, labels, settings.dim);
  const rows = Int32Array.from({ length: count }, (_, row) => row);
  const results = Array.from({ length: folds }, (_, fold) => {
    const [queries, training] = split(rows, foldOf, fold);
    return classify(distances, training, queries, settings);
  });
  return { accuracy: results.reduce((sum, { accuracy }) => sum + accuracy, 0) / folds, folds: results };
}
