import { assertAlmostEquals } from "@std/assert";
import { exponential, logistic, Random } from "@hscl/hscl";
import { PlainRowSums, type Ranges } from "../../lib/theory/row_sums.ts";
import { VectorRowSums } from "../../lib/theory/vector_row_sums.ts";

// Some are twice others, in any order.
const hardenings = [exponential(4), exponential(0), exponential(1), exponential(30), exponential(2)]
  .concat(logistic(0.2, 0.05), exponential(8), exponential(2), exponential(60));

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
        const pairs = [[sums.logG, expected.logG]];
        hardenings.forEach((_, h) =>
          pairs.push([sums.logEta[h], expected.logEta[h]], [sums.logEtaG[h], expected.logEtaG[h]])
        );
        for (const [value, wanted] of pairs) {
          if (value !== wanted) assertAlmostEquals(value, wanted, 1e-6 * Math.max(1, 60 / temperature));
        }
      }
      const logQ = [0, 2, -5], tiny = [-60];
      for (const [i, wanted] of plain.positiveLosses([4, 90], tiny).entries()) {
        assertAlmostEquals(vectors.positiveLosses([4, 90], tiny)[i] / wanted, 1, 1e-5);
      }
      plain.positiveLosses([4, 90], logQ).forEach((wanted, i) =>
        assertAlmostEquals(vectors.positiveLosses([4, 90], logQ)[i], wanted, 1e-6 * Math.max(1, wanted))
      );
    }
  });
}
