// Negatives that are drawn in the batch: what is drawn, and the loss of what was drawn.
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  contrastiveLoss,
  type ContrastiveOptions,
  exponential,
  type Hardening,
  hsclLoss,
  huclLoss,
  lossWithStats,
  polynomial,
  Random,
  sampledLoss,
  sclLoss,
  supConLoss,
  threshold,
  uclLoss,
} from "@hscl/hscl";
import { negativeKindNames, negativeKinds } from "@hscl/hscl/core";
import type { LossOptions } from "@hscl/hscl/losses";
import { differingIds } from "../../lib/losses/negatives.ts";
import { resolveScore } from "../../lib/losses/options.ts";
import { pairedPositives } from "../../lib/losses/positives.ts";
import { drawsOf, sampleNegatives } from "../../lib/losses/sampled_negatives.ts";
import { maxDifference, testOnBackends } from "../backends.ts";
import { naiveGradient, naiveSampled, type NaiveScore, type Points } from "../reference/naive_contrastive.ts";
import { assertFits } from "../samplers/chi_square.ts";

const random = new Random(31).child("sampled negatives");
const points = (count: number, dim: number): Points =>
  Array.from({ length: count }, () => Array.from({ length: dim }, () => random.normal()));
const draws = (count: number, seed = 3) => ({ count, random: new Random(seed) });

const temperature = 0.4;
const score = (hardening?: Hardening) =>
  resolveScore({ hardening, temperature }, {
    negativeWeight: "count",
    positiveIncluded: false,
    meanInside: false,
  });

/** How often each candidate was drawn for each anchor, `[n][c]`; 0 where it is masked. */
async function multiplicities(
  cosines: Points,
  ids: { anchors: number[]; candidates: number[] },
  hardening: Hardening | undefined,
  sampled: { count: number; random: Random },
): Promise<number[][]> {
  const negatives = differingIds({
    anchors: Int32Array.from(ids.anchors),
    candidates: Int32Array.from(ids.candidates),
  });
  const given = {
    cosines: tf.tensor2d(cosines),
    negatives,
    positiveCosines: tf.zeros([ids.anchors.length]) as tf.Tensor1D,
    positives: pairedPositives(negatives.counts),
  };
  const drawn = sampleNegatives(given, score(hardening), drawsOf(ids.anchors.length, sampled));
  const [logWeights, mask] = await Promise.all(
    [drawn.logWeights!, drawn.negatives.mask()].map((tensor) => tensor.array() as Promise<number[][]>),
  );
  mask.forEach((row, i) => {
    const { [i]: count } = drawn.negatives.counts;
    assertEquals(count, negatives.counts[i] > 0 ? sampled.count : 0);
    assert(row.every((value) => value === 0 || value === 2 ** 60), `mask ${row}`);
  });
  return logWeights.map((row, i) =>
    row.map((log, j) => {
      const multiplicity = mask[i][j] > 0 ? 0 : Math.exp(log);
      assertAlmostEquals(multiplicity, Math.round(multiplicity), 2e-6 * multiplicity);
      return Math.round(multiplicity);
    })
  );
}

/** Log-probabilities of the candidates of an anchor, in float64. */
function logProbabilities(cosines: number[], isNegative: boolean[], logEta: (u: number) => number): number[] {
  let logs = cosines.map((u, j) => isNegative[j] ? logEta(u) : -Infinity);
  if (logs.every((log) => log === -Infinity)) {
    const hardest = Math.max(...cosines.filter((_, j) => isNegative[j]));
    logs = cosines.map((u, j) => isNegative[j] && u === hardest ? 0 : -Infinity);
  }
  const most = Math.max(...logs), total = logs.reduce((sum, log) => sum + Math.exp(log - most), 0);
  return logs.map((log) => log - most - Math.log(total));
}

const hardenings: { hardening?: Hardening; logEta: (u: number) => number }[] = [
  { logEta: () => 0 },
  { hardening: exponential(1), logEta: (u) => u / temperature },
  { hardening: exponential(30), logEta: (u) => 30 * u / temperature },
  { hardening: polynomial(3), logEta: (u) => 3 * Math.log((1 + u) / 2) },
  { hardening: threshold(0.2), logEta: (u) => u >= 0.2 ? 0 : -Infinity },
  { hardening: threshold(1), logEta: () => -Infinity },
];

