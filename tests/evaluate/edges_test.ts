// The ends of every range, ties, and any number of neighbours.
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { initBackend, knnClassify, linearProbe, nearestClassMean, Random } from "@hscl/hscl";
import { testOnBackends } from "../backends.ts";

testOnBackends("one class is always right; no class, no dimension and no step are refused", async () => {
  const bank = { features: Float32Array.of(1, 2), labels: [0, 0] }, one = { dim: 1, classes: 1 };
  assertEquals((await knnClassify(bank, bank, { ...one, k: 1 })).top1, 1);
  assertEquals((await linearProbe(bank, bank, { ...one, decay: 0, maxSteps: 1 })).top1, 1);
  assertEquals(nearestClassMean(bank, bank, one).top1, 1);
  const refused = async (change: { dim?: number; classes?: number }, message: string) => {
    const options = { ...one, ...change };
    await assertRejects(() => knnClassify(bank, bank, options), RangeError, message);
    await assertRejects(() => linearProbe(bank, bank, options), RangeError, message);
    assertThrows(() => nearestClassMean(bank, bank, options), RangeError, message);
  };
  await refused({ classes: 0 }, "Cannot use classes");
  await refused({ classes: 2 ** 31 + 1 }, "Cannot use classes");
  await refused({ dim: 0 }, "Cannot use dim");
  await assertRejects(() => knnClassify(bank, bank, { ...one, k: 0 }), RangeError, "Cannot use k ");
  await assertRejects(() => knnClassify(bank, bank, { ...one, temperature: 0 }), RangeError, "temperature");
  await assertRejects(() => linearProbe(bank, bank, { ...one, maxSteps: 0 }), RangeError, "maxSteps");
});

Deno.test("classes may be many and far apart; what has rows takes room", async () => {
  await initBackend({ backend: "cpu" });
  const last = 2 ** 31 - 1, options = { dim: 1, classes: 2 ** 31 };
  const bank = { features: Float32Array.of(-1, -2, 3, 4), labels: [last, last, 7, 7] };
  const queries = { features: Float32Array.of(-5, 5), labels: [last, 7] };
  assertEquals((await knnClassify(bank, queries, { ...options, k: 2 })).top1, 1);
  assertEquals((await linearProbe(bank, queries, options)).top1, 1);
  assertEquals(nearestClassMean(bank, queries, options).top1, 1);
});

Deno.test("a label must be one of the classes", () => {
  const queries = { features: Float32Array.of(1), labels: [0] };
  for (const label of [-1, 2, 0.5, NaN]) {
    const bank = { features: Float32Array.of(1, 2, 3), labels: [0, 1, label] };
    assertThrows(
      () => nearestClassMean(bank, queries, { dim: 1, classes: 2 }),
      Number.isInteger(label) ? RangeError : TypeError,
      `received ${label} at index 2`,
    );
  }
  const broken = { features: Float32Array.of(1, 2, 3, Infinity), labels: [0, 1] };
  assertThrows(
    () => nearestClassMean(broken, queries, { dim: 2, classes: 2 }),
    RangeError,
    "Infinity in row 1",
  );
});

testOnBackends("neighbours as near as each other vote in the order of the bank", async () => {
  const bank = { features: new Float32Array(4).fill(3), labels: [2, 1, 0, 0] };
  const query = { features: Float32Array.of(1), labels: [0] };
  const winners: number[] = [];
  for (const k of [1, 2, 3, 4]) {
    winners.push((await knnClassify(bank, query, { dim: 1, classes: 3, k })).predictions[0]);
  }
  assertEquals(winners, [2, 1, 0, 0]);
});

