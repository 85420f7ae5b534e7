import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  allHold,
  allSame,
  comparison,
  differenceBySeed,
  howJudged,
  type Judged,
  judgeTogether,
  rulingList,
  someHolds,
  whyNoInterval,
} from "../../lib/figures/court.ts";
import { meanInterval } from "../../lib/core/interval.ts";

const runs = (...values: number[]) => values.map((value, seed) => ({ seed, value }));
const difference = (first: number[], second: number[]) =>
  differenceBySeed(runs(...first), runs(...second), ({ value }) => value);
/** Of a mean with interval ± 0.0248: t(0.975, 2) · 0.01 / √3. */
const around = (mean: number) => meanInterval([mean - 0.01, mean, mean + 0.01]);
const rulings = (judged: readonly Judged[]) => judged.map(({ ruling }) => ruling);

Deno.test("differenceBySeed pairs by seed, whatever the order, over the seeds that both have", () => {
  const first = [{ seed: 7, value: 5 }, { seed: 1, value: 3 }, { seed: 2, value: 10 }];
  const second = [{ seed: 1, value: 1 }, { seed: 2, value: 7 }, { seed: 3, value: 0 }];
  const { mean, halfWidth, count } = differenceBySeed(first, second, ({ value }) => value);
  // Differences 2 and 3: their standard error is 0.5, and t(0.975, 1) = 12.7062.
  assertEquals([mean, count], [2.5, 2]);
  assertAlmostEquals(halfWidth, 6.3531, 1e-4);
  const none = differenceBySeed(first, [{ seed: 9, value: 0 }], ({ value }) => value);
  assertEquals(none, { mean: NaN, halfWidth: NaN, count: 0 });
});

Deno.test("judgeTogether: one difference has its own interval, of several all hold together", () => {
  // The standard error is 0.01 / √3; t(0.975, 2) = 4.30265, t(0.9875, 2) = 6.20535, t(1 − 0.025/3, 2) = 7.64884.
  for (const [together, half] of [[1, 0.024841], [2, 0.035827], [3, 0.044161]]) {
    const [judged] = judgeTogether(Array(together).fill(around(0.04)));
    assertAlmostEquals(judged.halfWidth, half, 1e-6);
    assertEquals([judged.mean.toFixed(12), judged.count], ["0.040000000000", 3]);
  }
  assertEquals(rulings(judgeTogether([around(0.03)])), ["holds"]);
  assertEquals(rulings(judgeTogether([around(-0.03)])), ["fails"]);
  assertEquals(rulings(judgeTogether([around(0.02)])), ["not decided"]);
  // Clear alone, not of two.
  assertEquals(rulings(judgeTogether([around(0.03), around(-0.04)])), ["not decided", "fails"]);
});

Deno.test("judgeTogether: what has no interval is not decided, and takes nothing from the others", () => {
  const single = difference([0.9], [0.5]),
    none = difference([], [0.5]),
    alike = difference([0.9, 0.8], [
      0.8,
      0.7,
    ]);
  const judged = judgeTogether([single, around(0.03), none, alike]);
  assertEquals(rulings(judged), ["not decided", "holds", "not decided", "not decided"]);
  assertAlmostEquals(judged[1].halfWidth, 0.024841, 1e-6);
  assert(judged.every(({ halfWidth }, index) => Number.isNaN(halfWidth) === (index !== 1)));
  assertEquals(judged.map(whyNoInterval), [
    "one seed: no interval",
    "",
    "no seed in common",
    "all seeds alike: no interval",
  ]);
});

Deno.test("verdicts over several differences: all, some, and all the same", () => {
  const of = (...means: number[]) => means.map((mean) => judgeTogether([around(mean)])[0]);
  const [above, below, open] = [0.03, -0.03, 0.02];
  assertEquals(
    [[above, above], [above, open], [above, below], [open, below]].map((means) => allHold(of(...means))),
    ["holds", "not decided", "fails", "fails"],
  );
  assertEquals(
    [[below, above], [below, open], [below, below], [above, open]].map((means) => someHolds(of(...means))),
    ["holds", "not decided", "fails", "holds"],
  );
  // The interval of a difference of 0.02 reaches to 0.0448.
  assertEquals(
    [0.0449, 0.0447].map((tolerance) => allSame(of(open, 0.001), tolerance)),
    ["holds", "not decided"],
  );
  assertEquals(allSame(of(open, below), 1), "fails");
  // Not the same by one that cannot be judged.
  assertEquals(allSame([...of(0.001), ...judgeTogether([difference([0.9], [0.9])])], 1), "not decided");
});

Deno.test("howJudged says over how many seeds, and how many intervals hold together", () => {
  const two = judgeTogether([around(0.1), around(0.2)]), one = judgeTogether([around(0.1)]);
  const wider = judgeTogether([meanInterval([1, 2, 3, 5])]), unseen = judgeTogether([difference([1], [0])]);
  assertEquals(howJudged([one]), " (paired over 3 seeds, 95 % interval)");
  assertEquals(howJudged([two]), " (paired over 3 seeds, 2 intervals together 95 %)");
  assertEquals(howJudged([one, wider]), " (paired over 3–4 seeds, each interval 95 %)");
  assertEquals(howJudged([two, two]), " (paired over 3 seeds, the 2 intervals of a loss together 95 %)");
  assertEquals(
    howJudged([two, one], "group"),
    " (paired over 3 seeds, the 1–2 intervals of a group together 95 %)",
  );
  assertEquals(howJudged([unseen, two]), howJudged([two]));
  assertEquals(howJudged([unseen, []]), "");
});

Deno.test("comparison and rulingList: sizes and verdicts in words", () => {
  const words = (first: number[], second: number[]) =>
    comparison(judgeTogether([difference(first, second)])[0], "UCL");
  assertEquals(words([0.91, 0.92, 0.93], [0.9, 0.9, 0.9]), "2.00 ± 2.48 points above UCL");
  assertEquals(words([0.89, 0.88, 0.87], [0.9, 0.9, 0.9]), "2.00 ± 2.48 points below UCL");
  assertEquals(words([0.5], [0.75]), "25.00 points below UCL, one seed: no interval");
  assertEquals(words([0.75, 0.5], [0.5, 0.25]), "25.00 points above UCL, all seeds alike: no interval");
  assertEquals(words([0.5], []), "no seed in common with UCL");
  assertEquals(
    rulingList([{ name: "A", ruling: "holds" }, { name: "B", ruling: "fails" }, {
      name: "C",
      ruling: "holds",
    }]),
    "holds for A and C; fails for B",
  );
});
