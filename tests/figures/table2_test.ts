import { assertAlmostEquals, assertEquals, assertMatch, assertThrows } from "@std/assert";
import {
  judgeTable2,
  summarizeTable2,
  table2,
  table2Caption,
  table2Record,
  type Table2Row,
} from "../../lib/figures/mod.ts";
import { Random } from "../../lib/core/random.ts";
import { assertSnapshot } from "./snapshot.ts";

/** Trainings of a method: for each seed the accuracy of each of its parts. */
function trainings(
  method: Table2Row["method"],
  seeds: readonly number[][],
  collection = "MUTAG",
): Table2Row[] {
  return seeds.flatMap((parts, seed) =>
    parts.map((accuracy, fold) => ({ collection, method, seed, fold, accuracy }))
  );
}

/** Three seeds of two parts around an accuracy. */
function around(method: Table2Row["method"], accuracy: number, collection?: string): Table2Row[] {
  const random = new Random(0).child(method);
  const parts = () => [0.05, -0.05].map((offset) => accuracy + offset + random.uniform(-0.01, 0.01));
  return trainings(method, [parts(), parts(), parts()], collection);
}

function story(name: "supporting" | "contradicting"): Table2Row[] {
  const gain = name === "supporting" ? 0.1 : -0.1;
  return ["MUTAG", "made-up"].flatMap((collection, i) => [
    ...around("untrained", 0.6 + 0.1 * i, collection),
    ...around("ucl", 0.65, collection),
    ...around("scl", 0.75, collection),
    ...around("hucl", 0.65 + gain, collection),
    ...around("hscl", 0.75 + gain, collection),
  ]);
}

const context = { dataset: "MUTAG (188)", folds: 2, views: "random", temperature: 0.5, epochs: 3 };

Deno.test("table2: snapshots of rows that support the claim and that do not; the order of rows is not shown", async () => {
  for (const name of ["supporting", "contradicting"] as const) {
    const rows = story(name), figure = table2(rows, context);
    await assertSnapshot(`table2_${name}`, figure);
    const [first] = rows, own = rows.filter(({ collection }) => collection === first.collection);
    const others = rows.filter(({ collection }) => collection !== first.collection);
    assertEquals(table2([...own.toReversed(), ...others.toReversed()], context), figure);
  }
});

Deno.test("a seed counts as the mean over its parts, and the interval is over the seeds", () => {
  const [{ accuracy }] = summarizeTable2(trainings("scl", [[0.1, 0.9], [0.6, 0.6]]));
  assertAlmostEquals(accuracy.mean, 0.55, 1e-12);
  assertAlmostEquals(accuracy.halfWidth, 12.7062 * 0.05, 1e-4); // t of one degree of freedom
  assertEquals(accuracy.count, 2);
});

Deno.test("hardened losses are compared with their own, paired by seed, all collections together", () => {
  const judged = judgeTable2(story("supporting"));
  assertEquals(
    judged.map(({ collection, loss, reference, difference }) =>
      `${collection} ${loss} ${reference} ${difference.ruling}`
    ),
    ["MUTAG hucl ucl holds", "MUTAG hscl scl holds", "made-up hucl ucl holds", "made-up hscl scl holds"],
  );
  // Two seeds whose accuracies vary far more than their differences.
  const scl = trainings("scl", [[0.5], [0.9]]), hscl = trainings("hscl", [[0.52], [0.9201]]);
  const [{ difference }] = judgeTable2([...scl, ...hscl]);
  assertEquals([difference.ruling, difference.count], ["holds", 2]);
  assertAlmostEquals(difference.mean, 0.02005, 1e-12);
  // The same difference as one of many is none that decides.
  const many = ["a", "b", "c", "d"].flatMap((name) => [
    ...trainings("ucl", [[0.5], [0.6], [0.4]], name),
    ...trainings("hucl", [[0.51], [0.64], [0.42]], name),
  ]);
  assertEquals(
    new Set(judgeTable2(many).map(({ difference }) => difference.ruling)),
    new Set(["not decided"]),
  );
});

Deno.test("the caption says holds, fails or not decided, and what untrained networks reach", () => {
  assertMatch(
    table2Caption(story("supporting")),
    /^Claim: Hard negatives .* \(paired over 3 seeds, 4 intervals together 95 %\)\. MUTAG: holds for H-UCL, .* above UCL; holds for H-SCL, .* above SCL\. Made-up: holds .*\. Networks that nothing has trained reach 6.* on MUTAG and .* on made-up\.$/,
  );
  assertMatch(table2Caption(story("contradicting")), /MUTAG: fails for H-UCL, .* below UCL; fails for H-SCL/);
  assertEquals(
    table2Record.finding(story("contradicting")),
    "fails for H-UCL and H-SCL on MUTAG; fails for H-UCL and H-SCL on made-up",
  );
  const one = [...trainings("scl", [[0.5, 0.6]]), ...trainings("hscl", [[0.7, 0.6]])];
  assertMatch(
    table2Caption(one),
    /with labels and without\. MUTAG: not decided for H-SCL, 10\.00 points above SCL, one seed: no interval\.$/,
  );
  const alone = trainings("scl", [[0.5]]);
  assertMatch(table2Caption(alone), /\. Not decided without H-UCL and H-SCL\.$/);
  assertEquals(table2Record.finding(alone), "not decided");
});

Deno.test("the table has a row for each collection, and a dash where there is nothing", () => {
  const rows = [...trainings("ucl", [[0.5], [0.6]]), ...trainings("hscl", [[0.5]], "other")];
  assertEquals(table2Record.table(rows), [
    ["graphs", "UCL", "H-SCL"],
    ["MUTAG", "55.00 ± 63.53 %", "–"],
    ["other", "–", "50.00 %"],
  ]);
});

Deno.test("rows that cannot be drawn are refused", () => {
  const rows = around("scl", 0.5),
    refused = (rows: unknown, error: new () => Error, said: string) => {
      assertThrows(() => table2(rows as Table2Row[], context), error, said);
      assertThrows(() => table2Record.check(rows as Table2Row[]), error, said);
    };
  refused([], RangeError, "at least one row");
  refused([...rows, rows[0]], RangeError, "MUTAG, scl, seed 0, part 0");
  refused(rows.slice(1), RangeError, "each seed must have all 2 parts of MUTAG: received 1 of scl, seed 0");
  refused([{ ...rows[0], accuracy: 1.2 }], RangeError, "accuracy of a row");
  refused([{ ...rows[0], method: "knn" }], RangeError, "method of a row");
  refused([{ ...rows[0], collection: 3 }], TypeError, "collection of a row");
  refused([{ ...rows[0], seed: 0.5 }], TypeError, "seed of a row");
  refused(
    Array.from({ length: 13 }, (_, i) => ({ ...rows[0], collection: `${i}` })),
    RangeError,
    "at most 12 graph collections",
  );
});
