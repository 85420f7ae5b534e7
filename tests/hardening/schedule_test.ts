import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { type Schedule, scheduleValue } from "@hscl/hscl/hardening";

const values = (schedule: Schedule, epochs: number) =>
  Array.from({ length: epochs }, (_, i) => scheduleValue(schedule, { epoch: i + 1, epochs }));

Deno.test("a number is a constant schedule", () => {
  assertEquals(values(0.7, 3), [0.7, 0.7, 0.7]);
});

Deno.test("linear moves evenly from the first epoch to the last", () => {
  assertEquals(values({ kind: "linear", from: 0, to: 2 }, 5), [0, 0.5, 1, 1.5, 2]);
});

Deno.test("cosine is half way in the middle and flat at the ends", () => {
  const [a, b, c, d, e] = values({ kind: "cosine", from: 2, to: 0 }, 5);
  assertEquals([a, e], [2, 0]);
  assertAlmostEquals(c, 1, 1e-15);
  assertAlmostEquals(b, 1 + Math.SQRT1_2, 1e-15);
  assertAlmostEquals(d, 1 - Math.SQRT1_2, 1e-15);
});

Deno.test("stepped is Robinson's annealing, epoch for epoch", () => {
  for (const [epochs, steps, beta] of [[400, 9, 1], [100, 9, 0.5], [450, 9, 2], [20, 4, 1]]) {
    // Their loop: train the epoch, then take the next of linspace(β, 0, steps) if epoch % int(epochs/steps) == 0.
    const linspace = Array.from({ length: steps }, (_, i) => beta - beta * i / (steps - 1));
    const expected: number[] = [];
    let current = beta;
    for (let epoch = 1; epoch <= epochs; epoch++) {
      expected.push(current);
      if (epoch % Math.floor(epochs / steps) === 0) current = linspace.shift() ?? current;
    }
    values({ kind: "stepped", from: beta, to: 0, steps }, epochs).forEach((value, i) =>
      assertAlmostEquals(value, expected[i], 1e-12, `epoch ${i + 1} of ${epochs}`)
    );
  }
});

Deno.test("values stay between the ends for any number of epochs", () => {
  for (const kind of ["linear", "cosine", "stepped"] as const) {
    for (let epochs = 1; epochs < 40; epochs++) {
      const all = values({ kind, from: 0.3, to: 1.7, steps: 9 } as Schedule, epochs);
      assertEquals(all[0], 0.3);
      assert(all.every((value, i) => value >= 0.3 && value <= 1.7 && (i === 0 || value >= all[i - 1])));
    }
  }
});

Deno.test("wrong schedules and epochs are refused", () => {
  const at = { epoch: 1, epochs: 2 };
  assertThrows(
    () => scheduleValue({ kind: "other" as "linear", from: 0, to: 1 }, at),
    RangeError,
    "linear, cosine",
  );
  assertThrows(() => scheduleValue({ kind: "linear", from: NaN, to: 1 }, at), TypeError, "from");
  assertThrows(() => scheduleValue({ kind: "cosine", from: 0, to: Infinity }, at), TypeError, "to of");
  assertThrows(() => scheduleValue({ kind: "stepped", from: 0, to: 1, steps: 1 }, at), RangeError, "steps");
  assertThrows(() => scheduleValue(Infinity, at), TypeError, "value");
  assertThrows(() => scheduleValue(1, { epoch: 3, epochs: 2 }), RangeError, "epoch");
  assertThrows(() => scheduleValue(1, { epoch: 0, epochs: 2 }), RangeError, "epoch");
});
