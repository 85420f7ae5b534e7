import { assertAlmostEquals, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { fig7, fig7Caption, type Fig7Row, summarizeFig7 } from "../../lib/figures/mod.ts";
import { fig7Rows } from "./made_up.ts";
import { assertSnapshot } from "./snapshot.ts";

const power = (exponent: number, halfWidth = 0): Fig7Row[] =>
  [1, 4, 16, 64].map((k) => ({ kind: "hscl", k, gap: 0.4 * k ** exponent, halfWidth }));

Deno.test("fig7: snapshots of rows that support the claim and that do not", async () => {
  for (const story of ["supporting", "contradicting"] as const) {
    await assertSnapshot(`fig7_${story}`, fig7(fig7Rows(story)));
  }
});

Deno.test("fig7: the order of the rows changes nothing", () => {
  const rows = fig7Rows("contradicting");
  assertEquals(fig7(rows.toReversed()), fig7(rows));
});

Deno.test("summarizeFig7 fits the gaps before the first that noise hides", () => {
  const rows = power(-1, 0.03);
  // 0.4, 0.1, 0.025, …: the third is smaller than its half-width.
  const [{ fit, fitted, verdict }] = summarizeFig7(rows);
  assertEquals([fitted.length, verdict], [2, "not known"]);
  assertAlmostEquals(fit!.slope, -1, 1e-12);
  const hollow = fig7(rows).data.find((trace) => trace.name === "H-SCL")!.marker as { color: string[] };
  assertEquals(hollow.color.map((color) => color === "#FFFFFF"), [false, false, true, true]);
});

Deno.test("fig7Caption says holds, nearly, fails or not known, with slopes", () => {
  const claim = "The gap to the limit falls as 1/k, slope −1 on log axes: ";
  assertEquals(fig7Caption(power(-1)), `${claim}holds for H-SCL (slope −1.000 ± 0.000).`);
  assertEquals(fig7Caption(power(-0.5)), `${claim}fails for H-SCL (slope −0.500 ± 0.000).`);
  assertMatch(fig7Caption(power(-0.9)), /holds to within 0.15, though outside the 95 % interval, for H-SCL/);
  assertMatch(fig7Caption(power(-1, 1)), /not known, for want of gaps larger than their noise, for H-SCL\.$/);
  assertMatch(
    fig7Caption(fig7Rows("contradicting")),
    /holds for UCL .*, SCL .* and H-UCL .*; fails for H-SCL \(slope −0.501 ± 0.004\)\.$/,
  );
});

Deno.test("fig7 refuses rows that cannot be drawn", () => {
  const [row] = power(-1);
  assertThrows(() => fig7([]), RangeError, "Figure 7 as it needs at least one row");
  assertThrows(() => fig7([row, row]), RangeError, "received two of hscl, k = 1");
  assertThrows(() => fig7([{ ...row, gap: 0 }]), RangeError, "received no gap above 0");
  assertThrows(() => fig7([{ ...row, k: 0.5 }]), TypeError, "k of a row");
  assertThrows(() => fig7([{ ...row, gap: -1 }]), RangeError, "gap of a row");
});
