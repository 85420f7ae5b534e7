import { checkArray, checkNumber, checkObject } from "../core/checks.ts";
import { pairedInterval } from "../core/interval.ts";
import type { Displayable } from "./display.ts";
import { table } from "./table.ts";

/** Two lists of shares, 0 … 1, of which the i-th of one belongs to the i-th of the other: they have the seed, or the image, in common. */
export interface SharePairs {
  /** What may be higher or lower. */
  readonly first: ArrayLike<number>;
  /** What it is compared with. */
  readonly second: ArrayLike<number>;
}

/**
 * Comparisons as a table: the means of two lists of shares in percent, the mean of their paired differences with its 95 %
 * interval by Student's t, and whether that decides: `higher` or `lower` if zero is not in it, else `not decided`. So what
 * a notebook says of two trainings follows from their numbers.
 *
 * @param comparisons the pairs by what they compare, e.g. `"H-SCL − SCL"`
 * @throws {TypeError} if shares are no finite numbers
 * @throws {RangeError} if two lists are of different lengths, or there are no comparisons
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { notebook } from "@hscl/hscl";
 * const shown = notebook.differences({ "H-SCL − SCL": { first: [0.81, 0.83, 0.8], second: [0.7, 0.71, 0.7] } });
 * assert(String(shown[notebook.jupyterDisplay]()["text/plain"]).endsWith("higher"));
 * ```
 */
export function differences(comparisons: Readonly<Record<string, SharePairs>>): Displayable {
  checkObject("comparisons", comparisons);
  return table(
    Object.entries(comparisons).map(([name, pairs]) => {
      checkObject(`comparison ${name}`, pairs);
      const { first, second } = pairs;
      for (const [side, shares] of Object.entries({ first, second })) {
        checkArray(`${side} of ${name}`, shares, "numbers");
        for (let i = 0; i < shares.length; i++) checkNumber(`${side}[${i}] of ${name}`, shares[i]);
      }
      const { mean, halfWidth, count } = pairedInterval(first, second);
      const low = mean - halfWidth, high = mean + halfWidth;
      return {
        "in percent": name,
        first: 100 * meanOf(first),
        second: 100 * meanOf(second),
        difference: 100 * mean,
        "95 % from": 100 * low,
        to: 100 * high,
        pairs: count,
        verdict: low > 0 ? "higher" : high < 0 ? "lower" : "not decided",
      };
    }),
  );
}

function meanOf(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
}
