import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { fig5, fig5Caption, type Fig5Row, summarizeFig5 } from "../../lib/figures/mod.ts";
import { fig5Rows, fig5Shapes } from "./made_up.ts";
import { assertSnapshot } from "./snapshot.ts";

const row: Fig5Row = {
  hardening: "exponential",
  parameter: "β = 1",
  loss: "hscl",
  effectiveNegatives: 30,
  seed: 0,
  top1: 0.9,
};
const threshold = { ...row, hardening: "threshold", parameter: "τ = 0", effectiveNegatives: 33 };
const pair = (a: number[], b: number[]) => [
  ...a.map((top1, seed) => ({ ...row, seed, top1 })),
  ...b.map((top1, seed) => ({ ...threshold, seed, top1 })),
];

Deno.test("fig5: snapshots of rows that support the claim and that do not", async () => {
  for (const story of ["supporting", "contradicting"] as const) {
    await assertSnapshot(`fig5_${story}`, fig5(fig5Rows(story, 2), { shapes: fig5Shapes() }));
  }
});

Deno.test("fig5: a function has one legend entry over panels and shapes, in the usual order", () => {
  const { data } = fig5(fig5Rows("supporting", 2), { shapes: fig5Shapes() });
  assertEquals(data.filter((trace) => trace.showlegend).map((trace) => trace.name), [
    "exponential",
    "threshold",
    "polynomial",
    "logistic",
  ]);
  assertEquals(data.filter((trace) => trace.legendgroup === "threshold").length, 3);
});

Deno.test("fig5: functions that all match one number stand side by side above it", () => {
  const { data, layout } = fig5([row, threshold]);
  const { tickvals, ticktext, range } = layout.xaxis as {
    tickvals: number[];
    ticktext: string[];
    range: number[];
  };
  assertEquals([tickvals.length, ticktext], [1, ["31"]]);
  const [left, right] = data.map((trace) => Math.log10((trace.x as number[])[0]));
  assert(right - left > 0.1 && left > range[0] && right < range[1], `${left}, ${right} in ${range}`);
});

Deno.test("summarizeFig5 compares different functions of one loss at a ratio of at most 1.25", () => {
  const others: Fig5Row[] = [
    { ...threshold, parameter: "τ = 1", effectiveNegatives: 30 * 1.26 },
    { ...row, parameter: "β = 1.1", effectiveNegatives: 29 },
    { ...threshold, loss: "hucl" },
  ];
  const { settings, pairs } = summarizeFig5([row, threshold, ...others]);
  assertEquals(settings.length, 5);
  assertEquals(pairs.map(({ better, worse }) => [better.parameter, worse.parameter]), [
    ["β = 1.1", "τ = 0"],
    ["β = 1", "τ = 0"],
  ]);
});

Deno.test("fig5Caption says holds, fails or not decided, with numbers", () => {
  const claim =
    "At a matched effective number of negatives, the hardening functions tried reach the same accuracy";
  const how = " (paired over 3 seeds, 95 % interval)";
  const what = "exponential (β = 1) over threshold (τ = 0) at about 31 negatives with H-SCL.";
  assertEquals(
    fig5Caption(pair([0.9, 0.91, 0.92], [0.899, 0.91, 0.918])),
    `${claim}${how}: holds; of 1 pair, 0 differ and 1 is the same to within 1 point. The largest difference is ` +
      `0.10 ± 0.25 points, ${what}`,
  );
  assertEquals(
    fig5Caption(pair([0.9, 0.91, 0.92], [0.905, 0.91, 0.912])),
    `${claim}${how}: not decided; of 1 pair, 0 differ and 0 are the same to within 1 point. The largest difference is ` +
      `0.10 ± 1.63 points, ${what}`,
  );
  assertMatch(
    fig5Caption(pair([0.9, 0.91, 0.92], [0.92, 0.931, 0.939])),
    /: fails; of 1 pair, 1 differs and 0 are .* of those that differ is 2.00 ± 0.25 points, threshold .* over exponential /,
  );
  assertMatch(
    fig5Caption(fig5Rows("contradicting")),
    /36 intervals together 95 %\): fails; of 36 pairs, \d+ differ .* over threshold /,
  );
  assertMatch(
    fig5Caption(fig5Rows("supporting")),
    /: not decided; of 36 pairs, 0 differ and 9 are the same to within 1 point/,
  );
  assertMatch(
    fig5Caption(pair([0.9], [0.92])),
    /accuracy: not decided; one seed: no interval for any of 1 pair\. The largest difference is 2.00 points, threshold /,
  );
  assertEquals(fig5Caption([row]), `${claim}: not decided, as no two can be compared.`);
});

Deno.test("fig5Caption: a pair that cannot be judged keeps the claim about all from holding", () => {
  const same = pair([0.9, 0.91, 0.92], [0.899, 0.91, 0.918]);
  const single: Fig5Row = { ...row, hardening: "logistic", parameter: "τ = 0" };
  assertMatch(
    fig5Caption([...same, single]),
    /: not decided; of 3 pairs, 0 differ and 1 is the same to within 1 point, and 2 without an interval\. /,
  );
});

Deno.test("fig5 refuses rows and shapes that cannot be drawn", () => {
  const shape = { hardening: "exponential", parameter: "β = 1", cosine: [-1, 1], weight: [0.1, 1] };
  assertThrows(() => fig5([]), RangeError, "Figure 5 as it needs at least one row");
  assertThrows(() => fig5([row, row]), RangeError, "received two of hscl, exponential (β = 1), seed 0");
  assertThrows(() => fig5([{ ...row, effectiveNegatives: 0 }]), RangeError, "effectiveNegatives of a row");
  assertThrows(() => fig5([{ ...row, loss: "ucl" as "hucl" }]), RangeError, "one of hucl, hscl");
  assertThrows(() => fig5([row], { shapes: [{ ...shape, weight: [1] }] }), RangeError, "one per cosine");
  assertThrows(() => fig5([row], { shapes: [{ ...shape, weight: [0, 0] }] }), RangeError, "above 0");
});