testOnBackends("sampled negatives: drawn as often as the weights say, masked ones never", async () => {
  const anchors = [0, 1, 2, 3], candidates = [0, 0, 1, 2, 0, 1, 5, 5, 6, 7, 2, 0];
  const cosines = anchors.map(() => candidates.map(() => Math.fround(random.uniform(-1, 0.99))));
  for (const { hardening, logEta } of hardenings) {
    for (const count of [1, 2, 7, 4000]) {
      const drawn = await multiplicities(cosines, { anchors, candidates }, hardening, draws(count));
      drawn.forEach((row, i) => {
        const where = `${hardening?.name}, ${count} draws of anchor ${i}`;
        assertEquals(row.reduce((a, b) => a + b), count, where);
        const expected = logProbabilities(cosines[i], candidates.map((id) => id !== i), logEta);
        assertFits(row, expected.map((log) => log < -30 ? -Infinity : log), where);
      });
    }
  }
});

/** A stream that gives these numbers. */
class Given extends Random {
  readonly #numbers: number[];
  constructor(...numbers: number[]) {
    super(0);
    this.#numbers = numbers;
  }
  override uniform(): number {
    return this.#numbers.shift()!;
  }
}

testOnBackends("sampled negatives: a draw at the end of a candidate is one of the next", async () => {
  const largest = 1 - 2 ** -32, least = 2 ** -32;
  const take = async (
    cosines: number[],
    masked: number[],
    hardening: Hardening | undefined,
    ...at: number[]
  ) => {
    const candidates = cosines.map((_, j) => masked.includes(j) ? 0 : 1);
    const sampled = { count: at.length, random: new Given(...at) };
    return (await multiplicities([cosines], { anchors: [0], candidates }, hardening, sampled))[0];
  };
  const equal = Array(8).fill(0.5), masked = [0, 1, 4, 7];
  assertEquals(await take(equal, masked, undefined, 0), [0, 0, 1, 0, 0, 0, 0, 0]);
  assertEquals(await take(equal, masked, undefined, 0.75, 0.25, 0), [0, 0, 1, 1, 0, 0, 1, 0]);
  assertEquals(await take(equal, masked, undefined, 0.5, 0.25 - least, largest), [0, 0, 1, 0, 0, 1, 1, 0]);
  assertEquals(await take(equal.slice(3), [], undefined, ...Array(9).fill(largest)), [0, 0, 0, 0, 9]);
  // Of two candidates, one with a share of so many units of 2⁻²³.
  const rare = (units: number) => exponential(temperature * Math.log(2 ** 23 / units));
  assertEquals(await take([1, 0], [], rare(3), largest, 0), [1, 1]);
  assertEquals(await take([0, 1], [], rare(3), 0, 2.5 * 2 ** -23, 3 * 2 ** -23), [2, 1]);
  assertEquals(await take([0, 1], [], rare(0.3), 0, largest), [0, 2]);
});

testOnBackends("sampled negatives: every anchor and every loss has draws of its own", async () => {
  const anchors = [0, 0, 0], candidates = Array.from({ length: 40 }, (_, j) => j + 1);
  const equal = anchors.map(() => candidates.map(() => 0.5)), stream = new Random(2);
  const ids = { anchors, candidates };
  const first = await multiplicities(equal, ids, undefined, { count: 40, random: stream });
  const second = await multiplicities(equal, ids, undefined, { count: 40, random: stream });
  assertEquals(new Set([...first, ...second].map((row) => row.join())).size, 6);
  assertEquals(first, await multiplicities(equal, ids, undefined, { count: 40, random: new Random(2) }));
});

testOnBackends("sampled negatives: among very many candidates, the masked ones are never drawn", async () => {
  // Weights from 1 down to e⁻⁶⁰, and ends of the cumulative sum that rounding could move.
  const c = 3001, ids = { anchors: [0, 1, 2], candidates: Array.from({ length: c }, (_, j) => j % 3) };
  const cosines = ids.anchors.map(() => ids.candidates.map(() => random.uniform(-1, 1)));
  for (const beta of [0, 0.5, 12]) {
    const drawn = await multiplicities(cosines, ids, exponential(beta), draws(5000));
    drawn.forEach((row, i) => {
      assertEquals(row.reduce((a, b) => a + b), 5000);
      row.forEach((times, j) => assert(times === 0 || ids.candidates[j] !== i, `${times} of masked ${j}`));
    });
  }
});

testOnBackends(
  "sampled negatives: an anchor without negatives stays without, the others get theirs",
  async () => {
    const ids = { anchors: [0, 1], candidates: [0, 0, 0, 0, 0] };
    const drawn = await multiplicities(
      points(2, 5).map((row) => row.map(Math.tanh)),
      ids,
      exponential(2),
      draws(9),
    );
    assertEquals(drawn[0], [0, 0, 0, 0, 0]);
    assertEquals(drawn[1].reduce((a, b) => a + b), 9);
  },
);

