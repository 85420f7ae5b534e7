import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { assertAlmostEquals, AssertionError, assertNotEquals } from "@std/assert";

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
