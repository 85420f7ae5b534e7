import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Random } from "@hscl/hscl";
import {
  type LabelledFeatures,
  stratifiedFolds,
  svmClassify,
  svmCrossValidate,
  type SvmOptions,
} from "@hscl/hscl/evaluate";
import { solveSvm } from "../../lib/evaluate/svm_solver.ts";
import { maxDifference } from "../backends.ts";
// What scikit-learn computes; made by tests/reference/svm.py.
import reference from "../reference/svm.json" with { type: "json" };

type Case = Omit<typeof reference.cases[number], "byCost"> & {
  byCost: { cost: number; predictions: number[]; decisions?: number[] }[];
};
const cases: readonly Case[] = reference.cases;

/** The rows from one to another. */
function rows({ features, labels, dim }: Case, from: number, to: number): LabelledFeatures {
  return { features: features.slice(from * dim, to * dim), labels: labels.slice(from, to) };
}

function kernelOf(a: ArrayLike<number>, b: ArrayLike<number>, dim: number, gamma: number): Float64Array {
  const first = Array.from({ length: a.length / dim }, (_, i) => Array.from(a).slice(i * dim, (i + 1) * dim));
  const second = Array.from(
    { length: b.length / dim },
    (_, i) => Array.from(b).slice(i * dim, (i + 1) * dim),
  );
  return Float64Array.from(
    first.flatMap((x) =>
      second.map((y) => Math.exp(-gamma * x.reduce((sum, value, i) => sum + (value - y[i]) ** 2, 0)))
    ),
  );
}

for (const known of cases) {
  const { name, dim, classes, labels, training: count } = known;
  const training = rows(known, 0, count),
    queries = rows(known, count, labels.length),
    options = { dim, classes };

  if (classes === 2) {
    Deno.test(`${name}: values of the machines are those of scikit-learn, for every cost`, () => {
      const signs = Int8Array.from(Array.from(training.labels), (label) => Number(label) === 0 ? 1 : -1);
      const kernel = kernelOf(training.features, training.features, dim, known.gamma);
      const seen = kernelOf(queries.features, training.features, dim, known.gamma);
      for (const { cost, decisions } of known.byCost) {
        const { weights, bias, converged } = solveSvm(kernel, signs, cost, 1e-10);
        assert(converged);
        assert(weights.every((weight, i) => weight * signs[i] >= 0 && weight * signs[i] <= cost));
        assertAlmostEquals(weights.reduce((sum, weight) => sum + weight), 0, 1e-9 * cost);
        const own = decisions!.map((_, query) =>
          weights.reduce((sum, weight, i) => sum + weight * seen[query * count + i], bias)
        );
        // scikit-learn's library keeps kernels in float32, whose rounding grows with the weights.
        assert(maxDifference(own, decisions!) < 1e-6 * Math.max(1, cost), `C = ${cost}`);
      }
    });
  }

  Deno.test(`${name}: predictions are those of scikit-learn, for every cost and for the one it chooses`, () => {
    for (const { cost, predictions } of known.byCost) {
      const result = svmClassify(training, queries, { ...options, costs: [cost] });
      assertEquals([[...result.predictions], result.converged], [predictions, true], `C = ${cost}`);
    }
    const { cost, accuracy } = svmClassify(training, queries, options);
    assertEquals(cost, known.cost);
    assertAlmostEquals(accuracy, known.accuracy, 1e-12);
  });

  Deno.test(`${name}: parts, costs and accuracies of a cross-validation are those of scikit-learn`, () => {
    assertEquals([...stratifiedFolds(labels, 10)], known.folds);
    const { accuracy, folds } = svmCrossValidate(rows(known, 0, labels.length), options);
    assertEquals(folds.map(({ cost }) => cost), known.foldCosts);
    assert(maxDifference(folds.map((fold) => fold.accuracy), known.foldAccuracies) < 1e-12);
    assertAlmostEquals(accuracy, known.foldAccuracies.reduce((sum, each) => sum + each) / 10, 1e-12);
  });
}

Deno.test("parts of a stratified choice have the classes in proportion, and are those of their stream", () => {
  const random = new Random(5),
    labels = Array.from({ length: 203 }, () => [7, -1, 3][Math.min(2, random.integer(4))]);
  for (const folds of [2, 7, 10]) {
    const own = stratifiedFolds(labels, folds, new Random(0));
    const sizes = (wanted: (label: number) => boolean) => {
      const counts = Array.from({ length: folds }, () => 0);
      labels.forEach((label, i) => counts[own[i]] += wanted(label) ? 1 : 0);
      return Math.max(...counts) - Math.min(...counts);
    };
    assert(sizes(() => true) <= 1);
    for (const label of [7, -1, 3]) assert(sizes((other) => other === label) <= 1);
    assertEquals(stratifiedFolds(labels, folds, new Random(0)), own);
    assert(stratifiedFolds(labels, folds, new Random(1)).some((fold, i) => fold !== own[i]));
  }
  assertThrows(() => stratifiedFolds([0, 1], 3), RangeError, "folds");
  assertThrows(() => stratifiedFolds([0, 1], 1), RangeError, "folds");
});

Deno.test("machines see the queries only to predict them, and one class is predicted always", () => {
  const [known] = cases, { dim, training: count } = known;
  const training = rows(known, 0, count),
    queries = rows(known, count, count + 2),
    options = { dim, classes: 2 };
  const together = svmClassify(training, rows(known, count, count + 10), options);
  assertEquals([...svmClassify(training, queries, options).predictions], [
    ...together.predictions.slice(0, 2),
  ]);
  const one = svmClassify(
    { ...training, labels: training.labels.length === count ? Array(count).fill(1) : [] },
    queries,
    options,
  );
  assertEquals([...one.predictions], [1, 1]);
  const same = svmClassify({ features: Array(8).fill(2), labels: [0, 0, 1, 0] }, {
    features: [2, 2],
    labels: [0],
  }, { dim: 2, classes: 2 });
  assertEquals([...same.predictions], [0]);
});

Deno.test("what a machine cannot do is refused", () => {
  const training = { features: [0, 1, 2, 3], labels: [0, 1, 0, 1] },
    options: SvmOptions = { dim: 1, classes: 2 };
  const refused = (change: Partial<SvmOptions>, error: new () => Error, said: string) =>
    assertThrows(() => svmClassify(training, training, { ...options, ...change }), error, said);
  refused({ dim: 2 }, RangeError, "training features");
  refused({ costs: [] }, RangeError, "costs");
  refused({ costs: [0] }, RangeError, "a cost");
  refused({ innerFolds: 1 }, RangeError, "innerFolds");
  refused({ tolerance: 0 }, RangeError, "tolerance");
  refused({ classes: 1 }, RangeError, "each label");
  refused({ C: 1 } as never, TypeError, "C");
  assertThrows(
    () => svmClassify({ features: [NaN, 1], labels: [0, 1] }, training, options),
    RangeError,
    "finite",
  );
  assertThrows(
    () => svmClassify({ features: [1], labels: [0] }, training, options),
    RangeError,
    "training rows",
  );
  assertThrows(() => svmCrossValidate(training, { ...options, folds: 5 }), RangeError, "folds");
});
