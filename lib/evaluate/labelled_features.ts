import { checkLength, checkObject } from "../core/checks.ts";
import { float32Array } from "../core/float_array.ts";
import { type Classes, classesOf, integerLabels, type Labels } from "../core/labels.ts";

/** Feature vectors with their classes. */
export interface LabelledFeatures {
  /** Row-major `[count, dim]`; rows need not have unit norm. */
  readonly features: ArrayLike<number>;
  /** Class of each row, `0 … classes - 1`. */
  readonly labels: Labels;
}

/** Predictions are 32-bit integers. */
export const MOST_CLASSES = 2 ** 31;

/** {@linkcode LabelledFeatures} that were checked. */
export interface CheckedFeatures {
  /** Row-major `[count, dim]`, finite. */
  readonly features: Float32Array;
  /** Class of each row. */
  readonly labels: ArrayLike<number>;
  /** The classes that have a row, however many there might be. */
  readonly present: Classes;
  /** Number of rows. */
  readonly count: number;
}

/**
 * Checks one side of a classification.
 *
 * @throws {TypeError} if the features are no array of numbers, or a label is no integer
 * @throws {RangeError} if the array's length does not fit `dim`, a label is not a class, a feature is not finite, or there
 * is no row
 */
export function checkFeatures(
  name: string,
  given: LabelledFeatures,
  dim: number,
  classes: number,
): CheckedFeatures {
  checkObject(name, given);
  const features = float32Array(`${name} features`, given.features);
  const labels = integerLabels(`${name} labels`, given.labels);
  if (labels.length === 0) {
    throw new RangeError(`Cannot classify as ${name} must not be empty: received 0 rows`);
  }
  checkLength(`${name} features`, features, labels.length * dim, `${labels.length} labels × dim ${dim}`);
  const broken = features.findIndex((value) => !Number.isFinite(value));
  if (broken >= 0) {
    throw new RangeError(
      `Cannot classify as ${name} features must be finite: received ${features[broken]} in row ${
        Math.floor(broken / dim)
      }`,
    );
  }
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] < 0 || labels[i] >= classes) {
      throw new RangeError(
        `Cannot classify as each label of ${name} must be one of 0 … ${classes - 1}: received ${
          labels[i]
        } at index ${i}`,
      );
    }
  }
  return { features, labels, present: classesOf(labels), count: labels.length };
}

/** Share of rows whose prediction is their label. */
export function accuracyOf(predictions: Int32Array, labels: ArrayLike<number>): number {
  return predictions.reduce((sum, label, i) => sum + (label === labels[i] ? 1 : 0), 0) / predictions.length;
}

/** Share of rows whose class has one of the first places, given its place from 1; 0 is none. */
export function shareWithin(ranks: Int32Array, places: number): number {
  return ranks.reduce((sum, rank) => sum + (rank > 0 && rank <= places ? 1 : 0), 0) / ranks.length;
}
