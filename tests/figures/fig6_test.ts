import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { fig6, fig6Caption, type Fig6Row, figureRecords, summarizeFig6 } from "../../lib/figures/mod.ts";
import { fig6Rows, severalFig6Rows } from "./made_up.ts";
import { assertSnapshot } from "./snapshot.ts";

const row: Fig6Row = { beta: 1, seed: 0, epoch: 0, share: 0.9, ucl: 4, hscl: 4.5 };

Deno.test("fig6: snapshots of rows that support the claim and that do not", async () => {
  for (const story of ["supporting", "contradicting"] as const) {
    await assertSnapshot(`fig6_${story}`, fig6(fig6Rows(story, 2, 4, [0.5, 2])));
  }
});

Deno.test("fig6: crosses stand where UCL is above H-SCL; a missing cell stays empty", () => {
  const { data } = fig6([row, { ...row, epoch: 1, ucl: 5 }, { ...row, beta: 2 }]);
  assertEquals(data[0].z, [[90, 90], [90, null]]);
  const crosses = data.find((trace) => trace.legendgroup === "above")!;
  assertEquals([crosses.x, crosses.y], [[1], [0]]);
  assertEquals(fig6([row]).data.some((trace) => trace.legendgroup === "above"), false);
});

Deno.test("fig6: the curves are of the β at which only UCL falls, or of the one asked for", () => {
  const rows = [row, { ...row, epoch: 1, ucl: 3.5 }, { ...row, beta: 2 }, {
    ...row,
    beta: 2,
    epoch: 1,
    hscl: 4,
  }];
  const heading = (curvesBeta?: number) => JSON.stringify(fig6(rows, { curvesBeta }).layout.annotations);
  assertStringIncludes(heading(), "Losses with β = 1");
  assertStringIncludes(heading(2), "Losses with β = 2");
  assertThrows(() => heading(3), RangeError, "received 3");
});

Deno.test("fig6Caption says where UCL ≤ H-SCL holds and whether UCL alone falls", () => {
  assertEquals(
    fig6Caption([row, { ...row, epoch: 1, ucl: 3.5, hscl: 4.6 }]),
    "Where the premise of Theorem 2 holds, the UCL loss is at or below the H-SCL loss: not tested, as none of 2 cases " +
      "(each epoch of 1 run per β) has the premise at every anchor. After the last epoch the premise fails at 10.0 % of " +
      "the anchors for β = 1. Over all cases UCL is at or below H-SCL at every epoch for β = 1 (smallest margin 0.5, at " +
      "epoch 0). UCL falls while H-SCL does not for β = 1 (from epoch 0 to 1, with β = 1, UCL changes by −0.5 and H-SCL " +
      "by 0.1, mean over the runs).",
  );
  // Before training all points are almost one: where there is more than one epoch of training, that is not counted.
  assertMatch(
    fig6Caption([{ ...row, ucl: 9, hscl: 9 }, { ...row, epoch: 1 }, {
      ...row,
      epoch: 2,
      ucl: 3.5,
      hscl: 4.6,
    }]),
    /\(from epoch 1 to 2, with β = 1, UCL changes by −0.5 and H-SCL by 0.1, mean over the runs\)/,
  );
  assertMatch(
    fig6Caption(fig6Rows("contradicting")),
    /UCL is .*; above H-SCL for β = 0.25 and 0.5 at epochs 0–12 .*\. For no β does UCL fall while H-SCL does not/,
  );
  assertMatch(fig6Caption([row]), /One epoch: no change of the losses to see\.$/);
});

Deno.test("fig6Caption: the theorem is tested where its premise holds at every anchor, and nowhere else", () => {
  const words = (...rows: Fig6Row[]) =>
    fig6Caption(rows).match(/^Where the premise .* loss: (.*?)\. After/)?.[1];
  const met = { ...row, share: 1 },
    broken = { ...met, epoch: 1, ucl: 5 },
    elsewhere = { ...row, epoch: 2, ucl: 5 };
  assertEquals(
    words(met, elsewhere),
    "holds in the 1 case with the premise at every anchor, of 2 cases (each epoch of 1 run per β)",
  );
  assertEquals(
    words(met, broken, elsewhere),
    "contradicted in 1 of 2 cases with the premise at every anchor, of 3 cases (each epoch of 1 run per β)",
  );
  assertEquals(summarizeFig6([met, broken, elsewhere])[0].contradictions, 1);
  assertMatch(words(elsewhere)!, /^not tested, /);
  // A tie by rounding is no contradiction.
  assertMatch(words({ ...met, ucl: 4.5 + 1e-15 })!, /^holds in the 1 case /);
});

