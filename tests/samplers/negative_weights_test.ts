import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { exponential, negativeSampler, Random, threshold } from "@hscl/hscl";
import { negativeKindNames, negativeKinds } from "@hscl/hscl/core";
import { negativeWeights } from "@hscl/hscl/samplers";
import { naiveLogProbabilities, naiveLogWeights } from "../reference/naive_sampler.ts";

const count = 12, dim = 3, temperature = 0.3, beta = 2;
const random = new Random(4);
const bank = Array.from({ length: count }, () => Array.from({ length: dim }, () => random.normal()));
const labels = Array.from({ length: count }, (_, i) => i % 3), embeddings = bank.flat();

for (const kind of negativeKindNames) {
  const { hardened } = negativeKinds[kind];
  const options = { kind, embeddings, dim, labels, temperature };
  const hardening = hardened ? exponential(beta) : undefined;

  Deno.test(`negativeWeights: those of ${kind} are the probabilities of its distribution`, () => {
    for (let anchor = 0; anchor < count; anchor++) {
      const weights = negativeWeights(anchor, { ...options, hardening });
      const logEta = (u: number) => hardened ? beta * u / temperature : 0;
      const point = { vector: bank[anchor], label: labels[anchor], exclude: anchor };
      const expected = naiveLogProbabilities(naiveLogWeights(point, { kind, bank, labels, logEta }));
      weights.forEach((weight, j) => assertAlmostEquals(weight, Math.exp(expected[j]), 1e-12));
    }
  });

  Deno.test(`negativeWeights: those of ${kind} are what the sampler draws with`, () => {
    const draws = negativeSampler({ ...options, hardening, seed: 0 }).draw([5], { k: 8, replacement: true });
    const weights = negativeWeights(5, { ...options, hardening });
    draws.indices.forEach((j, i) =>
      assertAlmostEquals(Math.log(weights[j]), draws.logProbabilities[i], 1e-12)
    );
  });
}

Deno.test("negativeWeights: without a negative above the threshold all are zero", () => {
  const hardening = threshold(1);
  const weights = negativeWeights(0, { kind: "hscl", embeddings, dim, labels, hardening });
  assertEquals(weights, new Float64Array(count));
});

Deno.test("negativeWeights: labels are needed only where negatives go by label", () => {
  assert(negativeWeights(0, { kind: "hucl", embeddings, dim })[1] > 0);
  assertThrows(() => negativeWeights(0, { kind: "hscl", embeddings, dim }), TypeError, "labels are required");
  assertThrows(() => negativeWeights(count, { kind: "ucl", embeddings, dim }), RangeError, "an anchor");
  assertThrows(
    () => negativeWeights(0, { kind: "scl", embeddings, dim, labels: [1] }),
    RangeError,
    "one per embedding",
  );
});
