import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { knnClassify, Random } from "@hscl/hscl";
import { testOnBackends } from "../backends.ts";

// Bank at angles 0°, 10°, 80°, 90°, 180°; classes 0, 0, 1, 1, 2. Lengths must not matter.
const at = (
  degrees: number,
  length = 1,
) => [length * Math.cos(degrees * Math.PI / 180), length * Math.sin(degrees * Math.PI / 180)];
const bank = {
  features: Float32Array.from([at(0, 3), at(10), at(80, 0.1), at(90), at(180, 7)].flat()),
  labels: [0, 0, 1, 1, 2],
};

testOnBackends("votes on a bank checked by hand", async () => {
  const queries = {
    features: Float32Array.from([at(20), at(70, 9), at(170), at(44)].flat()),
    labels: [0, 1, 2, 1],
  };
  // k = 1: nearest are 10°, 80°, 180° and 10° (34° away) against 80° (36° away).
  const nearest = await knnClassify(bank, queries, { dim: 2, classes: 3, k: 1 });
  assertEquals(Array.from(nearest.predictions), [0, 1, 2, 0]);
  assertEquals([nearest.top1, nearest.top5], [0.75, 0.75]); // one neighbour, one answer
  // k = 3 at 170°: 180° (cos 0.985), 90° (0.174), 80° (0): class 1 has exp(0.347) + 1 = 2.41, class 2 exp(1.97) = 7.17.
  const three = await knnClassify(bank, queries, { dim: 2, classes: 3, k: 3 });
  assertEquals(three.predictions[2], 2);
  // At a high temperature votes count almost alike, and the two of class 1 win.
  const hot = await knnClassify(bank, queries, { dim: 2, classes: 3, k: 3, temperature: 100 });
  assertEquals(hot.predictions[2], 1);
});

testOnBackends("a bank smaller than k votes as a whole", async () => {
  const queries = { features: Float32Array.from(at(45)), labels: [0] };
  const { predictions } = await knnClassify(bank, queries, { dim: 2, classes: 3, k: 200 });
  assertEquals(predictions[0], 0); // symmetric around 45°: the tie goes to the lower class
});

testOnBackends("agrees with a naive vote over more queries than a block holds", async () => {
  const random = new Random(0).child("knn"), dim = 5, classes = 7, size = 400, count = 300, k = 20;
  const points = (n: number) => Float32Array.from({ length: n * dim }, () => random.normal());
  const labels = (n: number) => Array.from({ length: n }, () => random.integer(classes));
  const big = { features: points(size), labels: labels(size) },
    queries = { features: points(count), labels: labels(count) };
  const row = ({ features }: { features: Float32Array }, i: number) => {
    const values = Array.from(features.subarray(i * dim, (i + 1) * dim)), norm = Math.hypot(...values);
    return values.map((x) => x / norm);
  };
  let top1 = 0, top5 = 0;
  const expected: number[] = [];
  for (let q = 0; q < count; q++) {
    const query = row(queries, q);
    const similar = big.labels.map((label, i) => ({
      label,
      cosine: row(big, i).reduce((sum, x, d) => sum + x * query[d], 0),
    }));
    const votes = new Array(classes).fill(0);
    similar.sort((a, b) => b.cosine - a.cosine).slice(0, k).forEach(({ label, cosine }) =>
      votes[label] += Math.exp(cosine / 0.5)
    );
    const ranking = votes.map((vote, label) => ({ vote, label })).sort((a, b) => b.vote - a.vote).map((
      { label },
    ) => label);
    expected.push(ranking[0]);
    if (ranking[0] === queries.labels[q]) top1++;
    if (ranking.slice(0, 5).includes(queries.labels[q])) top5++;
  }
  const result = await knnClassify(big, queries, { dim, classes, k });
  assertEquals([...result.predictions], expected);
  assertAlmostEquals(result.top1, top1 / count, 1e-12);
  assertAlmostEquals(result.top5, top5 / count, 1e-12);
});

