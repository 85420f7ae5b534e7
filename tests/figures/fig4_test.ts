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

Deno.test("fig4Caption says holds, fails, not decided or not known", () => {
  const base = runs("scl", 0, 0.9, 0.91, 0.92);
  const claim = "Hard negatives raise the kNN accuracy above that with β = 0: ";
  assertMatch(
    fig4Caption([...base, ...runs("hscl", 1, 0.92, 0.931, 0.939)]),
    /: holds for H-SCL \(β = 1 with 93.00 ± 2.37 %, 2.00 ± 0.25 points above SCL paired over 3 seeds\)\.$/,
  );
  assertMatch(
    fig4Caption([...base, ...runs("hscl", 1, 0.88, 0.891, 0.899), ...runs("hscl", 2, 0.87, 0.881, 0.889)]),
    /: fails for H-SCL \(best at β = 1 of 2 values .* points below SCL .*; below SCL at β = 1 and 2\)\.$/,
  );
  assertMatch(
    fig4Caption([...base, ...runs("hscl", 1, 0.9, 0.93, 0.91)]),
    /: not decided for H-SCL .*: within the 95 % interval\)\.$/,
  );
  // Clear alone, not as the best of three.
  const best = runs("hscl", 2, 0.908, 0.926, 0.932);
  assertMatch(fig4Caption([...base, ...best]), /: holds for H-SCL .*over 3 seeds\)\.$/);
  assertMatch(
    fig4Caption([...base, ...best, ...runs("hscl", 1, 0.9, 0.9, 0.9), ...runs("hscl", 5, 0.9, 0.9, 0.9)]),
    /: not decided for H-SCL .*, 3 intervals together 95 %: within the interval\)\.$/,
  );
  // A difference of single runs has no interval, and takes nothing from the others.
  assertMatch(
    fig4Caption([...base, ...best, ...runs("hscl", 1, 0.9), ...runs("hscl", 5, 0.91)]),
    /: holds for H-SCL \(best at β = 2 of 3 values .* points above SCL paired over 3 seeds\)\.$/,
  );
  assertEquals(
    fig4Caption([...runs("ucl", 0, 0.9), ...runs("hucl", 1, 0.95)]),
    `${claim}not decided for H-UCL (β = 1 with 95.00 %, 5.00 points above UCL; one seed: no interval).`,
  );
  assertEquals(
    fig4Caption(runs("hucl", 1, 0.95)),
    `${claim}not known for H-UCL (β = 1 with 95.00 %, no seed in common with UCL).`,
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
