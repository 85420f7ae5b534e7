import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import {
  customHardening,
  exponential,
  type Hardening,
  logistic,
  negativeSampler,
  noHardening,
  polynomial,
  Random,
  threshold,
} from "@hscl/hscl";
import type { NegativeSamplerOptions } from "@hscl/hscl/samplers";
import { type NegativeKind, negativeKindNames } from "@hscl/hscl/core";
import {
  logSum,
  type NaiveAnchor,
  naiveLogProbabilities,
  naiveLogWeights,
  naiveSequence,
} from "../reference/naive_sampler.ts";
import { everyOrSampled } from "../grids.ts";
import { assertFits } from "./chi_square.ts";

/** Hardenings to test, each with log η written out again; only the first for the unhardened kinds. */
const hardenings: { hardening: Hardening; logEta: (u: number, T: number) => number }[] = [
  { hardening: noHardening(), logEta: () => 0 },
  { hardening: exponential(0), logEta: () => 0 },
  { hardening: exponential(1.5), logEta: (u, T) => 1.5 * u / T },
  { hardening: exponential(8), logEta: (u, T) => 8 * u / T },
  { hardening: threshold(0.1), logEta: (u) => u >= 0.1 ? 0 : -Infinity },
  { hardening: polynomial(3), logEta: (u) => 3 * Math.log((1 + u) / 2) },
  { hardening: logistic(0.2, 0.15), logEta: (u) => -Math.log(1 + Math.exp((0.2 - u) / 0.15)) },
  {
    hardening: customHardening("ramp", (u) => u < -0.4 ? -Infinity : 2 * u),
    logEta: (u) => u < -0.4 ? -Infinity : 2 * u,
  },
];
const cases = negativeKindNames.flatMap((kind) =>
  (kind.startsWith("h") ? hardenings : hardenings.slice(0, 1)).map((hardening) => ({ kind, ...hardening }))
);

const N = 10, dim = 3, T = 0.5;
const random = new Random(8).child("bank");
const bank = Array.from(
  { length: N },
  () => Array.from({ length: dim }, () => Math.fround(3 * random.normal())),
);
const labels = [5, -3, 5, 5, 900, -3, 5, 900, -3, 900];
const external = { vector: [0.25, -1, 0.5], label: -3, exclude: 1 };

function sampler(kind: NegativeKind, hardening: Hardening, more: Partial<NegativeSamplerOptions> = {}) {
  return negativeSampler({
    kind,
    embeddings: Float32Array.from(bank.flat()),
    dim,
    labels,
    hardening: kind.startsWith("h") ? hardening : undefined,
    temperature: T,
    seed: 1,
    ...more,
  });
}

/** The same anchor many times over: bank row 0, or the one from outside. */
function repeated(anchor: "bank" | "external", times: number) {
  if (anchor === "bank") return new Int32Array(times);
  return {
    embeddings: Float32Array.from({ length: times * dim }, (_, i) => external.vector[i % dim]),
    labels: new Int32Array(times).fill(external.label),
    exclude: new Int32Array(times).fill(external.exclude),
  };
}

function expectedLogWeights(
  kind: NegativeKind,
  logEta: (u: number, T: number) => number,
  anchor: "bank" | "external",
) {
  const point: NaiveAnchor = anchor === "bank" ? { vector: bank[0], label: labels[0], exclude: 0 } : external;
  return naiveLogWeights(point, { kind, bank, labels, logEta: (u) => logEta(u, T) });
}

