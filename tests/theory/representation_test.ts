import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Random } from "@hscl/hscl";
import { representationGeometry } from "@hscl/hscl/theory";

/** Points, given by their angles in degrees, on a circle of the first two of so many dimensions. */
const onCircle = (degrees: number[], dim = 2) =>
  Float64Array.from(degrees.flatMap((each) => {
    const angle = each * Math.PI / 180;
    return [Math.cos(angle), Math.sin(angle), ...new Array(dim - 2).fill(0)];
  }));

Deno.test("alignment and uniformity are means over pairs, worked out by hand", () => {
  // Squared distances: 2 − 2·cos; pairs 0–60 (of one class), 0–180 and 60–180.
  const squares = [1, 4, 3];
  const { alignment, uniformity, meanCosine } = representationGeometry(onCircle([0, 60, 180]), 2, [7, 7, -1]);
  assertAlmostEquals(alignment, squares[0], 1e-12);
  assertAlmostEquals(uniformity, Math.log(squares.reduce((sum, d) => sum + Math.exp(-2 * d), 0) / 3), 1e-12);
  assertAlmostEquals(meanCosine, (0.5 - 1 - 0.5) / 3, 1e-12);
});

Deno.test("effective ranks of matrices with known singular values", () => {
  const axes = Float64Array.from({ length: 25 }, (_, i) => Number(i % 6 === 0));
  assertAlmostEquals(representationGeometry(axes, 5, [0, 0, 0, 0, 0]).effectiveRank, 5, 1e-12);
  // One axis four times and another once: singular values 2 and 1.
  const rows = Float64Array.of(1, 0, 1, 0, -1, 0, 1, 0, 0, 3);
  const entropy = -(2 / 3) * Math.log(2 / 3) - (1 / 3) * Math.log(1 / 3);
  assertAlmostEquals(
    representationGeometry(rows, 2, [0, 0, 0, 0, 0]).effectiveRank,
    Math.exp(entropy),
    1e-12,
  );
  // The same from the Gram matrix of the rows.
  const wide = new Float64Array(5 * 9);
  for (let i = 0; i < 5; i++) wide.set(rows.subarray(2 * i, 2 * i + 2), 9 * i + 4);
  assertAlmostEquals(representationGeometry(wide, 9, [0, 0, 0, 0, 0]).effectiveRank, Math.exp(entropy), 1e-7);
});

Deno.test("one point has rank 1, and no evenness; its size does not matter", () => {
  const random = new Random(0), point = Array.from({ length: 6 }, () => random.normal());
  const rows = Float64Array.from([1, 1e-200, 3e200].flatMap((scale) => point.map((x) => scale * x)));
  const { alignment, uniformity, effectiveRank, meanCosine } = representationGeometry(rows, 6, [0, 0, 1]);
  for (const [value, wanted] of [[alignment, 0], [uniformity, 0], [effectiveRank, 1], [meanCosine, 1]]) {
    assertAlmostEquals(value, wanted, 1e-12);
  }
});

Deno.test("what has no pair is not a number, and a row of zeros is no error", () => {
  const { alignment, uniformity, effectiveRank } = representationGeometry([0, 2], 2, [0]);
  assertEquals([alignment, uniformity, effectiveRank], [NaN, NaN, 1]);
  assertEquals(representationGeometry([1, 0, 0, 1], 2, [0, 1]).alignment, NaN);
  const { meanCosine, alignment: apart } = representationGeometry([0, 0, 1, 0], 2, [0, 0]);
  assertEquals([meanCosine, apart], [0, 1]);
});

Deno.test("what are no embeddings is refused", () => {
  assertThrows(() => representationGeometry([], 2, []), RangeError, "at least one: received 0");
  assertThrows(() => representationGeometry([1, 2, 3], 2, [0]), RangeError, "1 labels × dim 2");
  assertThrows(() => representationGeometry([1, NaN], 2, [0]), RangeError, "received NaN in row 0");
  assertThrows(() => representationGeometry([1, 2], 2, [0.5]), TypeError, "label");
});
