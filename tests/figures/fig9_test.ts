import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { fig9, fig9Caption, fig9Record, type Fig9Row, summarizeFig9 } from "../../lib/figures/mod.ts";
import { fig9Rows } from "./made_up.ts";
import { assertSnapshot } from "./snapshot.ts";

const row: Fig9Row = { axis: "noise", place: 0, value: "0", loss: "scl", seed: 0, knn: 0.8, classMean: 0.7 };

Deno.test("fig9: snapshots of rows that support the claim and that do not", async () => {
  for (const story of ["supporting", "contradicting"] as const) {
    await assertSnapshot(`fig9_${story}`, fig9(fig9Rows(story, 2)));
  }
});

Deno.test("fig9: two panels per axis that has rows, one legend entry per loss, values in their order", () => {
  const { data, layout } = fig9([{ ...row, place: 2, value: "0.4" }, row, { ...row, loss: "hscl" }]);
  const panels = Object.entries(layout).filter(([key]) => key.startsWith("xaxis")).map(([, axis]) => axis);
  assertEquals(panels.map((axis) => (axis as { ticktext: string[] }).ticktext), [["0", "0.4"], ["0", "0.4"]]);
  assertEquals(data.filter(({ showlegend }) => showlegend !== false).map(({ name }) => name), [
    "SCL",
    "H-SCL",
  ]);
  assertEquals(data.map(({ y }) => y), [[80, 80], [80], [70, 70], [70]]);
});

Deno.test("fig9: gains at each value and changes over the values, paired by seed, each axis corrected for itself", () => {
  const [classes, batch, , noise] = summarizeFig9(fig9Rows("contradicting"));
  assertEquals([classes.axis, classes.gains.length, classes.effects.length], ["classes", 12, 0]);
  assertEquals([batch.gains.length, batch.effects.length], [12, 8]);
  assert(batch.gains.every(({ difference }) => difference.ruling === "holds"));
  const at = (value: string) =>
    noise.gains.filter((gain) => gain.value === value).map((gain) => gain.difference);
  assert(at("1").every(({ ruling, mean }) => ruling === "holds" && Math.abs(mean - 0.05) < 0.01));
  assert(at("4").every(({ ruling, mean }) => ruling === "fails" && Math.abs(mean + 0.07) < 0.01));
  const hard = noise.effects.filter(({ loss }) => loss === "hscl").map(({ difference }) => difference);
  assert(hard.every(({ ruling, mean }) => ruling === "fails" && Math.abs(mean + 0.14) < 0.01));
  // What another axis holds makes no difference.
  const alone = summarizeFig9(fig9Rows("contradicting").filter(({ axis }) => axis === "noise"));
  assertEquals(alone, [noise]);
});

Deno.test("fig9Caption: verdicts of each axis in whole sentences", () => {
  const caption = fig9Caption(fig9Rows("contradicting"));
  assertMatch(
    caption,
    /^Hard negatives raise .* \(paired over 4 seeds, the 12–20 comparisons of an axis together at 5 % /,
  );
  assertMatch(
    caption,
    /: holds for data set, batch size, number of negatives and imbalance; fails for label noise\./,
  );
  assertMatch(
    caption,
    /Data set: H-UCL over UCL higher in all 6; H-SCL over SCL higher in all 6\. Batch size/,
  );
  assertMatch(
    caption,
    /Label noise: .*; H-SCL over SCL .*lower in 4 of 6 \(kNN at 2, .*class means at 4\); from 1 to 4, accuracy of kNN falls with every loss;/,
  );
  assertEquals(
    fig9Caption([row, { ...row, loss: "hscl" }, { ...row, loss: "ucl", place: 1, value: "0.4" }]),
    "Hard negatives raise the accuracy whatever the data, the batch and the number of negatives (one seed: no interval, so nothing " +
      "is decided): not decided for label noise. Label noise: H-SCL over SCL not decided in all 2.",
  );
  assertMatch(fig9Caption([row]), /Label noise: nothing to compare\.$/);
  assertMatch(fig9Record.finding(fig9Rows("supporting")), /^holds for data set, .* and imbalance$/);
  const table = fig9Record.table(fig9Rows("supporting"));
  assertEquals(table.length, 1 + 5 * 3 * 4);
  assertMatch(table[1].join(" | "), /^Data set \| made up <0>, 0 classes \| UCL \| 7\d\.\d\d ± .* \| 4$/);
});

Deno.test("fig9: the order of the rows changes neither picture nor words", () => {
  const rows = fig9Rows("contradicting"), other = rows.toReversed();
  const rounded = (figure: unknown) =>
    JSON.stringify(figure, (_, value) => typeof value === "number" ? Number(value.toPrecision(6)) : value);
  assertEquals(rounded(fig9(other)), rounded(fig9(rows)));
  assertEquals([fig9Caption(other), fig9Record.table(other)], [fig9Caption(rows), fig9Record.table(rows)]);
});

Deno.test("fig9 refuses rows that cannot be drawn", () => {
  const refused = (rows: unknown, message: string) => {
    for (
      const take of [fig9, fig9Caption, summarizeFig9, fig9Record.table, fig9Record.finding, fig9Record.check]
    ) {
      assertThrows(() => take(rows as Fig9Row[]), Error, message);
    }
  };
  refused([], "at least one row");
  refused(undefined, "needs a list of rows");
  refused([row, row], "received two of noise 0, scl, seed 0");
  refused([{ ...row, axis: "weather" }], "axis of a row");
  refused([{ ...row, loss: "triplet" }], "loss of a row");
  refused([{ ...row, knn: 1.1 }], "knn of a row");
  refused([{ ...row, place: 0.5 }], "place of a row");
  refused(
    [row, { ...row, seed: 1, value: "0.2" }],
    "a place of noise has one value: received 0 and 0.2 at 0",
  );
  refused(
    Array.from({ length: 11 }, (_, place) => ({ ...row, place })),
    "at most 10 values of noise: received 11",
  );
});