const anchored = cases.flatMap((one) =>
  (["bank", "external"] as const).map((anchor) => ({ ...one, anchor }))
);
for (
  const { kind, hardening, logEta, anchor } of everyOrSampled(
    anchored,
    ({ kind, hardening, anchor }) => [kind, [hardening.name, hardening.parameters], anchor],
  )
) {
  const title = `${kind}, ${hardening.name} ${JSON.stringify(hardening.parameters)}, ${anchor} anchor`;
  const logWeights = expectedLogWeights(kind, logEta, anchor);
  const logP = naiveLogProbabilities(logWeights);
  const times = 10_000, k = 3;

  Deno.test(`${title}: draws with replacement are independent and follow q`, () => {
    const draws = sampler(kind, hardening).draw(repeated(anchor, times), { k, replacement: true });
    const single = new Float64Array(N), pairs = new Float64Array(N * N);
    draws.indices.forEach((j, i) => {
      single[j]++;
      assertAlmostEquals(draws.logProbabilities[i], logP[j], 1e-11);
      if (i % k === 0) pairs[j * N + draws.indices[i + 1]]++;
    });
    assertFits(single, logP, "single draws");
    assertFits(pairs, logP.flatMap((a) => logP.map((b) => a + b)), "pairs");
    assert(draws.counts.every((count) => count === k));
  });

  Deno.test(`${title}: draws without replacement follow q one after the other`, () => {
    const draws = sampler(kind, hardening).draw(repeated(anchor, times), { k });
    const first = new Float64Array(N), pairs = new Float64Array(N * N);
    const candidates = logWeights.filter((weight) => weight > -Infinity).length;
    for (let i = 0; i < times; i++) {
      const drawn = draws.indices.subarray(i * k, (i + 1) * k);
      assertEquals(draws.counts[i], Math.min(k, candidates));
      assertEquals(new Set(drawn.subarray(0, draws.counts[i])).size, draws.counts[i]);
      const sequence = naiveSequence(logWeights, drawn.subarray(0, draws.counts[i]));
      sequence.forEach((log, place) => assertAlmostEquals(draws.logProbabilities[i * k + place], log, 1e-11));
      first[drawn[0]]++;
      pairs[drawn[0] * N + drawn[1]]++;
    }
    assertFits(first, logP, "first draws");
    const pairLogs = logP.flatMap((a, i) =>
      logWeights.map((b, j) =>
        i === j || a === -Infinity
          ? -Infinity
          : a + b - logSum(logWeights.map((weight, l) => l === i ? -Infinity : weight))
      )
    );
    assertFits(pairs, pairLogs, "ordered pairs");
  });
}

Deno.test("every order of all of four items is as frequent as its probability says", () => {
  const embeddings = Float32Array.of(1, 0, 0.8, 0.6, 0, 1, -0.6, 0.8), times = 30_000;
  const draws = negativeSampler({ kind: "hucl", embeddings, dim: 2, hardening: exponential(1), seed: 2 })
    .draw({
      embeddings: Float32Array.from({ length: 2 * times }, (_, i) => 1 - i % 2),
    }, { k: 4 });
  const logWeights = [2, 1.6, 0, -1.2], counts = new Map<string, number>();
  const permutations = (items: number[]): number[][] =>
    items.length === 0
      ? [[]]
      : items.flatMap((item) =>
        permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest])
      );
  for (let i = 0; i < times; i++) {
    const order = draws.indices.subarray(4 * i, 4 * i + 4).join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  const orders = permutations([0, 1, 2, 3]);
  assertFits(
    orders.map((order) => counts.get(order.join()) ?? 0),
    orders.map((order) => naiveSequence(logWeights, order).reduce((a, b) => a + b)),
    "orders",
  );
});

// The tests above keep most of the bank; this one exercises passing over items, with weights that rise along the bank.
for (const rising of [false, true]) {
  Deno.test(`a small draw from a large bank follows q, ${rising ? "rising" : "mixed"} cosines`, () => {
    const size = 2000, times = 4000, k = 4, stream = new Random(5).child("large");
    const angles = Array.from({ length: size }, () => stream.uniform(0, Math.PI));
    if (rising) angles.sort((a, b) => b - a);
    const embeddings = Float64Array.from(angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)]));
    const anchors = { embeddings: Float64Array.from({ length: 2 * times }, (_, i) => 1 - i % 2) };
    const logWeights = angles.map((angle) => 4 * Math.cos(angle)), logP = naiveLogProbabilities(logWeights);
    const source = negativeSampler({ kind: "hucl", embeddings, dim: 2, hardening: exponential(2), seed: 3 });
    const bin = (item: number) => Math.floor(item / 100);
    const inBins = (logs: number[]) => {
      const bins: number[][] = Array.from({ length: size / 100 }, () => []);
      logs.forEach((log, item) => bins[bin(item)].push(log));
      return bins.map(logSum);
    };
    // P(second = j) = Σ_{i≠j} p_i p_j / (1 − p_i)
    const p = logP.map(Math.exp), odds = p.map((x) => x / (1 - x)), total = odds.reduce((a, b) => a + b);
    const second = p.map((x, j) => Math.log(x * (total - odds[j])));
    for (const replacement of [false, true]) {
      const { indices } = source.draw(anchors, { k, replacement });
      const counts = [0, 1].map(() => new Float64Array(size / 100));
      for (let i = 0; i < times; i++) {
        for (const place of [0, 1]) counts[place][bin(indices[i * k + place])]++;
      }
      assertFits(counts[0], inBins(logP), "first");
      assertFits(counts[1], inBins(replacement ? logP : second), "second");
    }
  });
}

Deno.test("the size of the blocks changes neither draws nor probabilities", () => {
  for (const { kind, hardening } of cases) {
    for (const replacement of [false, true]) {
      const [first, ...others] = [1, 3, 7, N, 512].map((blockSize) =>
        sampler(kind, hardening, { blockSize }).draw([0, 4, 4, 9, 1, 2, 3], { k: 5, replacement })
      );
      for (const other of others) assertEquals(other, first);
    }
  }
});

