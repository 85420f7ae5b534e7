import { assertEquals, assertThrows } from "@std/assert";
import { nearestClassMean } from "@hscl/hscl";

// Means: class 0 at (1, 0), class 2 at (0, 3); class 1 has no row.
const bank = { features: Float32Array.of(0, 0, 2, 0, 0, 3), labels: [0, 0, 2] };
const options = { dim: 2, classes: 3 };

Deno.test("queries go to the nearest mean, not to the nearest row", () => {
  const queries = { features: Float32Array.of(0.1, 0.1, 0, 2, 9, 0, 0.4, 1.3), labels: [0, 2, 0, 2] };
  const { predictions, top1 } = nearestClassMean(bank, queries, options);
  assertEquals([[...predictions], top1], [[0, 2, 0, 0], 0.75]);
});

Deno.test("ties go to the lower class, and a class without rows is never chosen", () => {
  const twins = { features: Float32Array.of(1, 0, -1, 0), labels: [2, 1] };
  const queries = { features: Float32Array.of(0, 5, 0, 0), labels: [1, 0] };
  assertEquals([...nearestClassMean(twins, queries, options).predictions], [1, 1]);
});

Deno.test("what does not fit is refused", () => {
  const queries = { features: Float32Array.of(0, 1), labels: [0] };
  assertThrows(
    () => nearestClassMean(bank, { ...queries, labels: [3] }, options),
    RangeError,
    "0 … 2: received 3",
  );
  assertThrows(() => nearestClassMean(bank, queries, { ...options, dim: 3 }), RangeError, "3 labels × dim 3");
  assertThrows(
    () => nearestClassMean({ features: new Float32Array(), labels: [] }, queries, options),
    RangeError,
    "empty",
  );
});
