import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { fig3, fig3Caption, type Fig3Row, figureRecords, summarizeFig3 } from "../../lib/figures/mod.ts";
import { fig3Rows, severalFig3Rows } from "./made_up.ts";
import { assertSnapshot } from "./snapshot.ts";

const quantiles = { q05: 0.1, q25: 0.2, q50: 0.3, q75: 0.4, q95: 0.5 };
const row: Fig3Row = { dataset: "A", beta: 1, epoch: 0, quantiles, share: 1, anchors: 100, meanGap: 0.3 };

Deno.test("fig3: snapshots without and with a failing data set", async () => {
  for (const story of ["supporting", "contradicting"] as const) {
    await assertSnapshot(`fig3_${story}`, fig3(fig3Rows(story, 3, [0.5, 5])));
  }
});

Deno.test("fig3: a failing data set looks different", () => {
  const lines = fig3(fig3Rows("contradicting")).data.filter((trace) =>
    trace.mode === "lines+markers" && !String(trace.legendgroup).startsWith("share")
  );
  const looks = new Map(lines.map((trace) => [trace.name, JSON.stringify(trace.line)]));
  assertEquals([...looks.keys()], [
    "holds on average",
    "holds at every anchor",
    "fails on average",
  ]);
  assertEquals(new Set(looks.values()).size, 3);
  // Three β per data set, and one legend entry per verdict.
  assertEquals(lines.length, 9);
  assertEquals(lines.filter((trace) => trace.showlegend).length, 3);
});

Deno.test("fig3: names from outside cannot become markup", () => {
  const text = JSON.stringify(fig3([{ ...row, dataset: "<img src=x>" }]));
  assertEquals(text.includes("<img"), false);
});

Deno.test("fig3Caption names each data set with its verdict after the last epoch", () => {
  const average = { ...row, dataset: "B", share: 0.9, meanGap: 0.2 };
  const failing = { ...row, dataset: "C", share: 0.4, meanGap: -0.1 };
  const later = [row, average, failing].map((each) => ({ ...each, epoch: 2 }));
  const before = [{ ...row, share: 0.5 }, { ...average, share: 0.5 }, {
    ...failing,
    share: 0.6,
    meanGap: 0.1,
  }];
  assertEquals(
    fig3Caption([...later, ...before]),
    "Under hard sampling, an anchor's own class is closer to it than the other classes (Assumption 1), after the last " +
      "epoch: holds at every anchor on A (100 anchors, 50.0 % at epoch 0); holds for the mean over the anchors, not at " +
      "every one, on B (90.0 % of 100 anchors, 50.0 % at epoch 0); fails even for the mean over the anchors on C " +
      "(40.0 % of 100 anchors, 60.0 % at epoch 0; mean gap −0.1).",
  );
  assertMatch(
    fig3Caption([row, { ...failing, dataset: "A", beta: 5 }]),
    /before training: holds at every anchor on A for β = 1 .*; fails even for the mean over the anchors on A for β = 5 /,
  );
});

Deno.test("fig3Caption says of how many runs the anchors are, where that is known", () => {
  assertMatch(fig3Caption([{ ...row, runs: 4 }]), /on A \(100 anchors of 4 runs\)\.$/);
  assertMatch(fig3Caption([{ ...row, runs: 1 }]), /on A \(100 anchors of 1 run\)\.$/);
  assertMatch(
    fig3Caption([{ ...row, runs: 4 }, { ...row, beta: 2, runs: 3 }]),
    /\(100 anchors of 3–4 runs\)\.$/,
  );
  assertThrows(() => fig3Caption([{ ...row, runs: 0 }]), RangeError, "runs of a row");
});

Deno.test("summarizeFig3: a mean gap of 0 still holds on average", () => {
  assertEquals(summarizeFig3([{ ...row, share: 0.3, meanGap: 0 }])[0].verdict, "holds on average");
});

Deno.test("fig3 refuses rows that cannot be drawn", () => {
  assertThrows(() => fig3([]), RangeError, "Figure 3 as it needs at least one row");
  assertThrows(() => fig3([row, row]), RangeError, "received two of A, β = 1, epoch 0");
  assertThrows(() => fig3([{ ...row, share: 50 }]), RangeError, "share of a row");
  assertThrows(() => fig3([{ ...row, quantiles: { ...quantiles, q25: 0 } }]), RangeError, "q25 of a row");
  assertThrows(() => fig3([{ ...row, meanGap: NaN }]), TypeError, "meanGap of a row");
  assertThrows(
    () => fig3([..."ABCDEFGHI"].map((dataset) => ({ ...row, dataset }))),
    RangeError,
    "at most 8 data sets",
  );
});

Deno.test("fig3 with losses: what Theorem 1 concludes has a panel, a column and a sentence of its own", async () => {
  await assertSnapshot("fig3_datasets", fig3(severalFig3Rows("contradicting", 3, [0.5, 5])));
  const losses = { hucl: 4.5, hscl: 4.2 };
  const rows: Fig3Row[] = [
    { ...row, losses },
    { ...row, epoch: 1, losses: { hucl: 4.5, hscl: 4.4 } },
    { ...row, dataset: "B", share: 0.4, meanGap: -0.1, losses },
    { ...row, dataset: "B", epoch: 1, share: 0.4, meanGap: -0.1, losses: { hucl: 4.2, hscl: 4.5 } },
  ];
  const theorem =
    "Against the H-UCL loss, the H-SCL loss, which Theorem 1 has at or below it where the assumption holds, is";
  assertEquals(
    fig3Caption(rows).slice(fig3Caption(rows).indexOf(theorem)),
    `${theorem} on A at or below it at every epoch for β = 1 (smallest margin 0.1, at epoch 1); ` +
      "on B above it for β = 1 at epoch 1 (by up to 0.3).",
  );
  const table = (some: readonly Fig3Row[]) => figureRecords.fig3.table(some).map((cells) => cells.at(-1));
  assertEquals(table(rows), ["H-SCL ≤ H-UCL", "holds", "fails"]);
  assertEquals(table([row]), ["mean gap", "0.3"]);
  assertEquals(fig3Caption([row]).includes("Theorem 1"), false);
  const drawn = fig3(rows).data.filter(({ xaxis }) => xaxis === "x3" || xaxis === "x6");
  assertEquals(drawn.map(({ y }) => (y as number[]).map((value) => Math.round(10 * value))), [[-3, -1], [
    -3,
    3,
  ]]);
  // Losses that some rows lack say nothing.
  assertEquals(table([...rows, { ...row, dataset: "C" }]), ["H-SCL ≤ H-UCL", "holds", "fails", "–"]);
});

Deno.test("fig3 refuses losses that are none", () => {
  assertThrows(() => fig3([{ ...row, losses: { hucl: 4, hscl: NaN } }]), TypeError, "hscl of a row");
  assertThrows(() => fig3([{ ...row, losses: 4 as never }]), TypeError, "losses of a row");
});