Deno.test("seeds and calls draw afresh, the same seed and call the same; other anchors change nothing", () => {
  const make = (seed: number) => sampler("hscl", exponential(1), { seed });
  const anchors = Array.from({ length: 20 }, (_, i) => i % N), options = { k: 4, replacement: true };
  const one = make(1), first = one.draw(anchors, options), second = one.draw(anchors, options);
  assertNotEquals(first.indices, second.indices);
  assertNotEquals(make(2).draw(anchors, options).indices, first.indices);
  const again = make(1);
  assertEquals(again.draw(anchors, options), first);
  assertEquals(again.draw(anchors, options), second);

  const stream = () => new Random(9).child("epoch").child(3);
  const all = one.draw(anchors, { ...options, random: stream() });
  const fewer = make(7).draw(anchors.slice(0, 6), { ...options, random: stream() });
  assertEquals(fewer.indices, all.indices.slice(0, 24));
  assertEquals(again.draw(anchors, options), one.draw(anchors, options)); // a stream of one's own is no call of the count
  assertEquals(
    make(1).draw(anchors, options),
    sampler("hscl", exponential(1), { seed: new Random(1) }).draw(anchors, options),
  );
});

Deno.test("probabilities are exact where weights differ by more than float64 can hold", () => {
  const stream = new Random(6).child("extreme"), size = 200;
  const angles = Array.from({ length: size }, () => stream.uniform(0, Math.PI));
  const embeddings = Float64Array.from(angles.flatMap((angle) => [Math.cos(angle), Math.sin(angle)]));
  for (const [beta, temperature] of [[30, 0.07], [500, 0.5], [500, 0.01]]) {
    const source = negativeSampler({
      kind: "hucl",
      embeddings,
      dim: 2,
      hardening: exponential(beta),
      temperature,
      seed: 0,
    });
    const norm = (i: number) => Math.hypot(embeddings[2 * i], embeddings[2 * i + 1]);
    const logWeights = angles.map((_, i) => beta * embeddings[2 * i] / norm(i) / temperature);
    const anchors = { embeddings: Float64Array.of(1, 0) };
    const { indices, logProbabilities, counts } = source.draw(anchors, { k: size });
    assertEquals(counts[0], size);
    assertEquals(new Set(indices).size, size);
    const tolerance = 1e-15 * beta / temperature * 10 + 1e-12;
    naiveSequence(logWeights, indices).forEach((log, place) =>
      assertAlmostEquals(logProbabilities[place], log, tolerance * Math.max(1, Math.abs(log)))
    );
    const withReplacement = source.draw(anchors, { k: 50, replacement: true });
    const logP = naiveLogProbabilities(logWeights);
    withReplacement.indices.forEach((j, place) =>
      assertAlmostEquals(withReplacement.logProbabilities[place], logP[j], tolerance)
    );
  }
});

Deno.test("equal embeddings are drawn alike, antipodal and zero ones without NaN", () => {
  const same = negativeSampler({ kind: "hucl", embeddings: new Float32Array(12).fill(0.3), dim: 2, seed: 0 });
  const counts = new Float64Array(6), draws = same.draw(new Int32Array(6000), { k: 2, replacement: true });
  draws.indices.forEach((j) => counts[j]++);
  assertFits(counts, [-Infinity, ...Array(5).fill(-Math.log(5))], "equal embeddings");

  const embeddings = Float32Array.of(1, 0, -1, 0, 0, 0, 1e-20, 0, 1e20, 1e20);
  for (const hardening of [exponential(500), polynomial(40), logistic(0.5, 0.01)]) {
    for (const replacement of [false, true]) {
      const { logProbabilities, indices } = negativeSampler({
        kind: "hucl",
        embeddings,
        dim: 2,
        hardening,
        temperature: 0.01,
        seed: 0,
      }).draw([0, 1, 2, 3, 4], { k: 4, replacement });
      assert(logProbabilities.every((log) => log <= 0 && log > -Infinity));
      assert(indices.every((j, place) => j >= 0 && j !== Math.floor(place / 4)));
    }
  }
});

