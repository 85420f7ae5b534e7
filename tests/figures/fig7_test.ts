import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { fig7, fig7Caption, type Fig7Rows, summarizeFig7 } from "../../lib/figures/mod.ts";
import { fig7Rows } from "./made_up.ts";
import { assertSnapshot } from "./snapshot.ts";

const rows = (slope: number, halfWidth = 0.01): Fig7Rows => ({
  gaps: [1, 4, 16, 64].map((k) => ({ kind: "hscl", k, gap: 0.4 * k ** slope, halfWidth: 0 })),
  slopes: [{ kind: "hscl", slope, low: slope - halfWidth, high: slope + halfWidth }],
});

Deno.test("fig7: snapshots of rows that support the claim and that do not", async () => {
  for (const story of ["supporting", "contradicting"] as const) {
    await assertSnapshot(`fig7_${story}`, fig7(fig7Rows(story)));
  }
});

Deno.test("summarizeFig7 judges by the slope's interval; a loss without a gap has no slope", () => {
  const { gaps, slopes } = rows(-1.004);
  const zero = { kind: "ucl" as const, k: 1, gap: 0, halfWidth: 0 };
  assertEquals(summarizeFig7({ gaps: [...gaps, zero], slopes }), [
    { kind: "ucl", slope: undefined, verdict: "not known" },
    { kind: "hscl", slope: slopes[0], verdict: "holds" },
  ]);
  assertEquals(summarizeFig7(rows(-1.004, 0.003))[0].verdict, "holds");
  assertEquals(summarizeFig7(rows(-0.84, 0.003))[0].verdict, "fails");
  // −1 is not excluded, and neither is a slope that is none.
  assertEquals(summarizeFig7(rows(-0.5, 0.6))[0].verdict, "not decided");
  assertEquals(summarizeFig7(rows(-0.86, 0.02))[0].verdict, "not decided");
});

Deno.test("fig7Caption says holds, fails, not decided or not known, with slopes", () => {
  const claim =
    "The gap between the loss with k negatives and its limit falls as 1/k (slope −1 to within 0.15, by the whole 95 % " +
    "interval of each; one run): ";
  assertEquals(fig7Caption(rows(-1)), `${claim}holds for H-SCL (slope −1.000 (−1.010 … −0.990)).`);
  assertEquals(fig7Caption(rows(-0.5)), `${claim}fails for H-SCL (slope −0.500 (−0.510 … −0.490)).`);
  assertMatch(fig7Caption(rows(-0.855)), /not decided for H-SCL/);
  assertMatch(fig7Caption({ ...rows(-1), slopes: [] }), /not known, as there is no gap, for H-SCL\.$/);
  assertMatch(
    fig7Caption(fig7Rows("contradicting")),
    /holds for UCL .*, SCL .* and H-UCL .*; fails for H-SCL \(slope −0\.\d+ /,
  );
});

Deno.test("fig7 refuses rows that cannot be drawn", () => {
  const { gaps: [gap], slopes: [slope] } = rows(-1), only = { gaps: [gap], slopes: [] };
  assertThrows(() => fig7({} as Fig7Rows), TypeError, "needs a list of rows: received undefined");
  for (const given of [undefined, null, 3, "rows", []] as unknown as Fig7Rows[]) {
    for (const take of [fig7, fig7Caption, summarizeFig7]) {
      assertThrows(
        () => take(given),
        TypeError,
        "Cannot use rows of Figure 7 as it must be an object: received",
      );
    }
  }
  assertThrows(() => fig7({ gaps: [], slopes: [] }), RangeError, "Figure 7 as it needs at least one row");
  assertThrows(() => fig7({ ...only, gaps: [gap, gap] }), RangeError, "received two of hscl, k = 1");
  assertThrows(() => fig7({ ...only, gaps: [{ ...gap, gap: 0 }] }), RangeError, "received no gap above 0");
  assertThrows(() => fig7({ ...only, gaps: [{ ...gap, k: 0.5 }] }), TypeError, "k of a row");
  assertThrows(() => fig7({ ...only, gaps: [{ ...gap, gap: -1 }] }), RangeError, "gap of a row");
  assertThrows(() => fig7({ ...only, slopes: [slope, slope] }), RangeError, "received two of hscl");
  assertThrows(() => fig7({ ...only, slopes: [{ ...slope, low: 0 }] }), RangeError, "slope of a loss");
});