Deno.test("fig6Caption says where the premise fails", () => {
  const words = (...rows: Fig6Row[]) =>
    fig6Caption(rows).match(/After the last epoch the premise (.*?)\. Over/)?.[1];
  assertEquals(words({ ...row, share: 1 }), "holds at every anchor");
  assertEquals(
    words(row, { ...row, beta: 2, share: 0.5 }, { ...row, beta: 5, share: 1 }),
    "fails at 10.0–50.0 % of the anchors for β = 1 and 2, and at none for the other β",
  );
});

Deno.test("fig6 refuses rows that cannot be drawn", () => {
  assertThrows(() => fig6([]), RangeError, "Figure 6 as it needs at least one row");
  assertThrows(() => fig6([row, row]), RangeError, "received two of β = 1, seed 0, epoch 0");
  assertThrows(() => fig6([{ ...row, share: 90 }]), RangeError, "share of a row");
  assertThrows(() => fig6([{ ...row, hscl: Infinity }]), TypeError, "hscl of a row");
});

Deno.test("fig6 of several data sets: a row of panels and a verdict of each", async () => {
  await assertSnapshot("fig6_datasets", fig6(severalFig6Rows("contradicting", 2, 4, [0.5, 2])));
  const one: Fig6Row = { ...row, dataset: "A", share: 1 };
  const rows: Fig6Row[] = [
    one,
    { ...one, epoch: 1, ucl: 3 },
    { ...one, dataset: "B", share: 0.5 },
    { ...one, dataset: "B", epoch: 1, share: 0.5, ucl: 5 },
  ];
  assertEquals(summarizeFig6(rows).map(({ dataset, verdict }) => `${dataset}: ${verdict}`), [
    "A: holds",
    "B: fails",
  ]);
  assertEquals(
    figureRecords.fig6.finding(rows),
    "A: holds in all 2 of 2 cases with the premise; B: not tested: none of 2 cases has the premise",
  );
  const { record, header } = { record: figureRecords.fig6, header: figureRecords.fig6.table(rows)[0] };
  assertEquals([header[0], record.table(rows)[2][0], record.table([row])[0][0]], ["data", "B", "β"]);
  const caption = fig6Caption(rows);
  assertStringIncludes(caption, ": on A holds in all 2 cases with the premise at every anchor, of 2 cases");
  assertStringIncludes(caption, "; on B not tested, as none of 2 cases");
  assertStringIncludes(
    caption,
    ". On B: after the last epoch the premise fails at 50.0 % of the anchors for β = 1. Over all",
  );
  const { data, layout } = fig6(rows);
  assertEquals(data.filter(({ type }) => type === "heatmap").map(({ xaxis }) => xaxis), ["x", "x3"]);
  const shown = data.filter(({ showlegend, type }) => showlegend !== false && type !== "heatmap");
  assertEquals(shown.map(({ name }) => name), ["UCL", "H-SCL", "UCL above H-SCL"]);
  const headings = (layout.annotations as { text: string }[]).map(({ text }) => text);
  assertEquals(headings.length, 4);
  assertMatch(headings[2], /B: anchors with .*UCL above H-SCL/);
  // The picture of a single one that is named has its name, too.
  assertStringIncludes(JSON.stringify(fig6([one]).layout.annotations), "A: anchors with");
});

Deno.test("fig6 refuses rows of which some name their data set, and more data sets than it has room for", () => {
  assertThrows(
    () => fig6([row, { ...row, dataset: "A" }]),
    RangeError,
    "all rows must name their data set, or none",
  );
  assertThrows(() => fig6([{ ...row, dataset: "" }]), Error, "dataset of a row");
  assertThrows(
    () => fig6([..."ABCDEFGHI"].map((dataset) => ({ ...row, dataset }))),
    RangeError,
    "at most 8 data sets",
  );
  const twice = { ...row, dataset: "A" };
  assertThrows(() => fig6([twice, twice]), RangeError, "Figure 6 of A");
});
