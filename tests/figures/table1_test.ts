import { assert, assertAlmostEquals, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { figures } from "@hscl/hscl";
import { chooseBetas, tableLosses } from "../../lib/figures/tables/image_runs.ts";
import { judgeByHolm } from "../../lib/figures/tables/holm.ts";
import { tableRows } from "./made_up.ts";
import { madeUpPlan } from "./made_up_plan.ts";
import { assertSnapshot } from "./snapshot.ts";
import type { RunRecord } from "@hscl/hscl/experiment";

const { table1 } = figures.tableRecords;

Deno.test("table1: snapshot of rows in which hard negatives do good and harm", async () => {
  const context = { epochs: 4, sets: [], command: "" };
  await assertSnapshot("table1", table1.draw(tableRows("contradicting"), context));
});

Deno.test("Holm's method: p values are those of t-tests, times what is left to decide", () => {
  // SciPy: 2 * t.sf([6, 3, 2.5, 0.5], 4).
  const alone = [0.00388254, 0.03994197, 0.06676654, 0.64332996], quantile = 2.7764451;
  const differences = [3, 0.5, 6, 2.5].map((t) => ({ mean: -t, halfWidth: quantile, count: 5 }));
  const judged = judgeByHolm([...differences, { mean: 1, halfWidth: NaN, count: 1 }]);
  // In the order given; the third largest is no more certain than the second.
  const wanted = [3 * alone[1], alone[3], 4 * alone[0], Math.max(3 * alone[1], 2 * alone[2])];
  wanted.forEach((p, at) => assertAlmostEquals(judged[at].p, p, 1e-5));
  assertEquals(judged.map(({ ruling }) => ruling), [
    "not decided",
    "not decided",
    "fails",
    "not decided",
    "not decided",
  ]);
  assertEquals(judged[4].p, NaN);
  // One alone is not corrected, and Holm decides what Bonferroni does not.
  assertEquals(judgeByHolm([{ mean: 3, halfWidth: quantile, count: 5 }])[0].ruling, "holds");
  const two = judgeByHolm([{ mean: 6, halfWidth: quantile, count: 5 }, {
    mean: 3,
    halfWidth: quantile,
    count: 5,
  }]);
  assertEquals(two.map(({ ruling }) => ruling), ["holds", "holds"]);
  assertEquals(judgeByHolm([]), []);
});

Deno.test("table1: every ordering is confirmed, contradicted or not decided, on each data set", () => {
  const verdictOf = (rows: figures.TableRows) =>
    Object.fromEntries(
      table1.differences(rows).slice(1).map(([data, ordering, measure, , , verdict]) => [
        `${data}, ${ordering}, ${measure}`,
        verdict,
      ]),
    );
  const good = verdictOf(tableRows("supporting"));
  assertEquals(Object.keys(good).length, 2 * 4 * 3);
  assertEquals(good["MNIST digits, SCL ≥ UCL, kNN"], "confirmed");
  const harm = verdictOf(tableRows("contradicting"));
  assertEquals(harm["MNIST digits, H-SCL ≥ SCL, linear probe"], "confirmed");
  assertEquals(harm["CIFAR-10 <sample>, SCL ≥ UCL, class means"], "contradicted");
  const few = tableRows("supporting", 1), undecided = verdictOf(few);
  assertEquals(new Set(Object.values(undecided)), new Set(["not decided: one seed: no interval"]));
  assertMatch(table1.caption(few), /no two runs of one seed to compare, so nothing is decided\)/);
});

Deno.test("table1: the caption has the verdicts and the choices, the table the means", () => {
  const rows = tableRows("contradicting"), caption = table1.caption(rows);
  assertMatch(
    caption,
    /^Claim: Labels raise .* \(paired over 5 seeds, 24 comparisons together at 5 % by Holm's method\)\. /,
  );
  assertMatch(
    caption,
    /SCL ≥ UCL confirmed in 3 of 6 \(MNIST digits: kNN, linear probe, class means\), contradicted in 3/,
  );
  assertMatch(
    caption,
    /β was chosen on a part of the training images: MNIST digits: 2 for H-UCL and 2 for H-SCL; CIFAR/,
  );
  assertMatch(table1.finding(rows), /SCL ≥ UCL: confirmed 3, contradicted 3/);
  const [head, first] = table1.table(rows);
  assertEquals(head, ["data", "loss", "β", "kNN (%)", "linear probe (%)", "class means (%)", "runs"]);
  assertEquals([first[0], first[1], first[2], first[6]], ["MNIST digits", "UCL", "–", "5"]);
  assertEquals(table1.choices(rows).length, 1 + 2 * 2 * 2);
  assertEquals(table1.choices(rows)[2], ["MNIST digits", "H-UCL", "2", "60.00", "yes"]);
});

Deno.test("table1: rows that are none are refused", () => {
  const { runs, choices } = tableRows("supporting");
  const refused = (change: object, message: string) =>
    assertThrows(() => table1.check({ choices, runs: [{ ...runs[0], ...change }] }), Error, message);
  refused({ loss: "triplet" }, "loss of a run");
  refused({ values: { knn: 2, linear: 0.5, classMean: 0.5 } }, "knn of a run");
  refused({ values: { knn: 0.5, linear: 0.5 } }, "classMean of a run");
  assertThrows(() => table1.check({ choices, runs: [] }), RangeError, "at least one row");
  assertThrows(
    () => table1.check({ choices, runs: [runs[0], runs[0]] }),
    RangeError,
    "received two of MNIST",
  );
});

Deno.test("β is the one with the highest kNN accuracy on the validation images; of equal ones the smallest", async () => {
  const plan = madeUpPlan({ seeds: 2, epochs: 1, temperature: 0.5 });
  const top1: Record<string, number> = { "hucl 1": 0.5, "hucl 2": 0.7, "hucl 5": 0.7, "hscl 1": 0.9 };
  const choices = await chooseBetas(
    {
      plan,
      ensure: (runs) =>
        Promise.resolve(runs.map((settings) => {
          const key = `${settings.loss.name} ${settings.loss.hardening!.parameters.beta}`;
          return {
            settings,
            metrics: [{ top1: (top1[key] ?? 0.1) + 0.1 * settings.seed }],
          } as unknown as RunRecord;
        })),
    },
    [5, 1, 2],
    "made up",
  );
  assertEquals(choices.map(({ loss, betas, chosen }) => [loss, betas, chosen]), [
    ["hucl", [1, 2, 5], 2],
    ["hscl", [1, 2, 5], 1],
  ]);
  assertAlmostEquals(choices[0].accuracies[1], 0.75, 1e-12);
  const losses = tableLosses({ temperature: 0.5 }, choices);
  assertEquals(losses.map(({ name, hardening }) => [name, hardening?.parameters.beta]), [
    ["ucl", undefined],
    ["scl", undefined],
    ["hucl", 2],
    ["hscl", 1],
  ]);
  assert(tableLosses({ temperature: 0.5 }, []).every(({ hardening }) => hardening === undefined));
});
