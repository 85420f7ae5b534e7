import { assertAlmostEquals, assertEquals } from "@std/assert";
import { studentQuantile } from "../../lib/core/student_t/compiled.ts";

// Roots of the distribution, a regularised incomplete beta function, found by mpmath with 40 digits; scipy's agree to 1e-14.
const quantiles = [
  [0.975, 1, 12.706204736174694],
  [0.975, 2, 4.302652729749462],
  [0.975, 4, 2.7764451051977934],
  [0.975, 9, 2.262157162798205],
  [0.975, 99, 1.9842169515864172],
  [0.975, 499, 1.9647293909876886],
  [0.975, 1000, 1.962339080826408],
  [0.9916666666666667, 4, 3.960786482770183],
  [0.9958333333333333, 9, 3.3642034324399916],
  [0.9979166666666667, 19, 3.2549959644253335],
  [0.9993055555555556, 2, 26.804856788714968],
];

Deno.test("studentQuantile: as mpmath finds them, to the last digits", () => {
  for (const [probability, degrees, expected] of quantiles) {
    assertAlmostEquals(
      studentQuantile(probability, degrees) / expected,
      1,
      1e-14,
      `${probability}, ${degrees}`,
    );
    assertAlmostEquals(studentQuantile(1 - probability, degrees), -expected, 1e-9 * expected);
  }
  assertEquals(studentQuantile(0.5, 3), 0);
  assertEquals(studentQuantile(0.975, 0), NaN);
});
