// What maps and confusions make of something else than numbers and labels.
import { assertRejects, assertThrows } from "@std/assert";
import { confusionMatrix, planarMap } from "@hscl/hscl/evaluate";

Deno.test("a map of numbers that are not finite is refused: it would be of nothing", async () => {
  for (const wrong of [NaN, Infinity]) {
    await assertRejects(
      () => planarMap([1, 0, 0, wrong, 0, 1], { dim: 2 }),
      TypeError,
      `Cannot use a number of the embeddings as it must be a finite number: received ${wrong}`,
    );
  }
});

Deno.test("confusions of what is no array, and of more classes than fit in memory, are refused in words", () => {
  const none = undefined as unknown as number[];
  assertThrows(() => confusionMatrix(none, [0], { classes: 1 }), TypeError, "labels as it must be an array");
  assertThrows(
    () => confusionMatrix([0], none, { classes: 1 }),
    TypeError,
    "predictions as it must be an array",
  );
  assertThrows(() => confusionMatrix([0], [0], { classes: 1e9 }), RangeError, "must be at most 268435456");
});
