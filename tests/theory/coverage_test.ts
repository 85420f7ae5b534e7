// How often a "95 %" interval holds the value of the distribution that the embeddings were drawn from.
import { assert } from "@std/assert";
import {
  anchorStatistics,
  assumption1,
  harris,
  populationLosses,
  Random,
  theorem1,
  theorem2,
} from "@hscl/hscl";
import { testsEverything } from "../grids.ts";

const dim = 8;

/**
 * Values of the distribution at T = 0.5, Q = 1, β = 1: from seven draws of 16,900 embeddings each, in PyTorch, by the
 * definitions; to about a tenth of the standard error at 400 embeddings.
 */
const population = {
  balanced: { hSame: 2.8481, hDiff: 1.8249, g: 1.4592, ucl: 0.5985, scl: 0.5385, hucl: 0.7914, hscl: 0.7051 },
  "1 : 10": { hSame: 2.8434, hDiff: 1.8021, g: 1.527, ucl: 0.6172, scl: 0.5362, hucl: 0.808, hscl: 0.6995 },
};

const shares = { balanced: [1, 1, 1, 1, 1], "1 : 10": [1, 3, 5, 7, 10] };

/** Class c at 2·e_c with unit normal noise, classes drawn by their shares. */
function draw(random: Random, count: number, shares: readonly number[]) {
  const total = shares.reduce((a, b) => a + b), labels = new Int32Array(count);
  const embeddings = new Float64Array(count * dim);
  for (let i = 0; i < count; i++) {
    let left = random.uniform(0, total);
    while (left >= shares[labels[i]]) left -= shares[labels[i]++];
    for (let k = 0; k < dim; k++) embeddings[i * dim + k] = random.normal() + (k === labels[i] ? 2 : 0);
  }
  return { embeddings, labels };
}

const cases = (["balanced", "1 : 10"] as const).flatMap((balance) =>
  [50, 100, 400].map((count) => ({ balance, count, repeats: count === 400 ? 400 : 1000 }))
);

for (const { balance, count, repeats } of testsEverything ? cases : [{ ...cases[1], repeats: 400 }]) {
  Deno.test(`intervals of ${count} embeddings, ${balance}: 92 … 98 % hold the value of the distribution`, async () => {
    const { hSame, hDiff, g, ucl, scl, hucl, hscl } = population[balance];
    const held = new Map<string, number>();
    for (let r = 0; r < repeats; r++) {
      const { embeddings, labels } = draw(
        new Random(r).child("coverage").child(count),
        count,
        shares[balance],
      );
      const statistics = await anchorStatistics(embeddings, dim, labels);
      const [assumption] = assumption1(statistics), [second] = theorem2(statistics);
      const [{ conclusion }] = theorem1(statistics), [inequality] = harris(statistics);
      const [losses] = populationLosses(statistics);
      const values = {
        "h_same": [assumption.upper, hSame],
        "h_diff": [assumption.lower, hDiff],
        "Assumption 1": [assumption.gap, hSame - hDiff],
        "E[g]": [second.premise.lower, g],
        "Theorem 2's premise": [second.premise.gap, hDiff - g],
        "Theorem 2": [second.conclusion.gap, hscl - ucl],
        "Theorem 1": [conclusion.gap, hucl - hscl],
        "Harris, UCL": [inequality.ucl.gap, hucl - ucl],
        "Harris, SCL": [inequality.scl.gap, hscl - scl],
        "UCL": [losses.ucl, ucl],
        "SCL": [losses.scl, scl],
        "H-UCL": [losses.hucl, hucl],
        "H-SCL": [losses.hscl, hscl],
      } as const;
      for (const [name, [{ low, high }, value]] of Object.entries(values)) {
        held.set(name, (held.get(name) ?? 0) + (low <= value && value <= high ? 1 : 0));
      }
    }
    const coverage = [...held].map(([name, times]) => [name, times / repeats] as const);
    const wrong = coverage.filter(([, share]) => share < 0.92 || share > 0.98);
    assert(
      wrong.length === 0,
      wrong.map(([name, share]) => `${name} ${(100 * share).toFixed(1)} %`).join(", "),
    );
  });
}
