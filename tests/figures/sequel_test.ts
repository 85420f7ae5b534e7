import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import {
  sequel,
  sequelCaption,
  sequelRecord,
  type SequelRow,
  summarizeSequel,
} from "../../lib/figures/mod.ts";
import type { Plan, RunMetrics, RunRecord, RunSettings } from "@hscl/hscl/experiment";
import { sequelRows } from "./made_up.ts";
import { madeUpPlan } from "./made_up_plan.ts";
import { assertSnapshot } from "./snapshot.ts";

const row: SequelRow = {
  beta: 0,
  seed: 0,
  epoch: 1,
  test: 0.2,
  train: 0.5,
  directions: 6,
  unitNorm: 0.1,
  zeroSum: 0.2,
  equalInnerProducts: 0.3,
};

Deno.test("sequel: snapshots of rows that support the claim and that do not", async () => {
  for (const story of ["supporting", "contradicting"] as const) {
    await assertSnapshot(`sequel_${story}`, sequel(sequelRows(story, 2, 3)));
  }
});

Deno.test("sequel: a panel per measure, one legend entry per β, accuracies in percent", () => {
  const { data, layout } = sequel([row, { ...row, beta: 5, test: 0.4, directions: 9 }]);
  assertEquals(Object.keys(layout).filter((key) => key.startsWith("xaxis")).length, 6);
  assertEquals(data.filter(({ showlegend }) => showlegend !== false).map(({ name }) => name), [
    "β = 0 (SCL)",
    "β = 5",
  ]);
  const of = (xaxis: string) => data.filter((trace) => trace.xaxis === xaxis).map(({ y }) => y);
  assertEquals([of("x"), of("x2"), of("x3"), of("x4")], [[[20], [40]], [[50], [50]], [[6], [9]], [[0.1], [
    0.1,
  ]]]);
});

Deno.test("sequel: what is judged is the last epoch, paired by seed, corrected for all β and both measures", () => {
  const of = (directions: (seed: number) => number, test: (seed: number) => number) =>
    [0, 1, 2].flatMap((seed) => [
      // An epoch before, which says the contrary.
      { ...row, seed, directions: 60 },
      { ...row, seed, epoch: 2, directions: 6 + 10 * seed },
      { ...row, beta: 10, seed, directions: 1 },
      { ...row, beta: 10, seed, epoch: 2, directions: directions(seed), test: test(seed) },
    ]);
  const [without, hard] = summarizeSequel(of((seed) => 50 + 9 * seed, (seed) => 0.1 - 0.001 * seed));
  assertEquals([without.beta, without.directions, without.last.directions.mean], [0, undefined, 16]);
  assertEquals([hard.directions!.mean, hard.directions!.ruling], [43, "holds"]);
  assertEquals(hard.accuracy!.ruling, "fails");
  // Student's t at 97.5 % with two degrees of freedom, halved error: 6.2053 times the standard error of 44, 43, 42.
  assertEquals(hard.directions!.halfWidth.toFixed(3), (6.2053 / Math.sqrt(3)).toFixed(3));
  const fewer = of((seed) => 6 + 20 * (seed % 2), (seed) => 0.2 + 0.2 * (seed % 2));
  assertMatch(
    sequelCaption(fewer),
    /\(paired over 3 seeds, 2 intervals together 95 %\): not decided for β = 10\./,
  );
  assertMatch(
    sequelCaption(of((seed) => 1 + 10.1 * seed, () => 0.5)),
    /: fails for β = 10\. Singular values .*, after epoch 2: 16 with β = 0 and 11\.1 with β = 10\./,
  );
});

Deno.test("sequelCaption: verdict, directions and accuracies in whole sentences", () => {
  assertEquals(
    sequelCaption([row, { ...row, beta: 10, directions: 75, test: 0.25 }]),
    "Hard negatives keep the class means from collapsing, so that they use more directions than with β = 0: not decided for " +
      "β = 10 (one seed: no interval). Singular values above 1 % of the largest, after epoch 1: 6 with β = 0 and 75 with β = 10. " +
      "Accuracy of inner products with the class means on test images: 20.00 % with β = 0, 25.00 % with β = 10 " +
      "(5.00 points above β = 0, one seed: no interval: not decided).",
  );
  assertMatch(
    sequelCaption(sequelRows("supporting")),
    /: holds for β = 2, β = 10 and β = 30\. .*\(\S+ ± .*: higher\)/,
  );
  assertMatch(sequelRecord.finding(sequelRows("contradicting")), /^holds for β = 2 and β = 10; /);
  // Without hard negatives there is nothing to judge.
  assertMatch(sequelCaption([row]), /than with β = 0: not decided\. .* 20\.00 % with β = 0\.$/);
  assertEquals(sequelRecord.finding([row]), "not decided");
});

Deno.test("sequel refuses rows that cannot be drawn", () => {
  const refused = (rows: unknown, message: string) =>
    assertThrows(() => sequel(rows as SequelRow[]), Error, message);
  refused([], "at least one row");
  refused([{ ...row, beta: 2 }], "as it compares with β = 0: received β = 2");
  refused([row, row], "received two of β = 0, seed 0, epoch 1");
  refused([{ ...row, epoch: 0 }], "epoch of a row");
  refused([{ ...row, train: 1.1 }], "train of a row");
  refused([0, 1, 2, 3, 4, 5, 6].map((beta) => ({ ...row, beta })), "at most 6 different β: received 7");
});

/** What the figure makes of runs with these metrics, and the settings that it asked for. */
async function rowsOf(metrics: readonly Partial<RunMetrics>[], given: Partial<Plan> = {}) {
  const plan = madeUpPlan(given);
  let asked: readonly RunSettings[] = [];
  const found = await sequelRecord.rows({
    plan,
    ensure: (runs) => {
      asked = runs;
      return Promise.resolve(
        runs.map((settings) => ({ folder: "runs/abc", settings, metrics }) as RunRecord),
      );
    },
    scored: () => Promise.reject(new Error("not needed")),
  }, { betas: [10, 2], negatives: 256 });
  return { ...found, asked };
}

Deno.test("sequel: runs are SCL and H-SCL with sampled negatives, rows their epochs", async () => {
  const last = { epoch: 1, innerTop1: 0.3, innerTrainTop1: 0.4, directions: 5 };
  const whole = { ...last, unitNorm: 0.1, zeroSum: 0.2, equalInnerProducts: 0.3 };
  const { rows, asked, context } = await rowsOf([whole], {
    embedding: "ball",
    views: "single",
    augmentation: "none",
  });
  assertEquals(asked.map(({ loss }) => loss), [
    { temperature: 1, name: "scl", sampledNegatives: 256, negativeWeight: "count" },
    ...[2, 10].map((beta) => ({
      temperature: 1,
      name: "hscl" as const,
      hardening: { name: "exponential" as const, parameters: { beta } },
      sampledNegatives: 256,
      negativeWeight: "count" as const,
    })),
  ]);
  assertEquals(rows.map(({ beta, test, train, directions }) => [beta, test, train, directions]), [
    [0, 0.3, 0.4, 5],
    [2, 0.3, 0.4, 5],
    [10, 0.3, 0.4, 5],
  ]);
  // What is as in the sequel goes without saying; what is not is said.
  assertEquals([context.negatives, context.encoder], ["K = 256", "small convnet"]);
  assertEquals((await rowsOf([whole], { views: "single" })).context.encoder, "small convnet, single views");
  const error = await assertRejects(() => rowsOf([last]));
  assertMatch(
    (error as Error).message,
    /^Cannot draw runs\/abc as .* received no unitNorm in epoch 1 \(.* --force\)$/,
  );
});
