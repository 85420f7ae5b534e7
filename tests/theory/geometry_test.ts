import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { collapseGeometry, Random } from "@hscl/hscl";
import { symmetricEigenvalues } from "../../lib/theory/symmetric_eigenvalues.ts";

Deno.test("geometry of two classes at a right angle, worked out by hand", () => {
  // Class 0 at ±30° around 0°, class 1 twice at 90°: means (√¾, 0) and (0, 1).
  const height = Math.sqrt(0.75);
  const points = Float64Array.of(height, 0.5, height, -0.5, 0, 2, 0, 3);
  const geometry = collapseGeometry(points, 2, [0, 0, 1, 1]);
  assertAlmostEquals(geometry.zeroSum, Math.sqrt(0.75 + 1) / 2, 1e-15);
  assertAlmostEquals(geometry.unitNorm, (1 - height) / 2, 1e-15);
  assertAlmostEquals(geometry.equalInnerProducts, 1, 1e-15);
  assertAlmostEquals(geometry.withinClassSpread, 0.125, 1e-15);
  // The means differ in one direction: variance ‖μ₀ − μ₁‖²/4.
  assertAlmostEquals(geometry.logSpectrum[0], Math.log10(1.75 / 4), 1e-14);
  assertEquals(geometry.logSpectrum[1], -16);
});

Deno.test("rows that stay as they are: class means keep the norms of their points", () => {
  // Means (¾, 0) and (0, ½): their mean is (⅜, ¼), and one direction tells them apart.
  const points = Float64Array.of(1, 0, 0.5, 0, 0, 0.5, 0, 0.5);
  const geometry = collapseGeometry(points, 2, [0, 0, 1, 1], { normalize: false });
  assertAlmostEquals(geometry.zeroSum, Math.hypot(3 / 8, 1 / 4), 1e-15);
  assertAlmostEquals(geometry.unitNorm, (1 / 4 + 1 / 2) / 2, 1e-15);
  assertAlmostEquals(geometry.equalInnerProducts, 1, 1e-15);
  assertAlmostEquals(geometry.withinClassSpread, 2 * 0.0625 / 4, 1e-15);
  assertEquals(geometry.directions, 1);
  // What has no direction cannot be scaled, but can stay.
  assertThrows(() => collapseGeometry(new Float64Array(4), 2, [0, 1]), RangeError, "must have a direction");
  const zero = collapseGeometry(new Float64Array(4), 2, [0, 1], { normalize: false });
  assertEquals([zero.unitNorm, zero.directions], [1, 0]);
  for (const value of [NaN, Infinity]) {
    assertThrows(
      () => collapseGeometry(Float64Array.of(value, 1), 2, [0], { normalize: false }),
      RangeError,
      "every value must be finite",
    );
  }
  assertThrows(() => collapseGeometry(points, 2, [0, 0, 1, 1], { normalise: false } as never), TypeError);
  assertThrows(() => collapseGeometry(points, 2, [0, 0, 1, 1], { normalize: 1 as never }), TypeError);
});

Deno.test("directions are those of singular values above 1 % of the largest", () => {
  // Of each pair of opposite means, a singular value in proportion to its length.
  const of = (...lengths: number[]) => {
    const dim = lengths.length, points = new Float64Array(2 * dim * dim);
    lengths.forEach((length, k) => {
      points[2 * k * dim + k] = length;
      points[(2 * k + 1) * dim + k] = -length;
    });
    const labels = Array.from({ length: 2 * dim }, (_, label) => label);
    return collapseGeometry(points, dim, labels, { normalize: false }).directions;
  };
  assertEquals([of(1, 0.5, 0.0101), of(1, 0.5, 0.0099), of(1e-3, 1.1e-5, 0)], [3, 2, 2]);
  // A simplex of three has two.
  const corners = Float64Array.from([0, 1, 2].flatMap((c) => [Math.cos(c * 2.1), Math.sin(c * 2.1)]));
  assertEquals(collapseGeometry(corners, 2, [0, 1, 2]).directions, 2);
});

Deno.test("one class, and a mean of zero, leave angles undefined and nothing else", () => {
  const one = collapseGeometry(Float64Array.of(1, 0, 0, 1), 2, [5, 5]);
  assertEquals([one.classes, one.equalInnerProducts], [1, NaN]);
  assertEquals([...one.logSpectrum], [-16]);
  const zero = collapseGeometry(Float64Array.of(1, 0, -1, 0, 0, 1), 2, [0, 0, 1]);
  assertEquals([zero.unitNorm, zero.equalInnerProducts], [0.5, NaN]);
});

Deno.test("the spectrum is the same from more classes than dimensions and from fewer", () => {
  // The class means of points at their own classes are the points; a rotation into more dimensions changes nothing.
  const random = new Random(0), classes = 12, dim = 3;
  const points = Float64Array.from({ length: classes * dim }, () => random.normal());
  const wide = new Float64Array(classes * 20);
  for (let i = 0; i < classes; i++) wide.set(points.subarray(i * dim, (i + 1) * dim), i * 20 + 7);
  const labels = Array.from({ length: classes }, (_, i) => i);
  const narrow = collapseGeometry(points, dim, labels).logSpectrum;
  const other = collapseGeometry(wide, 20, labels).logSpectrum;
  assertEquals([narrow.length, other.length], [3, 12]);
  narrow.forEach((value, i) => assertAlmostEquals(value, other[i], 1e-12));
  assertEquals([...other.subarray(3)].every((value) => value < -15), true);
});

Deno.test("eigenvalues of matrices with known ones", () => {
  const rows = (...matrix: number[][]) => matrix.map((row) => Float64Array.from(row));
  assertEquals([...symmetricEigenvalues(rows([3]))], [3]);
  assertEquals([...symmetricEigenvalues(rows([0, 0], [0, 0]))], [0, 0]);
  assertEquals([...symmetricEigenvalues(rows([1, 0], [0, 2]))], [2, 1]);
  // The path of n nodes: 2·cos(kπ/(n + 1)).
  const n = 50;
  const path = Array.from(
    { length: n },
    (_, i) => Float64Array.from({ length: n }, (_, j) => Math.abs(i - j) === 1 ? 1 : 0),
  );
  symmetricEigenvalues(path).forEach((value, k) =>
    assertAlmostEquals(value, 2 * Math.cos((k + 1) * Math.PI / (n + 1)), 1e-13)
  );
});