const labels = [2, 0, 2, 1, 0, 2];
const views = [points(6, 3), points(6, 3)];
const bank = { embeddings: points(5, 3), labels: [0, 2, 9, 1, 9] };

const presets = {
  ucl: (a: tf.Tensor2D, b: tf.Tensor2D, options: LossOptions) => uclLoss(a, b, options),
  scl: (a: tf.Tensor2D, b: tf.Tensor2D, options: LossOptions) => sclLoss(a, b, labels, options),
  hucl: (a: tf.Tensor2D, b: tf.Tensor2D, options: LossOptions) => huclLoss(a, b, options),
  hscl: (a: tf.Tensor2D, b: tf.Tensor2D, options: LossOptions) => hsclLoss(a, b, labels, options),
};

/** What a loss of the views and the bank draws for each of the twelve anchors, as lists of candidates. */
async function listsOf(
  byLabel: boolean,
  hardening: Hardening | undefined,
  count: number,
): Promise<number[][]> {
  const unit = [...views.flat(), ...bank.embeddings].map((row) => row.map((x) => x / Math.hypot(...row)));
  const cosines = unit.slice(0, 12).map((a) => unit.map((b) => a.reduce((sum, x, d) => sum + x * b[d], 0)));
  const anchors = byLabel ? [...labels, ...labels] : [0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5];
  const extra = byLabel ? bank.labels : bank.labels.map(() => 99);
  const drawn = await multiplicities(
    cosines,
    { anchors, candidates: [...anchors, ...extra] },
    hardening,
    draws(count),
  );
  return drawn.map((row) => row.flatMap((times, j) => Array<number>(times).fill(j)));
}

testOnBackends("sampled negatives: value and gradient are those of the same negatives, listed", async () => {
  for (const kind of negativeKindNames) {
    const { byLabel, hardened } = negativeKinds[kind], hardening = hardened ? exponential(1.5) : undefined;
    const variants: { options: LossOptions; naive: NaiveScore }[] = [
      { options: {}, naive: { temperature, negativeWeight: 10 } },
      { options: { negativeWeight: "count" }, naive: { temperature } },
      { options: { tauPlus: 0.1 }, naive: { temperature, negativeWeight: 10, tauPlus: 0.1 } },
      { options: { psi: "hinge", margin: 0.7 }, naive: { temperature, psi: "hinge", margin: 0.7 } },
    ];
    for (const count of [1, 6, 50]) {
      const lists = await listsOf(byLabel, hardening, count);
      const pairs = lists.flatMap((_, i) =>
        lists.flatMap((_, p) => {
          const isPositive = byLabel ? labels[p % 6] === labels[i % 6] : p % 6 === i % 6;
          return p !== i && isPositive ? [{ i, p }] : [];
        })
      );
      const listed = (moved: Points[]) => {
        const rows = [...moved.flat(), ...bank.embeddings];
        return {
          anchors: pairs.map(({ i }) => rows[i]),
          positives: pairs.map(({ p }) => rows[p]),
          negatives: pairs.map(({ i }) => lists[i].map((j) => rows[j])),
        };
      };
      for (const { options, naive } of variants) {
        const where = `${kind}, ${count}, ${JSON.stringify(options)}`;
        const { value, grads } = tf.valueAndGrads((a, b) =>
          presets[kind](a as tf.Tensor2D, b as tf.Tensor2D, {
            temperature,
            ...options,
            ...(hardening && { hardening }),
            extraNegatives: { embeddings: Float32Array.from(bank.embeddings.flat()), labels: bank.labels },
            sampledNegatives: draws(count),
          })
        )(views.map((view) => tf.tensor2d(view)));
        const [[loss], ...slopes] = await Promise.all([value, ...grads].map((tensor) => tensor.data()));
        const { anchors, positives, negatives } = listed(views);
        const [explicit] = await sampledLoss(
          tf.tensor2d(anchors),
          tf.tensor2d(positives),
          tf.tensor3d(negatives),
          naive,
        ).data();
        assertAlmostEquals(loss, explicit, 1e-5 * Math.max(1, explicit), where);
        const gradient = naiveGradient((moved) => {
          const { anchors, positives, negatives } = listed(moved);
          return naiveSampled(anchors, positives, negatives, naive);
        }, views);
        const off = maxDifference(slopes.flatMap((row) => [...row]), gradient);
        assert(off <= 2e-4 * Math.max(...gradient.map(Math.abs)), `${where}: off by ${off}`);
      }
    }
  }
});