Deno.test("an anchor that nothing can be drawn for gets no draws, the others theirs", () => {
  const embeddings = Float32Array.of(1, 0, 0.8, 0.6, -1, 0, 0, -1);
  const check = (options: Partial<NegativeSamplerOptions>, counts: number[], replaced: number[]) => {
    for (const replacement of [false, true]) {
      const draws = negativeSampler({ kind: "ucl", embeddings, dim: 2, seed: 0, ...options })
        .draw(Int32Array.from(counts.keys()), { k: 3, replacement });
      assertEquals(Array.from(draws.counts), replacement ? replaced : counts);
      draws.indices.forEach((j, i) => {
        const filled = i % 3 < draws.counts[Math.floor(i / 3)];
        assertEquals(j >= 0, filled);
        assertEquals(draws.logProbabilities[i] > -Infinity, filled);
        assert(!Number.isNaN(draws.logProbabilities[i]));
      });
    }
  };
  check({ kind: "scl", labels: [4, 4, 4, 4] }, [0, 0, 0, 0], [0, 0, 0, 0]);
  check({ kind: "hscl", labels: [4, 4, 4, 1] }, [1, 1, 1, 3], [3, 3, 3, 3]);
  check({ kind: "hucl", hardening: threshold(0.5) }, [1, 1, 0, 0], [3, 3, 0, 0]);
  check({ embeddings: Float32Array.of(1, 0) }, [0], [0]);
  check({}, [3, 3, 3, 3], [3, 3, 3, 3]);
});

Deno.test("an anchor from outside excludes no row but the one it names", () => {
  const { indices } = sampler("ucl", noHardening()).draw({ embeddings: Float32Array.from(bank[0]) }, {
    k: N,
  });
  assertEquals(indices.slice().sort((a, b) => a - b), Int32Array.from({ length: N }, (_, i) => i));
  const own = sampler("ucl", noHardening())
    .draw({ embeddings: Float32Array.from(bank[0]), exclude: [0] }, { k: N });
  assertEquals([own.counts[0], own.indices.includes(0)], [N - 1, false]);
});

Deno.test("no anchors give no draws", () => {
  for (const anchors of [[], { embeddings: new Float32Array(0), labels: [] }]) {
    const { indices, counts } = sampler("hscl", exponential(1)).draw(anchors, { k: 2 });
    assertEquals([indices.length, counts.length], [0, 0]);
  }
});

Deno.test("wrong options and anchors are refused by name", () => {
  const make = (more: Partial<NegativeSamplerOptions>) => () => sampler("hscl", exponential(1), more);
  assertThrows(make({ kind: "hard" as "ucl" }), RangeError, "ucl, scl, hucl, hscl");
  assertThrows(make({ labels: undefined }), TypeError, "labels are required");
  assertThrows(make({ labels: [1, 2] }), RangeError, "labels");
  assertThrows(make({ labels: labels.map((label) => label + 0.5) }), TypeError, "5.5 at index 0");
  assertThrows(make({ temperature: 0 }), RangeError, "temperature");
  assertThrows(make({ dim: 4 }), RangeError, "embeddings");
  assertThrows(make({ dim: 0 }), RangeError, "dim");
  assertThrows(make({ blockSize: 0 }), RangeError, "block size");
  assertThrows(make({ embeddings: new Float32Array(0) }), RangeError, "empty");
  assertThrows(make({ seed: -1 }), RangeError, "seed");
  const broken = Float32Array.from(bank.flat());
  broken[7] = NaN;
  assertThrows(make({ embeddings: broken }), RangeError, "received NaN in row 2");
  assertThrows(
    make({ kind: "scl", hardening: exponential(1) }),
    TypeError,
    "without hardening: received exponential",
  );

  const { draw } = sampler("hscl", exponential(1));
  assertThrows(() => draw([0], { k: 0 }), RangeError, "k");
  assertThrows(() => draw([N], { k: 1 }), RangeError, "anchors");
  assertThrows(() => draw([-1], { k: 1 }), RangeError, "anchors");
  assertThrows(() => draw([0.5], { k: 1 }), TypeError, "anchors");
  const embeddings = new Float32Array(2 * dim);
  assertThrows(() => draw({ embeddings }, { k: 1 }), TypeError, "anchor labels are required");
  assertThrows(() => draw({ embeddings, labels: [1] }, { k: 1 }), RangeError, "anchor labels");
  assertThrows(() => draw({ embeddings, labels: [1, 1], exclude: [0] }, { k: 1 }), RangeError, "exclude");
  assertThrows(() => draw({ embeddings, labels: [1, 1], exclude: [0, N] }, { k: 1 }), RangeError, "exclude");
  assertThrows(
    () => draw({ embeddings: new Float32Array(4), labels: [1] }, { k: 1 }),
    RangeError,
    "anchor embeddings",
  );

  const rogue: Hardening = { ...exponential(1), name: "rogue", logEtaAt: () => NaN };
  assertThrows(() => sampler("hucl", rogue).draw([0], { k: 1 }), RangeError, "rogue");
});
