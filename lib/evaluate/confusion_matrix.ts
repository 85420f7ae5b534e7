import { checkArray, checkInteger, checkOptions, checkPlaces } from "../core/checks.ts";
import { integerLabels, type Labels } from "../core/labels.ts";

/** Options of {@linkcode confusionMatrix}. */
export interface ConfusionMatrixOptions {
  /** Number of classes. */
  classes: number;
}

/**
 * How often each class was taken for which: row `i`, column `j` is the share of class `i` that was predicted to be `j`. Rows
 * add up to 1; those of a class that does not occur are 0.
 *
 * @param labels the true class of each item, `0 … classes − 1`
 * @param predictions the predicted ones, in the same order
 * @throws {RangeError} if there are not as many predictions as labels, or one is no class
 * @throws {TypeError} if one is no integer
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { confusionMatrix } from "@hscl/hscl/evaluate";
 * assertEquals(confusionMatrix([0, 0, 1, 1], [0, 1, 1, 1], { classes: 2 }), [[0.5, 0.5], [0, 1]]);
 * ```
 */
export function confusionMatrix(
  labels: Labels,
  predictions: Labels,
  options: ConfusionMatrixOptions,
): number[][] {
  const { classes } = checkOptions(options, { classes: true });
  checkInteger("classes", classes, { min: 1 });
  checkPlaces("classes", { "true classes": classes, "predicted classes": classes }, 8);
  checkArray("labels", labels, "integers");
  checkArray("predictions", predictions, "integers");
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  const actual = integerLabels("labels", labels, labels.length, "one per item");
  const predicted = integerLabels("predictions", predictions, labels.length, "one per label");
  for (let item = 0; item < actual.length; item++) {
    checkInteger("a label", actual[item], { min: 0, max: classes - 1 });
    checkInteger("a prediction", predicted[item], { min: 0, max: classes - 1 });
    counts[actual[item]][predicted[item]]++;
  }
  return counts.map((row) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count) => total === 0 ? 0 : count / total);
  });
}