testOnBackends("a class without a vote is no answer", async () => {
  // One item on each of ten axes, and one neighbour: nine classes have no vote.
  const axes = Array.from({ length: 10 }, (_, i) => Array.from({ length: 10 }, (_, j) => Number(i === j)));
  const bank = { features: Float32Array.from(axes.flat()), labels: Array.from(axes.keys()) };
  const queries = { ...bank, labels: bank.labels.map((label) => (label + 1) % 10) };
  const { top1, top5 } = await knnClassify(bank, queries, { dim: 10, classes: 10, k: 1 });
  assertEquals([top1, top5], [0, 0]);
  // With two neighbours, on equal terms but for the lower index, two classes are answers.
  const two = await knnClassify(bank, queries, { dim: 10, classes: 10, k: 2 });
  assertEquals(two.top5, 0.2); // the query of class 0 with label 1, and that of class 9 with label 0
});

testOnBackends("votes that overflow or vanish are compared as they are", async () => {
  const random = new Random(5).child("cold"), dim = 4, classes = 8, size = 120, count = 60, k = 30;
  const points = (n: number) => Float32Array.from({ length: n * dim }, () => random.normal());
  const labels = (n: number) => Array.from({ length: n }, () => random.integer(classes));
  const bank = { features: points(size), labels: labels(size) };
  const queries = { features: points(count), labels: labels(count) };
  const unit = (features: Float32Array, i: number) => {
    const row = Array.from(features.subarray(i * dim, (i + 1) * dim)), norm = Math.hypot(...row);
    return row.map((x) => x / norm);
  };
  for (const temperature of [1e-300, 1e-30, 1e-3, 1.3e-3, 1.4e-3, 0.01]) {
    let top5 = 0;
    const expected = Array.from({ length: count }, (_, q) => {
      const query = unit(queries.features, q);
      const cosines = bank.labels.map((_, i) =>
        unit(bank.features, i).reduce((sum, x, d) => sum + x * query[d], 0)
      );
      const near = Array.from(cosines.keys()).sort((a, b) => cosines[b] - cosines[a]).slice(0, k);
      // log Σ exp(u/T) of each class, in float64, with its own largest cosine taken out first.
      const ranking = [...new Set(near.map((i) => bank.labels[i]))].map((label) => {
        const own = near.filter((i) => bank.labels[i] === label).map((i) => cosines[i]);
        const top = Math.max(...own), sum = own.reduce((s, u) => s + Math.exp((u - top) / temperature), 0);
        return { label, logVotes: (top - cosines[near[0]]) / temperature + Math.log(sum) };
      }).sort((a, b) => b.logVotes - a.logVotes).map(({ label }) => label);
      top5 += Number(ranking.slice(0, 5).includes(queries.labels[q]));
      return ranking[0];
    });
    const result = await knnClassify(bank, queries, { dim, classes, k, temperature });
    assertEquals([...result.predictions], expected, `T ${temperature}`);
    assertAlmostEquals(result.top5, top5 / count, 1e-12, `T ${temperature}`);
  }
  await assertRejects(
    () => knnClassify(bank, queries, { dim, classes, temperature: 1e-301 }),
    RangeError,
    "at least 1e-300",
  );
});

testOnBackends("wrong sizes and labels are refused", async () => {
  const one = { features: Float32Array.of(1, 0), labels: [0] };
  await assertRejects(() => knnClassify(bank, one, { dim: 3, classes: 3 }), RangeError, "training features");
  await assertRejects(
    () => knnClassify(bank, one, { dim: 2, classes: 2 }),
    RangeError,
    "received 2 at index 4",
  );
  await assertRejects(
    () => knnClassify({ features: new Float32Array(), labels: [] }, one, { dim: 2, classes: 1 }),
    RangeError,
    "training",
  );
  const notFinite = { features: Float32Array.of(1, 0, NaN, 1), labels: [0, 1] };
  await assertRejects(
    () => knnClassify(bank, notFinite, { dim: 2, classes: 3 }),
    RangeError,
    "queries features must be finite: received NaN in row 1",
  );
});
