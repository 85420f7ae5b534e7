import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Random } from "@hscl/hscl";
import { type Claim, claims, table } from "../../lib/notebook/mod.ts";
import { bundleOf } from "./fixture.ts";

Deno.test("table: columns line up, numbers to the right with four digits", () => {
  const shown = bundleOf(table([
    { loss: "SCL", value: 0.123456, count: 12, ok: true },
    { loss: "H-SCL", value: 12.5, count: 3, ok: false },
    { loss: "UCL", value: NaN, count: 1e9, ok: true },
    { loss: "none", value: 1.5e-7, count: 0, ok: true },
  ], "Losses"));
  assertEquals(shown["text/plain"].split("\n"), [
    "Losses",
    "loss      value       count  ok",
    "SCL      0.1235          12  yes",
    "H-SCL     12.50           3  no",
    "UCL           –  1000000000  yes",
    "none   1.500e-7           0  yes",
  ]);
  assertStringIncludes(shown["text/html"], '<td style="text-align:right">0.1235</td>');
  assertStringIncludes(shown["text/html"], '<td style="text-align:left">H-SCL</td>');
});

Deno.test("table: a whole number in a column of fractions has their digits, beside NaN it stays whole", () => {
  const shown = bundleOf(
    table([{ accuracy: 84, seeds: NaN }, { accuracy: 88.9, seeds: 3 }, { accuracy: 0, seeds: 4 }]),
  );
  assertEquals(shown["text/plain"].split("\n"), [
    "accuracy  seeds",
    "   84.00      –",
    "   88.90      3",
    "       0      4",
  ]);
});

Deno.test("table: every number reads back within its digits, also where four digits need an exponent", () => {
  const shownOf = (v: number) => bundleOf(table([{ v }, { v: 0.5 }]))["text/plain"].split("\n")[1].trim();
  const random = new Random(0).child("table"),
    values = [9999.4, 9999.5, 12345.6, 99999.96, 999999.4, 999999.9, 1e6];
  for (let i = 0; i < 2000; i++) values.push(10 ** random.uniform(-12, 15));
  for (const value of values) {
    for (const signed of [value, -value]) {
      const shown = shownOf(signed), digits = 10 ** (Math.floor(Math.log10(value)) - 3);
      assert(Math.abs(Number(shown) - signed) <= 0.5001 * digits, `${shown} for ${signed}`);
    }
  }
  assertEquals([shownOf(12345.6), shownOf(9999.4), shownOf(1234567.8)], ["12346", "9999", "1.235e+6"]);
});

Deno.test("table: text cannot become HTML", () => {
  const html = bundleOf(table([{ "a<b": "<script>" }], "x & y"))["text/html"];
  assertStringIncludes(html, "a&lt;b");
  assertStringIncludes(html, "&lt;script&gt;");
  assertStringIncludes(html, "x &amp; y");
});

Deno.test("table: no rows, or a row that lacks a column, are refused", () => {
  assertThrows(() => table([]), RangeError, "must have a row and a column: received 0 rows");
  assertThrows(
    () => table([{ a: 1 }, { b: 2 }]),
    RangeError,
    'every row must have "a": received none in row 1',
  );
});

Deno.test("claims: one row per report, the verdict last, names in front", () => {
  const claim: Claim = {
    statement: "a ≤ b",
    hardening: { name: "exponential", parameters: { beta: 2 } },
    verdict: "holds on average",
    share: 0.9,
    lower: { mean: 1 },
    upper: { mean: 2.5 },
    gap: { mean: 1.5, low: 1.25, high: 1.75 },
  };
  const [header, row] = bundleOf(claims([claim]))["text/plain"].split("\n");
  assertEquals(header.split(/ {2,}/).at(-1), "verdict");
  assertEquals(row.split(/ {2,}/), [
    "a ≤ b",
    "exponential beta 2",
    "1",
    "2.500",
    "1.500",
    "1.250",
    "1.750",
    "90",
    "holds on average",
  ]);
  const named = bundleOf(claims({ UCL: [claim], SCL: [claim, claim] }))["text/plain"].split("\n");
  assertEquals(named.slice(1).map((line) => line.slice(0, 3)), ["UCL", "SCL", "SCL"]);
});

Deno.test("table: integers of 64 bits are numbers, and what is no text, number or truth is refused by its place", () => {
  const shown = bundleOf(table([{ label: 2n ** 53n + 1n }, { label: -3n }, { label: 12 }]));
  assertEquals(shown["text/plain"].split("\n").slice(1).map((line) => line.trim()), [
    "9007199254740993",
    "-3",
    "12",
  ]);
  assertEquals(shown["text/plain"].split("\n")[2].length, 16);
  const refused: [unknown, string][] = [[null, "null"], [[1, 2], "[1, 2]"], [{}, "Object"], [
    Symbol("x"),
    "Symbol(x)",
  ]];
  for (const [value, received] of refused) {
    assertThrows(
      () => table([{ a: 1, b: 2 }, { a: 1, b: value as number }]),
      TypeError,
      `Cannot show a table as a cell must be text, a number or a truth value: received ${received} at "b" of row 1`,
    );
  }
  for (const rows of [undefined, null, 3, "rows", {}]) {
    assertThrows(() => table(rows as never), TypeError, "Cannot use rows as it must be an array of rows");
  }
});
