import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { exponential, logistic, Random } from "@hscl/hscl";
import { PlainRowSums, type Ranges } from "../../lib/theory/row_sums.ts";
import { VectorRowSums } from "../../lib/theory/vector_row_sums.ts";

/** Hardening functions, some of them twice others, in any order, with the steepest slope of log η for a temperature. */
const hardened = [
  ...[4, 0, 1, 30, 2, 8, 2, 60].map((beta) => ({ of: exponential(beta), slope: (T: number) => beta / T })),
  { of: logistic(0.2, 0.05), slope: () => 20 },
];
hardened.splice(5, 0, hardened.pop()!);
const hardenings = hardened.map(({ of }) => of);

for (const fused of [true, false]) {
  Deno.test(`sums in vectors are those in float64, ${fused ? "with" : "without"} fused multiply-add`, () => {
    const random = new Random(0).child("row sums"), length = 777;
    const cosines = Float32Array.from({ length }, () => random.uniform(-1, 1));
    for (const temperature of [0.05, 0.5, 10]) {
      const plain = new PlainRowSums(hardenings, temperature, length);
      const vectors = new VectorRowSums(hardenings, temperature, length, fused);
      plain.load(cosines);
      vectors.load(cosines);
      for (const ranges of [[[0, length]], [[3, 8]], [[0, 1], [5, 700]], [[2, 2]]] as Ranges[]) {
        const expected = plain.over(ranges), sums = vectors.over(ranges);
        assertEquals(sums.count, expected.count);
        // A rounding of a cosine counts as often as the exponent is steep.
        const close = (value: number, wanted: number, slope: number, what: string) => {
          const where = `${what}, T ${temperature}, ${JSON.stringify(ranges)}`;
          if (value !== wanted) assertAlmostEquals(value, wanted, 1e-6 * Math.max(1, slope), where);
        };
        close(sums.logG, expected.logG, 1 / temperature, "g");
        hardened.forEach(({ of: { name, parameters }, slope }, h) => {
          const what = `${name} ${JSON.stringify(parameters)}`, eta = slope(temperature);
          close(sums.logEta[h], expected.logEta[h], eta, `η of ${what}`);
          close(sums.logEtaG[h], expected.logEtaG[h], eta + 1 / temperature, `η·g of ${what}`);
        });
      }
      const logQ = [0, 2, -5], tiny = [-60];
      for (const [i, wanted] of plain.positiveLosses([4, 90], tiny).entries()) {
        assertAlmostEquals(vectors.positiveLosses([4, 90], tiny)[i] / wanted, 1, 1e-5);
      }
      // One after the other and two at a time; ratios from far below 1 to far above, and what is no number.
      for (const positives of [[4, 90], [4, 91], [7, 8]] as const) {
        const logs = [...logQ, -80, 700, NaN], shapes = vectors.lossShapes(positives, logs);
        plain.lossShapes(positives, logs).forEach((wanted, i) => {
          for (const name of ["slope", "curvature"] as const) {
            const where = `${name} at ${logs[i]}, T ${temperature}, ${positives}`;
            if (Number.isNaN(wanted[name])) assert(Number.isNaN(shapes[i][name]), where);
            else assertAlmostEquals(shapes[i][name], wanted[name], 1e-13 * wanted[name], where);
          }
        });
      }
      plain.positiveLosses([4, 90], logQ).forEach((wanted, i) =>
        assertAlmostEquals(vectors.positiveLosses([4, 90], logQ)[i], wanted, 1e-6 * Math.max(1, wanted))
      );
    }
  });
}
