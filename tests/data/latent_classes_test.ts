import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  anchorStatistics,
  assumption1,
  exponential,
  latentClasses,
  logistic,
  polynomial,
  theorem1,
  threshold,
} from "@hscl/hscl";
import type { LatentClassOptions } from "@hscl/hscl/data";

const hardenings = [...[0, 0.5, 5, 100].map(exponential), polynomial(4), logistic(0, 0.1), threshold(-1)];

async function assumption(options: LatentClassOptions, temperature = 0.5) {
  const { embeddings, dim, labels } = latentClasses(options);
  return assumption1(
    await anchorStatistics(embeddings, dim, labels, { hardenings, temperature }),
  );
}

Deno.test("overlap 0: Assumption 1 holds at every anchor, for any hardening, temperature, spread and imbalance", async () => {
  for (const temperature of [0.05, 0.5, 5]) {
    for (const spread of [0, Math.PI / 8]) {
      for (const imbalance of [1, 10]) {
        const options = { classes: 4, pointsPerClass: 20, overlap: 0, spread, imbalance };
        for (const { verdict, share, hardening } of await assumption(options, temperature)) {
          assertEquals([verdict, share], ["holds", 1], `${hardening.name} T ${temperature} ${imbalance}`);
        }
      }
    }
  }
});

Deno.test("overlap 1: it fails at every anchor that shares its site, and so does the order of the losses", async () => {
  for (const { verdict, share, gap } of await assumption({ classes: 3, pointsPerClass: 20, overlap: 1 })) {
    assertEquals([verdict, share], ["fails", 0]);
    assert(gap.high < 0);
  }
  const { embeddings, dim, labels } = latentClasses({ classes: 3, pointsPerClass: 20, overlap: 1 });
  for (const { conclusion } of theorem1(await anchorStatistics(embeddings, dim, labels, { hardenings }))) {
    assertEquals([conclusion.verdict, conclusion.share], ["fails", 0]);
  }
  // Sizes 20, 10, 5: ten anchors are alone at their sites, where the two sides are equal.
  const imbalanced = { classes: 3, pointsPerClass: 20, overlap: 1, imbalance: 4 };
  for (const { verdict, share } of await assumption(imbalanced)) {
    assertEquals([verdict, share], ["fails", 10 / 35]);
  }
});

Deno.test("in between the gap is that of the three cosines, and changes sign once", async () => {
  const C = 4, M = 10, temperature = 0.5;
  const signs: number[] = [];
  for (let step = 0; step <= 10; step++) {
    const w = step / 10;
    const same = 1 - w - w / (M - 1), site = w - (1 - w) / (C - 1), other = -(1 - w) / (C - 1) - w / (M - 1);
    const reports = await assumption({ classes: C, pointsPerClass: M, overlap: w });
    for (const { hardening, gaps } of reports.slice(0, 3)) {
      const { beta } = hardening.parameters;
      const sum = (power: number) =>
        Math.exp(power * site / temperature) + (M - 1) * Math.exp(power * other / temperature);
      const expected = Math.exp(same / temperature) - sum(1 + beta) / sum(beta);
      for (const gap of gaps) assertAlmostEquals(gap, expected, 1e-12);
    }
    signs.push(Math.sign(reports[1].gap.mean));
  }
  assertEquals(signs.filter((sign, i) => i > 0 && sign !== signs[i - 1]).length, 1);
  const r = (1 - 1 / M) / (1 - 1 / C);
  for (const { verdict } of await assumption({ classes: C, pointsPerClass: M, overlap: r / (1 + r) })) {
    assertEquals(verdict, "holds");
  }
});

Deno.test("label noise: a wrong label fails at its anchor, a few leave the assumption true on average", async () => {
  const options = { classes: 4, pointsPerClass: 25, labelNoise: 0.05, seed: 1 };
  const { labels, trueLabels } = latentClasses(options);
  assertEquals(labels.filter((label, i) => label !== trueLabels[i]).length, 5);
  const [, , { verdict, gaps }] = await assumption(options);
  assertEquals(verdict, "holds on average");
  gaps.forEach((gap, i) => assertEquals(gap < 0, labels[i] !== trueLabels[i], `anchor ${i}`));
  // Three of four wrong: labels say nothing any more, and the gap all but vanishes.
  const [clean] = await assumption({ ...options, labelNoise: 0 });
  const [useless] = await assumption({ ...options, labelNoise: 0.75 });
  assert(useless.verdict !== "holds" && Math.abs(useless.gap.mean) < 0.03 * clean.gap.mean);
});

Deno.test("points are on the sphere, as many as wanted, and depend on the seed", () => {
  const options = { classes: 3, pointsPerClass: 12, imbalance: 3, overlap: 0.3, spread: 0.5 };
  const { embeddings, dim, labels } = latentClasses(options);
  assertEquals(dim, 15);
  assertEquals([0, 1, 2].map((c) => labels.filter((label) => label === c).length), [12, 7, 4]);
  for (let i = 0; i < labels.length; i++) {
    assertAlmostEquals(Math.hypot(...embeddings.subarray(i * dim, (i + 1) * dim)), 1, 1e-14);
  }
  assertEquals(latentClasses(options).embeddings, embeddings);
  assert(latentClasses({ ...options, seed: 1 }).embeddings[0] !== embeddings[0]);
});

Deno.test("options out of range are refused", () => {
  const refused = (options: LatentClassOptions, message: string) =>
    assertThrows(() => latentClasses(options), RangeError, message);
  refused({ classes: 1 }, "classes");
  refused({ pointsPerClass: 1 }, "pointsPerClass");
  refused({ overlap: 1.1 }, "overlap");
  refused({ labelNoise: -0.1 }, "labelNoise");
  refused({ imbalance: 0.5 }, "imbalance");
  refused({ spread: 1 }, "spread");
  refused({ seed: -1 }, "seed");
});
