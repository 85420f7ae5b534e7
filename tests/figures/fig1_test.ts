import { assert, assertAlmostEquals, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { meanInterval } from "../../lib/core/interval.ts";
import {
  fig1,
  fig1Caption,
  type Fig1Row,
  lossStyles,
  type PlotlyFigure,
  summarizeFig1,
} from "../../lib/figures/mod.ts";
import { context, madeUpRows } from "./fixture.ts";
import { assertSnapshot } from "./snapshot.ts";

const row = { seed: 0, epoch: 1, trainLoss: 2, top5: 1 };
const titleOf = (figure: PlotlyFigure) =>
  (figure.layout.title as { subtitle: { text: string } }).subtitle.text;
const rangeOf = (figure: PlotlyFigure, axis: string) =>
  (figure.layout[axis] as { range: [number, number] }).range;

Deno.test("fig1: three seeds", async () => {
  await assertSnapshot("fig1_three_seeds", fig1(madeUpRows(3, 6), { ...context, epochs: 6 }));
});

Deno.test("fig1: one seed", async () => {
  await assertSnapshot("fig1_one_seed", fig1(madeUpRows(1, 3), { ...context, epochs: 3 }));
});

Deno.test("fig1: a legend entry stands for line, band, mean and seeds of its loss", () => {
  const { data } = fig1(madeUpRows(3, 4), context);
  for (const [loss, { name }] of Object.entries(lossStyles)) {
    const traces = data.filter((trace) => trace.legendgroup === loss);
    assertEquals(traces.length, 4);
    assertEquals(traces.filter((trace) => trace.showlegend !== false).map((trace) => trace.name), [name]);
  }
  assertEquals(data.every((trace) => trace.legendgroup !== undefined), true);
});

Deno.test("fig1: the band is the Student-t interval around the line", () => {
  const rows = madeUpRows(4, 3);
  const { data } = fig1(rows, context);
  const band = data.find((trace) => trace.fill === "toself" && trace.legendgroup === "hscl")!;
  const samples = rows.filter((each) => each.loss === "hscl" && each.epoch === 2).map((each) => each.top1);
  const { mean, halfWidth } = meanInterval(samples);
  const x = band.x as number[], y = band.y as number[];
  assertEquals(x, [0, 1, 2, 3, 3, 2, 1, 0]);
  assertAlmostEquals(y[2], 100 * (mean + halfWidth), 1e-9);
  assertAlmostEquals(y[5], 100 * (mean - halfWidth), 1e-9);
});

Deno.test("fig1: one seed has neither band nor interval, and says so", () => {
  const figure = fig1(madeUpRows(1, 3), context);
  assertEquals(figure.data.filter((trace) => trace.fill || trace.error_y).length, 0);
  assertMatch(titleOf(figure), /1 seed: no interval/);
});

Deno.test("fig1: late differences fill the axis, an early low is cut off", () => {
  const figure = fig1(madeUpRows(3, 40), context);
  const [low, high] = rangeOf(figure, "yaxis");
  assert(low > 82 && high < 100, `${low} … ${high}`);
  assert(rangeOf(figure, "xaxis")[0] > 0);
  const flat = fig1([0, 1, 2].map((epoch) => ({ ...row, loss: "ucl", epoch, top1: 1 })), context);
  const [flatLow, flatHigh] = rangeOf(flat, "yaxis");
  assert(flatLow < 100 && flatHigh > 100 && flatHigh < 101, `${flatLow} … ${flatHigh}`);
  assertEquals(rangeOf(flat, "xaxis")[0] < 0, true);
});

Deno.test("fig1: only epoch 0, some losses, unfinished runs and odd names can be drawn", () => {
  fig1([{ ...row, loss: "scl", epoch: 0, top1: 0.1 }], context);
  const figure = fig1([
    { ...row, loss: "ucl", epoch: 1, top1: 0.5 },
    { ...row, loss: "ucl", epoch: 2, top1: 0.6 },
    { ...row, loss: "hscl", epoch: 1, top1: 0.7 },
  ], { ...context, dataset: "<img src=x>" });
  assertEquals((figure.layout.xaxis2 as { ticktext: string[] }).ticktext, [
    "<b>UCL</b><br>60.00",
    "<b>H-SCL</b><br>unfinished",
  ]);
  assertMatch(titleOf(figure), /&lt;img src=x&gt;/);
});

Deno.test("fig1 refuses rows that cannot be drawn", () => {
  const good: Fig1Row = { ...row, loss: "ucl", top1: 0.5 };
  assertThrows(() => fig1([], context), RangeError, "at least one row: received none");
  assertThrows(() => fig1([{ ...good, top1: 50 }], context), RangeError, "top1 of a row");
  assertThrows(() => fig1([{ ...good, top1: NaN }], context), TypeError, "top1 of a row");
  assertThrows(() => fig1([good, good], context), RangeError, "received two of ucl, seed 0, epoch 1");
  assertThrows(
    () => summarizeFig1([{ ...good, loss: "x" as "ucl" }]),
    RangeError,
    "one of ucl, scl, hucl, hscl",
  );
});

Deno.test("summarizeFig1 counts finished runs only", () => {
  const rows = madeUpRows(3, 5).filter((each) => !(each.loss === "scl" && each.seed === 2 && each.epoch > 3));
  const summary = summarizeFig1(rows);
  assertEquals(summary.map(({ loss, count }) => [loss, count]), [["ucl", 3], ["scl", 2], ["hucl", 3], [
    "hscl",
    3,
  ]]);
  const finals = rows.filter((each) => each.loss === "hscl" && each.epoch === 5).map((each) => each.top1);
  assertEquals(summary[3], { loss: "hscl", ...meanInterval(finals) });
});

Deno.test("fig1Caption compares with UCL, paired by seed", () => {
  const pair = (loss: Fig1Row["loss"], a: number, b: number): Fig1Row[] => [
    { ...row, loss, seed: 0, top1: a },
    { ...row, loss, seed: 1, top1: b },
  ];
  // t(0.975, 1) = 12.706, so the half-width is 12.706 times half the distance of two samples.
  const rows = [...pair("ucl", 0.8, 0.8), ...pair("scl", 0.79, 0.8), ...pair("hscl", 0.949, 0.951)];
  assertEquals(
    fig1Caption(rows),
    // t(0.9875, 1) = 25.452 for two intervals together.
    "After epoch 1, H-SCL has the highest kNN top-1 accuracy, 95.00 ± 1.27 % (mean and 95 % interval); " +
      "SCL against UCL: −0.50 ± 12.73 points, not decided; " +
      "H-SCL is 15.00 ± 2.55 points above UCL (paired over 2 seeds, 2 intervals together 95 %).",
  );
  const equal = [...pair("ucl", 0.8, 0.81), ...pair("scl", 0.8, 0.81)];
  assertMatch(
    fig1Caption(equal),
    /; SCL against UCL: 0.00 ± 0.00 points, not decided \(paired over 2 seeds\)\.$/,
  );
  // A difference of single runs has no interval, and takes nothing from the one that has: t(0.975, 1).
  assertMatch(
    fig1Caption([
      ...pair("ucl", 0.8, 0.8),
      { ...row, loss: "scl", seed: 0, top1: 0.79 },
      ...pair("hscl", 0.949, 0.951),
    ]),
    /SCL against UCL: −1.00 points, one seed, not decided; H-SCL is 15.00 ± 1.27 points above UCL \(paired over 2 seeds\)\.$/,
  );
  assertMatch(
    fig1Caption([{ ...row, loss: "ucl", top1: 0.8 }, { ...row, loss: "scl", top1: 0.9 }]),
    /; SCL against UCL: 10.00 points, one seed, not decided\.$/,
  );
  assertEquals(
    fig1Caption([{ ...row, loss: "scl", top1: 0.9 }]),
    "After epoch 1, SCL has the highest kNN top-1 accuracy, 90.00 %.",
  );
});
