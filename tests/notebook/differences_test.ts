import { assertEquals, assertThrows } from "@std/assert";
import { notebook } from "@hscl/hscl";

const textOf = (comparisons: Parameters<typeof notebook.differences>[0]) =>
  String(notebook.differences(comparisons)[notebook.jupyterDisplay]()["text/plain"]);

Deno.test("a difference is decided by its interval alone", () => {
  // Student's t(0.975, 2) = 4.3027: 1 ± 2.484 points, 3 ± 2.484 points.
  const text = textOf({
    small: { first: [0.51, 0.52, 0.53], second: [0.5, 0.5, 0.5].map((x) => x + 0.01) },
    up: { first: [0.52, 0.53, 0.54], second: [0.5, 0.5, 0.5] },
    down: { first: [0.5, 0.5, 0.5], second: [0.52, 0.53, 0.54] },
    single: { first: [0.905], second: [0.105] },
  });
  assertEquals(text.split("\n").map((line) => line.trim().split(/ {2,}/)), [
    ["in percent", "first", "second", "difference", "95 % from", "to", "pairs", "verdict"],
    ["small", "52.00", "51.00", "1.000", "-1.484", "3.484", "3", "not decided"],
    ["up", "53.00", "50.00", "3.000", "0.5159", "5.484", "3", "higher"],
    ["down", "50.00", "53.00", "-3.000", "-5.484", "-0.5159", "3", "lower"],
    ["single", "90.50", "10.50", "80.00", "–", "–", "1", "not decided"],
  ]);
});

Deno.test("what cannot be compared is refused", () => {
  assertThrows(() => textOf({ a: { first: [1, 0], second: [1] } }), RangeError, "one for each of the first");
  assertThrows(() => textOf({}), RangeError, "it must have a row");
  assertThrows(() => textOf({ a: [1] as never }), TypeError);
  assertThrows(() => textOf({ a: { first: ["x"] as never, second: [1] } }), TypeError);
});
