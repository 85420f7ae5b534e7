import { assertAlmostEquals, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { fig4, fig4Caption, type Fig4Row, summarizeFig4 } from "../../lib/figures/mod.ts";
import { fig4Rows } from "./made_up.ts";
import { assertSnapshot } from "./snapshot.ts";

const runs = (loss: Fig4Row["loss"], beta: number, ...top1: number[]): Fig4Row[] =>
  top1.map((accuracy, seed) => ({ loss, beta, seed, top1: accuracy }));

Deno.test("fig4: snapshots of rows that support the claim and that do not", async () => {
  for (const story of ["supporting", "contradicting"] as const) {
    await assertSnapshot(`fig4_${story}`, fig4(fig4Rows(story, 3, [0.5, 5])));
  }
});

Deno.test("summarizeFig4: differences are paired by seed, over the seeds both have", () => {
  const rows = [...runs("scl", 0, 0.5, 0.7, 0.9), ...runs("hscl", 1, 0.52, 0.72), ...runs("hucl", 1, 0.4)];
  const [, hucl, hscl] = summarizeFig4(rows);
  assertEquals([hucl.difference, hucl.accuracy.count], [undefined, 1]);
  assertAlmostEquals(hscl.difference!.mean, 0.02, 1e-12);
  assertAlmostEquals(hscl.difference!.halfWidth, 0, 1e-9);
  assertEquals(hscl.difference!.count, 2);
});

Deno.test("fig4Caption says holds, fails or not decided, with numbers", () => {
  const base = runs("scl", 0, 0.9, 0.91, 0.92);
  const claim = "For some hardness β, the kNN accuracy is above that with β = 0";
  assertEquals(
    fig4Caption([...base, ...runs("hscl", 1, 0.92, 0.931, 0.939)]),
    `${claim} (paired over 3 seeds, 95 % interval): holds for H-SCL (β = 1: 93.00 ± 2.37 %, 2.00 ± 0.25 points above SCL).`,
  );
  assertMatch(
    fig4Caption([...base, ...runs("hscl", 1, 0.88, 0.891, 0.899), ...runs("hscl", 2, 0.87, 0.881, 0.889)]),
    /: fails for H-SCL \(highest at β = 1: .* points below SCL; below SCL at β = 1 and 2\)\.$/,
  );
  assertMatch(
    fig4Caption([...base, ...runs("hscl", 1, 0.9, 0.93, 0.91)]),
    /: not decided for H-SCL \(β = 1: .* points above SCL\)\.$/,
  );
  // Clear alone, not as one of three.
  const best = runs("hscl", 2, 0.908, 0.926, 0.932);
  assertMatch(fig4Caption([...base, ...best]), /\(paired over 3 seeds, 95 % interval\): holds for H-SCL \(/);
  assertMatch(
    fig4Caption([...base, ...best, ...runs("hscl", 1, 0.9, 0.9, 0.9), ...runs("hscl", 5, 0.9, 0.9, 0.9)]),
    /, 3 intervals together 95 %\): not decided for H-SCL \(highest at β = 2: .* points above SCL\)\.$/,
  );
  // A difference of single runs has no interval, and takes nothing from the others.
  assertMatch(
    fig4Caption([...base, ...best, ...runs("hscl", 1, 0.9), ...runs("hscl", 5, 0.91)]),
    /, 95 % interval\): holds at β = 2 for H-SCL \(highest at β = 2: .* points above SCL\)\.$/,
  );
  assertEquals(
    fig4Caption([...runs("ucl", 0, 0.9), ...runs("hucl", 1, 0.95)]),
    `${claim}: not decided for H-UCL (β = 1: 95.00 %, 5.00 points above UCL, one seed: no interval).`,
  );
  assertEquals(
    fig4Caption(runs("hucl", 1, 0.95)),
    `${claim}: not decided for H-UCL (β = 1: 95.00 %, no seed in common with UCL).`,
  );
});

Deno.test("fig4Caption: any β decides, not only the one with the highest mean", () => {
  const base = runs("scl", 0, 0.9, 0.91, 0.92), clear = runs("hscl", 1, 0.92, 0.931, 0.939);
  assertMatch(
    fig4Caption([...base, ...clear, ...runs("hscl", 2, 0.99, 0.93, 0.95)]),
    /: holds at β = 1 for H-SCL \(highest at β = 2: .* points above SCL\)\.$/,
  );
  const lower = runs("hscl", 1, 0.88, 0.891, 0.899);
  assertMatch(
    fig4Caption([...base, ...lower, ...runs("hscl", 2, 0.8, 0.95, 0.75)]),
    /: not decided for H-SCL \(highest at β = 1: .* points below SCL; below SCL at β = 1\)\.$/,
  );
});

Deno.test("fig4 draws what there is: one seed, or no reference", () => {
  assertEquals(fig4(runs("hscl", 1, 0.9)).data.length, 1);
  const single = fig4([...runs("scl", 0, 0.9), ...runs("hscl", 1, 0.95)]);
  assertEquals(single.data.some((trace) => trace.error_y), false);
});

Deno.test("fig4 refuses rows that cannot be drawn", () => {
  assertThrows(() => fig4([]), RangeError, "Figure 4 as it needs at least one row");
  assertThrows(() => fig4(runs("ucl", 0, 0.9)), RangeError, "needs rows of H-UCL or H-SCL");
  assertThrows(() => fig4(runs("ucl", 1, 0.9)), RangeError, "beta of a row of ucl");
  assertThrows(() => fig4(runs("hscl", 0, 0.9)), RangeError, "beta of a row of hscl");
  assertThrows(() => fig4(runs("hscl", 1, 90)), RangeError, "top1 of a row");
  assertThrows(
    () => fig4([...runs("hscl", 1, 0.9), ...runs("hscl", 1, 0.8)]),
    RangeError,
    "received two of hscl",
  );
});
