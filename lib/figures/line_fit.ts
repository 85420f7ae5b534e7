import jstat from "jstat";
import { checkLength } from "../core/checks.ts";

/** A straight line through points. */
export interface LineFit {
  /** Change of the value per unit of position. */
  slope: number;
  /** Half-width of the slope's 95 % interval; `NaN` for fewer than three points. */
  halfWidth: number;
  /** The line's value at `x = 0`. */
  intercept: number;
}

/**
 * The line of weighted least squares. The interval of its slope is Student's t with two degrees of freedom less than
 * points; the scatter around the line counts, but never less than the errors that the points come with.
 *
 * @param x positions, at least two different ones
 * @param y values
 * @param errors standard errors of the values, above 0; the points weigh alike where they are left out
 * @throws {RangeError} if the lengths differ or all positions are equal
 */
export function fitLine(x: readonly number[], y: readonly number[], errors?: readonly number[]): LineFit {
  checkLength("the values of a line", y, x.length, "one per position");
  if (errors) checkLength("the errors of a line", errors, x.length, "one per position");
  const weights = x.map((_, index) => errors ? errors[index] ** -2 : 1);
  const sum = (of: (index: number) => number) => x.reduce((total, _, index) => total + of(index), 0);
  const weight = sum((index) => weights[index]);
  const meanX = sum((index) => weights[index] * x[index]) / weight;
  const meanY = sum((index) => weights[index] * y[index]) / weight;
  const spread = sum((index) => weights[index] * (x[index] - meanX) ** 2);
  if (!(spread > 0)) {
    throw new RangeError(`Cannot fit a line as two positions must differ: received ${x.length} at one place`);
  }
  const slope = sum((index) => weights[index] * (x[index] - meanX) * (y[index] - meanY)) / spread;
  const intercept = meanY - slope * meanX;
  const freedom = x.length - 2;
  if (freedom < 1) return { slope, halfWidth: NaN, intercept };
  const scatter = sum((index) => weights[index] * (y[index] - intercept - slope * x[index]) ** 2) / freedom;
  const variance = Math.max(scatter, errors ? 1 : 0) / spread;
  return { slope, halfWidth: jstat.studentt.inv(0.975, freedom) * Math.sqrt(variance), intercept };
}
