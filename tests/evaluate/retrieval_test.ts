import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { initBackend, knnClassify, linearProbe, Random } from "@hscl/hscl";
import { retrieval } from "@hscl/hscl/evaluate";
import { testOnBackends } from "../backends.ts";

/** As the definitions say, over all pairs, with `Math` alone. */
function naive(features: Float32Array, dim: number, labels: readonly number[], ks: readonly number[]) {
  const row = (i: number) => {
    const values = [...features.subarray(i * dim, (i + 1) * dim)], norm = Math.hypot(...values);
    return values.map((x) => x / norm);
  };
  const hits = ks.map(() => 0);
  let queries = 0, sum = 0;
  labels.forEach((label, query) => {
    const others = labels.map((other, i) => ({
      i,
      same: other === label,
      cosine: row(i).reduce((sum, x, d) => sum + x * row(query)[d], 0),
    })).filter(({ i }) => i !== query).sort((a, b) => b.cosine - a.cosine || a.i - b.i);
    const R = others.filter(({ same }) => same).length;
    if (R === 0) return;
    queries++;
    ks.forEach((k, at) => hits[at] += others.slice(0, k).some(({ same }) => same) ? 1 : 0);
    for (let i = 1; i <= R; i++) {
      if (others[i - 1].same) sum += others.slice(0, i).filter(({ same }) => same).length / i / R;
    }
  });
  return { queries, recallAt: hits.map((hit) => hit / queries), mapAtR: sum / queries };
}

testOnBackends("agrees with the definitions over more items than a block holds", async () => {
  const random = new Random(0).child("retrieval"), dim = 4, count = 300, ks = [1, 2, 5, 1000];
  const labels = Array.from({ length: count }, (_, i) => i === 7 ? 99 : random.integer(9));
  const features = Float32Array.from(
    { length: count * dim },
    (_, i) => random.normal() + (i % dim === labels[Math.floor(i / dim)] % dim ? 1 : 0),
  );
  const expected = naive(features, dim, labels, ks);
  const { recallAt, mapAtR, queries, firstRanks, precisions } = await retrieval({ features, labels }, {
    dim,
    ks,
  });
  assertEquals(queries, 299);
  // A backend's rounding may exchange two neighbours.
  recallAt.forEach((share, at) => assertAlmostEquals(share, expected.recallAt[at], 1.1 / 299));
  assertEquals(recallAt[3], 1);
  assertAlmostEquals(mapAtR, expected.mapAtR, 1e-4);
  assertEquals([firstRanks[7], precisions[7]], [0, NaN]);
});

testOnBackends("neighbours as near as each other come in the order of their index", async () => {
  // All alike: the others of a query are in the order of the indices.
  const features = new Float32Array(4).fill(2);
  const { recallAt, precisions, firstRanks } = await retrieval({ features, labels: [0, 1, 1, 0] }, {
    dim: 1,
    ks: [1, 2, 3],
  });
  assertEquals([...firstRanks], [3, 2, 2, 1]); // 1 2 3 | 0 2 3 | 0 1 3 | 0 1 2
  assertEquals(recallAt, [1 / 4, 3 / 4, 1]);
  assertEquals([...precisions], [0, 0, 0, 1]);
});

Deno.test("perfect and hopeless classes, and classes of one", async () => {
  await initBackend({ backend: "cpu" });
  const two = Float32Array.of(1, 0, 1, 0.1, 0, 1, 0.1, 1);
  const perfect = await retrieval({ features: two, labels: [5, 5, 0, 0] }, { dim: 2 });
  assertEquals([perfect.recallAt, perfect.mapAtR], [[1, 1], 1]);
  const hopeless = await retrieval({ features: two, labels: [5, 0, 5, 0] }, { dim: 2 });
  assertEquals([hopeless.recallAt, hopeless.mapAtR], [[0, 1], 0]);
  const alone = await retrieval({ features: two, labels: [0, 1, 2, 3] }, { dim: 2 });
  assertEquals([alone.queries, alone.recallAt, alone.mapAtR], [0, [NaN, NaN], NaN]);
});

Deno.test("what does not fit is refused", async () => {
  await initBackend({ backend: "cpu" });
  const items = { features: Float32Array.of(1, 2), labels: [0, 0] };
  await assertRejects(() => retrieval(items, { dim: 2 }), RangeError, "2 labels × dim 2");
  await assertRejects(() => retrieval(items, { dim: 1, ks: [0] }), RangeError, "K of Recall@K");
  await assertRejects(
    () => retrieval({ ...items, labels: [0, -1] }, { dim: 1 }),
    RangeError,
    "received -1 at index 1",
  );
  await assertRejects(
    () => retrieval({ features: new Float32Array(), labels: [] }, { dim: 1 }),
    RangeError,
    "empty",
  );
});

testOnBackends("no image votes on itself where each is left out in turn", async () => {
  const bank = { features: Float32Array.of(1, 0, 1, 0.1, 0, 1), labels: [0, 1, 2] };
  const options = { dim: 2, classes: 3, k: 1 };
  assertEquals([...(await knnClassify(bank, bank, options)).predictions], [0, 1, 2]);
  const left = await knnClassify(bank, bank, { ...options, leaveOneOut: true });
  assertEquals([...left.predictions], [1, 0, 1]);
  assertEquals([left.top1, [...left.ranks]], [0, [0, 0, 0]]);
  // With any k, what is left out never votes.
  const all = await knnClassify(bank, bank, { ...options, k: 200, leaveOneOut: true });
  assertEquals([...all.ranks], [0, 0, 0]);
  const one = { features: Float32Array.of(1, 0), labels: [0] };
  await assertRejects(
    () => knnClassify(bank, one, { ...options, leaveOneOut: true }),
    RangeError,
    "must have 3 items (those of training",
  );
  await assertRejects(
    () => knnClassify(one, one, { ...options, leaveOneOut: true }),
    RangeError,
    "at least 2",
  );
});

testOnBackends("a probe counts a class among the five most probable", async () => {
  // Six classes in a row, in the order of one feature: the farthest is the sixth.
  const labels = [0, 1, 2, 3, 4, 5], features = Float32Array.from(labels);
  const { top1, top5, ranks, predictions } = await linearProbe({ features, labels }, {
    features: Float32Array.of(-9, -9, 9, 9),
    labels: [0, 5, 5, 7],
  }, { dim: 1, classes: 8 });
  assertEquals([...predictions], [0, 0, 5, 5]);
  assertEquals([top1, top5], [0.5, 0.5]);
  assertEquals([...ranks], [1, 6, 1, 0]);
  assert(top5 >= top1);
});

testOnBackends("signals and timers come through while many passes run", async () => {
  const random = new Random(0),
    count = 600,
    dim = 8,
    features = Float32Array.from({ length: count * dim }, () => random.normal());
  const items = { features, labels: Array.from({ length: count }, (_, i) => i % 5) };
  const turnsOf = async (work: () => Promise<unknown>) => {
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    await work();
    clearInterval(timer);
    return turns;
  };
  assert(await turnsOf(() => retrieval(items, { dim })) > 0);
  assert(await turnsOf(() => linearProbe(items, items, { dim, classes: 5 })) > 2);
});