testOnBackends(
  "any number of neighbours is those that come first after sorting, with ties among them",
  async () => {
    const random = new Random(2).child("every k"), size = 25, count = 40, dim = 3;
    // Six directions, so that many cosines are equal; two classes and odd k, so that no vote ends in a tie.
    const bank = {
      features: new Float32Array(size * dim),
      labels: Array.from({ length: size }, () => random.integer(2)),
    };
    for (let row = 0; row < size; row++) {
      bank.features[row * dim + random.integer(dim)] = random.chance(0.5) ? 2 : -2;
    }
    const queries = {
      features: Float32Array.from({ length: count * dim }, () => random.normal()),
      labels: Array.from({ length: count }, () => 0),
    };
    const product = (q: number, b: number) =>
      [0, 1, 2].reduce((sum, d) => sum + queries.features[q * dim + d] * bank.features[b * dim + d], 0);
    for (let k = 1; k <= size + 2; k += 2) {
      // So hot that every vote counts as one.
      const { predictions } = await knnClassify(bank, queries, { dim, classes: 2, k, temperature: 1e6 });
      predictions.forEach((prediction, q) => {
        const order = Array.from(bank.labels.keys()).sort((a, b) => product(q, b) - product(q, a) || a - b);
        const ones = order.slice(0, k).filter((b) => bank.labels[b] === 1).length;
        assertEquals(prediction, 2 * ones > Math.min(k, size) ? 1 : 0, `k ${k}, query ${q}`);
      });
    }
  },
);

/** Two features, the second the first and this much of noise that tells the classes. */
function nearlySame(noise: number): { features: Float32Array; labels: number[] } {
  const random = new Random(1).child("corr"), labels = Array.from({ length: 60 }, (_, i) => i % 2);
  const features = Float32Array.from(labels.flatMap((label) => {
    const x = random.normal();
    return [x, x + noise * (random.normal() + (label ? 1 : -1))];
  }));
  return { features, labels };
}

testOnBackends("features that are nearly the same take some tens of passes, not thousands", async () => {
  const bank = nearlySame(0.1);
  // Gradient steps without what they have learnt of the curvature take more than a thousand.
  for (const decay of [1e-3, 1e-4]) {
    const { converged } = await linearProbe(bank, bank, { dim: 2, classes: 2, decay, maxSteps: 60 });
    assertEquals(converged, true, `λ ${decay}`);
  }
});

Deno.test("by default the probe decays weights by 1e-3; without decay nothing is proved", async () => {
  await initBackend({ backend: "cpu" });
  const bank = nearlySame(0.003), options = { dim: 2, classes: 2 };
  const decayed = await linearProbe(bank, bank, options);
  assertEquals(decayed.loss, (await linearProbe(bank, bank, { ...options, decay: 1e-3 })).loss);
  const plain = await linearProbe(bank, bank, { ...options, decay: 0 });
  assertEquals(plain.converged, false);
  assert(plain.loss < decayed.loss);
});

testOnBackends("200 neighbours vote by default, at a temperature of 0.5", async () => {
  // Of class 0 the 100 nearest, of class 1 the next 150: with 201 votes that count alike class 1 would win.
  const at = (cosine: number) => [cosine, Math.sqrt(1 - cosine ** 2)];
  const bank = {
    features: Float32Array.from(Array.from({ length: 250 }, (_, i) => at(i < 100 ? 1 : 0.9)).flat()),
    labels: Array.from({ length: 250 }, (_, i) => i < 100 ? 0 : 1),
  };
  const query = { features: Float32Array.of(1, 0), labels: [0] }, options = { dim: 2, classes: 2 };
  assertEquals((await knnClassify(bank, query, { ...options, temperature: 1e6 })).predictions[0], 0);
  // One vote of exp(1/T) against three of exp(0.5/T): the near one wins below T = 0.5/ln 3 = 0.455 only.
  const few = {
    features: Float32Array.from([at(1), at(0.5), at(0.5), at(0.5)].flat()),
    labels: [0, 1, 1, 1],
  };
  const winner = async (temperature?: number) =>
    (await knnClassify(few, query, { ...options, temperature })).predictions[0];
  assertEquals([await winner(0.45), await winner(), await winner(0.46)], [0, 1, 1]);
  // Against two it wins below T = 0.5/ln 2 = 0.721.
  const two = { features: few.features.subarray(0, 6), labels: [0, 1, 1] };
  assertEquals((await knnClassify(two, query, options)).predictions[0], 0);
});
