import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import {
  fig2,
  fig2Caption,
  type Fig2Row,
  type FigureRecord,
  figureRecords,
  summarizeFig2,
} from "../../lib/figures/mod.ts";
import { fig2Rows } from "./made_up.ts";
import { assertSnapshot } from "./snapshot.ts";
import { trainedRows } from "./trained.ts";

const row: Fig2Row = { beta: 1, seed: 0, epoch: 0, ucl: 4, scl: 3.9, hucl: 4.5, hscl: 4.2 };
const claim = "While training with H-UCL, the H-SCL loss stays at or below the H-UCL loss (Theorem 1), in ";

Deno.test("fig2: snapshots of rows that support the claim and that do not", async () => {
  for (const story of ["supporting", "contradicting"] as const) {
    await assertSnapshot(`fig2_${story}`, fig2(fig2Rows(story, 2, 4, [0.5, 5]), { dataset: "MNIST" }));
  }
});

Deno.test("fig2: crosses stand where H-SCL is above H-UCL, and nowhere else", () => {
  const crossed = fig2([row, { ...row, epoch: 1, hscl: 4.6 }]).data.filter((trace) =>
    trace.name === "above zero"
  );
  assertEquals(crossed.map((trace) => trace.x), [[1]]);
  assert(!fig2([row]).data.some((trace) => trace.name === "above zero"));
});

Deno.test("fig2Caption says holds, fails or on average, with epochs, seeds and numbers", () => {
  assertEquals(
    fig2Caption([row]),
    `${claim}1 run per β: holds at every epoch for β = 1 (smallest margin 0.3, at epoch 0).`,
  );
  const above = { ...row, epoch: 1, hscl: 4.6 };
  assertEquals(fig2Caption([row, above]), `${claim}1 run per β: fails for β = 1 at epoch 1 (by up to 0.1).`);
  assertEquals(
    fig2Caption([row, above, { ...row, seed: 1 }, { ...row, seed: 1, epoch: 1 }]),
    `${claim}2 runs per β: holds on average over the seeds at every epoch for β = 1, but not for seed 0 at epoch 1 (by up to 0.1).`,
  );
  assertMatch(
    fig2Caption(fig2Rows("contradicting")),
    /holds at every epoch for β = 0.5 and 1 \(.*\); fails for β = 5 at epochs 0–2 /,
  );
});

Deno.test("fig2Caption counts the runs of each β", () => {
  const rows = [row, { ...row, seed: 7 }, { ...row, seed: 7, epoch: 1 }, { ...row, beta: 2 }];
  assertMatch(fig2Caption(rows), /, in 1–2 runs per β: holds /);
});

Deno.test("fig2: a heading says where H-SCL is above H-UCL, not that a theorem fails", () => {
  const heading = (...rows: Fig2Row[]) => {
    const [{ text }] = fig2(rows).layout.annotations as { text: string }[];
    return text.match(/>([^<>]*)<.span>$/)?.[1];
  };
  const above = { ...row, epoch: 1, hscl: 4.6 };
  assertEquals(heading(row), "H-SCL nowhere above H-UCL");
  assertEquals(heading(row, above), "H-SCL above H-UCL at 1 of 2 epochs");
  assertEquals(heading(row, above, { ...above, seed: 1, hscl: 4 }), "H-SCL above H-UCL for single seeds");
});

Deno.test("summarizeFig2: equal losses hold, as the theorem says ≤", () => {
  const [{ verdict, smallest }] = summarizeFig2([{ ...row, hscl: row.hucl }]);
  assertEquals([verdict, smallest], ["holds", { margin: 0, epoch: 0, seed: 0 }]);
});

Deno.test("fig2 refuses rows that cannot be drawn", () => {
  assertThrows(() => fig2([]), RangeError, "Figure 2 as it needs at least one row");
  assertThrows(() => fig2([row, row]), RangeError, "received two of β = 1, seed 0, epoch 0");
  assertThrows(() => fig2([{ ...row, hucl: NaN }]), TypeError, "hucl of a row");
  assertThrows(() => fig2([{ ...row, beta: -1 }]), RangeError, "beta of a row");
  assertThrows(
    () => fig2([1, 2, 3, 4, 5].map((beta) => ({ ...row, beta }))),
    RangeError,
    "at most 4 values of β",
  );
});

Deno.test("fig2 of batches: its own words and axes, and losses of single precision that are equal hold", async () => {
  const batches = fig2Rows("contradicting", 2, 4, [0.5, 5]).filter(({ epoch }) => epoch > 0)
    .map((each): Fig2Row => ({ ...each, on: "train" }));
  await assertSnapshot("fig2_batches", fig2(batches, { dataset: "MNIST" }));
  assertMatch(
    fig2Caption(batches),
    /^In the batches of a training with H-UCL, mean over each epoch, .* in 2 runs per β: holds at every epoch for β = 0.5 .*; fails for β = 5 at epochs? /,
  );
  const equal: Fig2Row = { ...row, epoch: 1, hscl: row.hucl * (1 + 1e-7), on: "train" };
  assertEquals(summarizeFig2([equal])[0].verdict, "holds");
  assertEquals(summarizeFig2([{ ...equal, on: undefined }])[0].verdict, "fails");
  const crosses = (rows: Fig2Row[]) => fig2(rows).data.filter(({ name }) => name === "above zero").length;
  assertEquals([crosses([equal]), crosses([{ ...equal, hscl: 4.6 }])], [0, 1]);
});

Deno.test("fig2 refuses rows of two kinds, or of none that there is", () => {
  const batch: Fig2Row = { ...row, epoch: 1, on: "train" };
  assertThrows(() => fig2([row, batch]), RangeError, "all rows must be of test images or all of batches");
  assertThrows(
    () => fig2([{ ...row, on: "test" as "train" }]),
    RangeError,
    "on of a row as it must be train",
  );
});

Deno.test("fig2 --on train: rows of the batches of every epoch, which share their H-UCL loss with the training", async () => {
  const { rows, context, variant } = await trainedRows(figureRecords.fig2 as FigureRecord, [
    "--on",
    "train",
  ]) as {
    rows: Fig2Row[];
    context: object;
    variant: string;
  };
  assertEquals([rows.length, variant], [3 * 2 * 2, "train"]);
  assertEquals(new Set(rows.map(({ epoch, on }) => `${epoch} ${on}`)), new Set(["1 train", "2 train"]));
  // Hardening weights the largest of the same negatives.
  for (const { ucl, scl, hucl, hscl } of rows) assert(hucl > ucl && hscl > scl && scl > 0);
  assert(fig2Caption(rows).startsWith("In the batches") && fig2(rows, context).data.length > 0);
});
