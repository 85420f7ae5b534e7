import { paperLosses } from "../../lib/losses/mod.ts";
import { assert, assertAlmostEquals, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { meanInterval } from "../../lib/core/interval.ts";
import {
  fig1,
  fig1Caption,
  type Fig1Row,
  judgeFig1,
  lossStyles,
  type PlotlyFigure,
  summarizeFig1,
} from "../../lib/figures/mod.ts";
import { fig1Finding } from "../../lib/figures/fig1/verdict.ts";
import { context, madeUpRows } from "./fixture.ts";
import { assertSnapshot } from "./snapshot.ts";

const row = { seed: 0, epoch: 1, trainLoss: 2, top1: 0.9, top5: 1 };
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

Deno.test("fig1: a legend entry stands for lines, bands, means, seeds and spectrum of its loss", () => {
  const { data } = fig1(madeUpRows(3, 4), context);
  for (const loss of paperLosses) {
    const { name } = lossStyles[loss];
    const traces = data.filter((trace) => trace.legendgroup === loss);
    // Of two measures each line, band, mean and seeds, and a line.
    assertEquals(traces.length, 9);
    assertEquals(traces.filter((trace) => trace.showlegend !== false).map((trace) => trace.name), [name]);
  }
  assertEquals(data.every((trace) => trace.legendgroup !== undefined), true);
});

Deno.test("fig1: the band is the Student-t interval around the line", () => {
  const rows = madeUpRows(4, 3);
  const { data } = fig1(rows, context);
  const band = data.find((trace) => trace.fill === "toself" && trace.legendgroup === "hscl")!;
  const samples = rows.filter((each) => each.loss === "hscl" && each.epoch === 2).map(({ classMean }) =>
    classMean
  );
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
  const [low, high] = rangeOf(figure, "yaxis2");
  assert(low > 82 && high < 100, `${low} … ${high}`);
  assert(rangeOf(figure, "xaxis")[0] > 0);
  const flat = fig1([0, 1, 2].map((epoch) => ({ ...row, loss: "ucl", epoch, classMean: 1 })), context);
  const [flatLow, flatHigh] = rangeOf(flat, "yaxis");
  assert(flatLow < 100 && flatHigh > 100 && flatHigh < 101, `${flatLow} … ${flatHigh}`);
  assertEquals(rangeOf(flat, "xaxis")[0] < 0, true);
});

Deno.test("fig1: only epoch 0, some losses, unfinished runs and odd names can be drawn", () => {
  fig1([{ ...row, loss: "scl", epoch: 0, classMean: 0.1 }], context);
  const figure = fig1([
    { ...row, loss: "ucl", epoch: 1, classMean: 0.5 },
    { ...row, loss: "ucl", epoch: 2, classMean: 0.6 },
    { ...row, loss: "hscl", epoch: 1, classMean: 0.7 },
  ], { ...context, dataset: "<img src=x>" });
  assertEquals((figure.layout.xaxis3 as { ticktext: string[] }).ticktext, [
    "<b>class mean</b><br>60 –",
    "<b>kNN</b><br>90 –",
  ]);
  assertEquals(figure.layout.xaxis4, undefined, "without spectra there is no panel for them");
  assertMatch(titleOf(figure), /&lt;img src=x&gt;/);
});

Deno.test("fig1 refuses rows that cannot be drawn", () => {
  const good: Fig1Row = { ...row, loss: "ucl", classMean: 0.5 };
  assertThrows(() => fig1([], context), RangeError, "at least one row: received none");
  assertThrows(() => fig1([{ ...good, top1: 50 }], context), RangeError, "top1 of a row");
  assertThrows(() => fig1([{ ...good, top1: NaN }], context), TypeError, "top1 of a row");
  assertThrows(() => fig1([{ ...good, classMean: 1.1 }], context), RangeError, "classMean of a row");
  assertThrows(() => fig1([{ ...good, spectrum: [2] }], context), RangeError, "spectrum of a row");
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
  assertEquals(summary.map(({ loss, top1, classMean }) => [loss, top1.count, classMean.count]), [
    ["ucl", 3, 3],
    ["scl", 2, 2],
    ["hucl", 3, 3],
    ["hscl", 3, 3],
  ]);
  const finals = rows.filter((each) => each.loss === "hscl" && each.epoch === 5);
  const { classMean, top1, directions } = summary[3];
  assertEquals(classMean, meanInterval(finals.map((each) => each.classMean)));
  assertEquals(top1, meanInterval(finals.map((each) => each.top1)));
  // exp(-0.25 · rank · (1 + 0.05 · seed)) > 0.05 for ranks below 11.98, 11.41 and 10.89: all 9 that there are.
  assertEquals(directions?.mean, 9);
  // exp(-0.5 · rank · …): ranks below 5.99, 5.71 and 5.45, so 6 with rank 0.
  assertEquals(summary[0].directions?.mean, 6);
});

const claim = "Hard negatives raise the accuracy, with labels and without";
const runs = (loss: Fig1Row["loss"], ...accuracies: number[]): Fig1Row[] =>
  accuracies.map((classMean, seed) => ({ ...row, loss, seed, classMean, top1: classMean / 2 }));

Deno.test("fig1Caption judges H-UCL against UCL and H-SCL against SCL in both measures, paired by seed, all together", () => {
  // Differences of 10 ± 0.1 and −5 ± 0.1 points, and half of that: t(0.99375, 1) = 50.923 for four intervals together.
  const rows = [
    ...runs("ucl", 0.8, 0.7),
    ...runs("hucl", 0.899, 0.801),
    ...runs("scl", 0.9, 0.91),
    ...runs("hscl", 0.849, 0.861),
  ];
  assertEquals(
    fig1Caption(rows),
    `${claim} (paired over 2 seeds, 4 intervals together 95 %). Nearest class mean of the embeddings: holds for H-UCL, ` +
      "10.00 ± 5.09 points above UCL; not decided for H-SCL, 5.00 ± 5.09 points below SCL. kNN of the features: holds for " +
      "H-UCL, 5.00 ± 2.55 points above UCL; not decided for H-SCL, 2.50 ± 2.55 points below SCL.",
  );
  assertEquals(judgeFig1(rows).map(({ measure, loss, reference }) => [measure, loss, reference]), [
    ["classMean", "hucl", "ucl"],
    ["classMean", "hscl", "scl"],
    ["top1", "hucl", "ucl"],
    ["top1", "hscl", "scl"],
  ]);
  assertEquals(
    fig1Finding(rows),
    "class means: holds for H-UCL; not decided for H-SCL. kNN: holds for H-UCL; not decided for H-SCL",
  );
  // Clear alone – t(0.9875, 1) = 25.452 – but not of four.
  const two = [...runs("scl", 0.9, 0.9), ...runs("hscl", 0.929, 0.931)];
  assertMatch(
    fig1Caption(two),
    /\(paired over 2 seeds, 2 intervals together 95 %\)\. Nearest .*: holds for H-SCL, 3.00 ± 2.55 points/,
  );
  assertMatch(
    fig1Caption([...two, ...runs("ucl", 0.8, 0.8), ...runs("hucl", 0.8, 0.82)]),
    /: not decided for H-UCL, 1.00 ± 50.92 points above UCL; not decided for H-SCL, 3.00 ± 5.09 points above SCL\. /,
  );
});

Deno.test("fig1Caption: without an interval nothing is decided, and nothing taken from the other pair", () => {
  assertMatch(
    fig1Caption([...runs("ucl", 0.8), ...runs("hucl", 0.9), ...runs("scl", 0.9), ...runs("hscl", 0.95)]),
    /^[^(]*\. Nearest class mean of the embeddings: not decided for H-UCL, 10.00 points above UCL, one seed: no interval; not decided for H-SCL, 5.00 points above SCL, one seed: no interval\. kNN/,
  );
  assertMatch(
    fig1Caption([
      ...runs("ucl", 0.8),
      ...runs("hucl", 0.9),
      ...runs("scl", 0.9, 0.9),
      ...runs("hscl", 0.929, 0.931),
    ]),
    /\(paired over 2 seeds, 2 intervals together 95 %\).*: not decided for H-UCL, .* no interval; holds for H-SCL, 3.00 ± 2.55 points/,
  );
});

Deno.test("fig1Caption: a loss without its partner, an unfinished partner, and no hardened loss", () => {
  const rows = [...runs("hucl", 0.8, 0.81), ...runs("scl", 0.9, 0.91), ...runs("hscl", 0.929, 0.941)];
  assertMatch(fig1Caption(rows), /: not decided for H-UCL, no seed in common with UCL; holds for H-SCL, /);
  const unfinished = runs("ucl", 0.7, 0.7).map((each) => ({ ...each, epoch: 0 }));
  assertEquals(fig1Caption([...rows, ...unfinished]), fig1Caption(rows));
  assertEquals(
    fig1Caption(runs("scl", 0.9)),
    `${claim}. Nearest class mean of the embeddings: not decided without H-UCL and H-SCL. kNN of the features: not decided ` +
      "without H-UCL and H-SCL.",
  );
});

Deno.test("fig1Caption says how many directions the class means use", () => {
  const spectrum = [1, 0.5, 0.051, 0.05, 0.01, 1e-8];
  assertMatch(
    fig1Caption([{ ...row, loss: "ucl", classMean: 0.5, spectrum }, {
      ...row,
      loss: "scl",
      classMean: 0.5,
      spectrum: [1, 0.01],
    }]),
    / Of the 5 singular values of the class means, those above 5 % of the largest are 3 with UCL and 1 with SCL\.$/,
  );
});
