import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { assertAlmostEquals, AssertionError, assertNotEquals } from "@std/assert";
import { parseArgs } from "@std/cli";

Deno.test("parseArgs: the last of a repeated argument counts unless it is collected", () => {
  assertEquals(parseArgs(["--a", "1", "--a", "2"]), { _: [], a: 2 });
  assertEquals(parseArgs(["--a", "1", "--a", "2"], { string: ["a"] }), { _: [], a: "2" });
  assertEquals(parseArgs(["--a=x"], { string: "a", collect: ["a", "b"] }), { _: [], a: ["x"] });
  assertEquals(parseArgs([], { string: ["a"], collect: ["a"] }), { _: [], a: [] });
});

Deno.test("parseArgs: booleans, defaults and aliases", () => {
  assertEquals(parseArgs(["--b", "x"], { boolean: ["b", "c"] }), { _: ["x"], b: true, c: false });
  assertEquals(parseArgs([], { boolean: ["b"], default: { b: true, n: 3 } }), { _: [], b: true, n: 3 });
  assertEquals(parseArgs(["-h"], { boolean: "help", alias: { help: "h" } }), { _: [], h: true, help: true });
  assertEquals(parseArgs(["--b=false"], { boolean: ["b"], default: { b: true } }), { _: [], b: false });
});

Deno.test("parseArgs: --no-name negates only negatable arguments", () => {
  assertEquals(parseArgs(["--no-b"], { boolean: ["b"], negatable: ["b"], default: { b: true } }), {
    _: [],
    b: false,
  });
  assertEquals(parseArgs(["--no-b", "1"]), { _: [], "no-b": 1 });
  assertEquals(parseArgs(["--no-b"], { boolean: ["no-b"] }), { _: [], "no-b": true });
});

Deno.test("parseArgs: missing values, the double dash, early stop and unknown arguments", () => {
  assertEquals(parseArgs(["--a", "--b"], { string: ["a", "b"] }), { _: [], a: "", b: "" });
  assertEquals(parseArgs(["x", "--", "--a"]), { _: ["x", "--a"] });
  assertEquals(parseArgs(["x", "--", "--a"], { "--": true }), { _: ["x"], "--": ["--a"] });
  assertEquals(parseArgs(["--a", "1", "x", "--b"], { stopEarly: true }), { _: ["x", "--b"], a: 1 });
  const seen: string[] = [];
  const unknown = (arg: string) => {
    seen.push(arg);
    return false;
  };
  assertEquals(parseArgs(["--a=1", "x", "--b", "2", "--no-c"], { string: ["b"], unknown }), {
    _: [],
    b: "2",
  });
  assertEquals(seen, ["--a=1", "x", "--no-c"]);
});

Deno.test("assertEquals: zeros, NaN, typed arrays and missing keys", () => {
  assertEquals([0, NaN], [-0, NaN]);
  assertEquals(new Float32Array([1, -0]), new Float32Array([1, 0]));
  assertEquals({ a: [{ b: new Map([[1, { c: 2 }]]) }] }, { a: [{ b: new Map([[1, { c: 2 }]]) }] });
  assertNotEquals<unknown>({ a: undefined }, {});
  assertNotEquals<unknown>(new Float32Array([1]), new Float64Array([1]));
  assertThrows(() => assertEquals([1, 2], [1, 3], "rows"), AssertionError, "rows");
});

Deno.test("assertAlmostEquals: the default tolerance is 1e-7 of the expected value", () => {
  assertAlmostEquals(100 + 9e-6, 100);
  assertThrows(() => assertAlmostEquals(100 + 2e-5, 100), AssertionError);
  assertThrows(() => assertAlmostEquals(1e-12, 0), AssertionError);
  assertThrows(() => assertAlmostEquals(NaN, 1, 10), AssertionError);
  assertAlmostEquals(1, 1.4, 0.5);
});

Deno.test("assertThrows and assertRejects: class, text and the returned error", async () => {
  const error = assertThrows(() => checkedError(), RangeError, "out of");
  assert(error instanceof RangeError);
  assertThrows(() => assertThrows(() => checkedError(), TypeError), AssertionError, "instance of");
  assertThrows(() => assertThrows(() => checkedError(), RangeError, "other"), AssertionError, "other");
  assertThrows(() => assertThrows(() => {}, "why"), AssertionError, "why");
  assertEquals((await assertRejects(() => Promise.reject(new TypeError("x")), TypeError)).message, "x");
  await assertRejects(() => assertRejects(() => Promise.resolve(1)), AssertionError, "to reject");
  await assertRejects(() => assertRejects(() => checkedError()), AssertionError, "throws when expected");
});

function checkedError(): never {
  throw new RangeError("out of range");
}
