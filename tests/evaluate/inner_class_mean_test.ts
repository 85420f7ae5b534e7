import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { innerClassMean, nearestClassMean } from "@hscl/hscl/evaluate";

// Class 0 is spread out: its mean is (0, 0.5), half as long as the (1, 0) of class 2; class 1 has no row.
const bank = { features: Float32Array.of(0.6, 0.5, -0.6, 0.5, 1, 0), labels: [0, 0, 2] };
const options = { dim: 2, classes: 3 };

Deno.test("means are not scaled: a class that is spread out needs a larger cosine", () => {
  // By cosine, the first query would be of class 0.
  const queries = { features: Float32Array.of(0.6, 0.8, 0.1, 1), labels: [0, 0] };
  const { predictions, ranks, top1, top5 } = innerClassMean(bank, queries, options);
  assertEquals([[...predictions], [...ranks], top1, top5], [[2, 0], [2, 1], 0.5, 1]);
  // The nearest mean is another rule.
  assertEquals([...nearestClassMean(bank, queries, options).predictions], [0, 0]);
});

Deno.test("the log-likelihood is that of a softmax of inner products over T", () => {
  const queries = { features: Float32Array.of(1, 0, 0, 1), labels: [2, 2] };
  for (const temperature of [1, 0.5, 0.01]) {
    // Inner products: 0 and 1; 0.5 and 0.
    const wanted = [-Math.log1p(Math.exp(-1 / temperature)), -Math.log1p(Math.exp(0.5 / temperature))];
    const found = innerClassMean(bank, queries, { ...options, temperature });
    assertAlmostEquals(found.logProbabilities[0], wanted[0], 1e-12);
    assertAlmostEquals(found.logProbabilities[1], wanted[1], 1e-12);
    assertAlmostEquals(found.logLikelihood, (wanted[0] + wanted[1]) / 2, 1e-12);
  }
  assertEquals(
    innerClassMean(bank, queries, options).logLikelihood,
    innerClassMean(bank, queries, { ...options, temperature: 1 }).logLikelihood,
  );
});

Deno.test("top-5 counts places, ties go to the lower class, and a class without rows has no chance", () => {
  const classes = 7, features = Float32Array.from({ length: classes }, (_, i) => classes - i);
  const queries = { features: Float32Array.of(1, 1, 0), labels: [4, 5, 3] };
  const labels = Array.from({ length: classes }, (_, i) => i);
  const { top1, top5, ranks, predictions } = innerClassMean({ features, labels }, queries, {
    dim: 1,
    classes,
  });
  assertEquals([[...ranks], [...predictions]], [[5, 6, 4], [0, 0, 0]]);
  assertAlmostEquals(top5, 2 / 3, 1e-12);
  assertEquals(top1, 0);
  const none = innerClassMean(bank, { features: [1, 0], labels: [1] }, options);
  assertEquals([none.ranks[0], none.top5, none.logLikelihood], [0, 0, -Infinity]);
});

Deno.test("what does not fit is refused", () => {
  const queries = { features: [0, 1], labels: [0] };
  assertThrows(
    () => innerClassMean(bank, queries, { ...options, temperature: 0 }),
    RangeError,
    "temperature",
  );
  assertThrows(() => innerClassMean(bank, queries, { ...options, dim: 3 }), RangeError, "3 labels × dim 3");
  assertThrows(() => innerClassMean(bank, { ...queries, labels: [3] }, options), RangeError, "0 … 2");
});