testOnBackends("sampled negatives: the statistics are those of what was drawn", async () => {
  const lists = await listsOf(true, exponential(1.5), 8);
  const unit = [...views.flat(), ...bank.embeddings].map((row) => row.map((x) => x / Math.hypot(...row)));
  const cosine = (i: number, j: number) => unit[i].reduce((sum, x, d) => sum + x * unit[j][d], 0);
  const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
  const { loss, effectiveNegatives, meanHardness, validAnchors, pairs } = lossWithStats(
    tf.tensor2d(views[0]),
    tf.tensor2d(views[1]),
    {
      temperature,
      labels,
      positives: "label",
      hardening: exponential(1.5),
      extraNegatives: { embeddings: Float32Array.from(bank.embeddings.flat()), labels: bank.labels },
      sampledNegatives: draws(8),
    },
  );
  assertEquals([validAnchors, pairs], [12, 2 * (6 * 5 + 4 * 3 + 2 * 1) / 2]);
  assert((await loss.data())[0] > 0);
  const effective = lists.map((list) => {
    const times = new Map<number, number>();
    for (const j of list) times.set(j, (times.get(j) ?? 0) + 1);
    return 64 / [...times.values()].reduce((sum, m) => sum + m * m, 0);
  });
  assertAlmostEquals((await effectiveNegatives.data())[0], mean(effective), 1e-4);
  const hardness = lists.map((list, i) => mean(list.map((j) => cosine(i, j))));
  assertAlmostEquals((await meanHardness.data())[0], mean(hardness), 1e-5);
});

testOnBackends("sampled negatives: with many of them, the loss is near that of all", async () => {
  const [a, b] = views.map((view) => tf.tensor2d(view)), hardening = exponential(1);
  for (const negatives of ["all", "different-label"] as const) {
    const options: ContrastiveOptions = { labels, negatives, hardening };
    const [all] = await contrastiveLoss(a, b, options).data();
    const [many] = await contrastiveLoss(a, b, { ...options, sampledNegatives: draws(20_000) }).data();
    assertAlmostEquals(many, all, 5e-3);
  }
});

testOnBackends("sampled negatives: where no anchor has any, the loss is 0 with zero gradient", async () => {
  for (const psi of ["infoNce", "hinge"] as const) {
    const { value, grads } = tf.valueAndGrads((a, b) =>
      hsclLoss(a as tf.Tensor2D, b as tf.Tensor2D, [1, 1, 1, 1, 1, 1], { psi, sampledNegatives: draws(4) })
    )(views.map((view) => tf.tensor2d(view)));
    assertEquals((await value.data())[0], 0);
    for (const grad of grads) assert((await grad.data()).every((slope) => slope === 0));
  }
});

Deno.test("sampled negatives: a wrong count, stream or kind of negatives is refused by name", () => {
  const [a, b] = views.map((view) => tf.tensor2d(view));
  const take = (sampledNegatives: unknown, more: ContrastiveOptions = {}) => () =>
    contrastiveLoss(a, b, { ...more, sampledNegatives } as ContrastiveOptions);
  const stream = new Random(0);
  assertThrows(take({ count: 0, random: stream }), RangeError, "count of the sampled negatives");
  assertThrows(take({ count: 2.5, random: stream }), TypeError, "count of the sampled negatives");
  assertThrows(take({ random: stream }), TypeError, "count of the sampled negatives");
  assertThrows(take({ count: 2 ** 24, random: stream }), RangeError, "at most 16777215: received 16777216");
  const wide = tf.tensor2d(points(9, 2));
  assertThrows(
    () => uclLoss(wide, wide, { sampledNegatives: { count: 2 ** 24 - 1, random: stream } }),
    RangeError,
    "anchors × count must be at most 268435456: received 18 × 16777215",
  );
  assertThrows(take({ count: 2, random: 5 }), TypeError, "random of the sampled negatives");
  assertThrows(take({ count: 2 }), TypeError, "random of the sampled negatives");
  assertThrows(take({ count: 2, random: stream, seed: 1 }), TypeError, '"seed"');
  assertThrows(take(null), TypeError, "must be an object: received null");
  assertThrows(take({ count: 2, random: stream }, { negatives: "others" }), RangeError, "hold the positives");
  assertThrows(
    () => supConLoss(a, b, labels, { sampledNegatives: { count: 2, random: stream } } as never),
    TypeError,
    '"sampledNegatives"',
  );
});
