// AssemblyScript: how the means and losses of an anchor change without each of some embeddings, two of these at a time, in float64.
// Addresses are bytes, counts are elements of float64.

import { line, power } from "./exponential";

/** artanh(s) / s of the square of s, to so many terms. */
// @ts-ignore: decorator
@inline
function artanh(square: v128, terms: i32): v128 {
  let sum = f64x2.splat(1 / <f64>(2 * terms + 1));
  for (let k = terms - 1; k >= 0; k--) sum = line(f64x2.splat(1 / <f64>(2 * k + 1)), sum, square);
  return sum;
}

/** log(1 + x) = 2 artanh(x / (2 + x)). */
// @ts-ignore: decorator
@inline
function logOnePlus(x: v128, terms: i32): v128 {
  const s = f64x2.div(x, f64x2.add(f64x2.splat(2), x));
  return f64x2.mul(f64x2.add(s, s), artanh(f64x2.mul(s, s), terms));
}

/** The last value of an odd number of them leaves its neighbour alone. */
// @ts-ignore: decorator
@inline
function storeLanes(to: usize, x: v128, left: i32): void {
  if (left > 1) v128.store(to, x);
  else v128.store64_lane(to, x, 0);
}

/** Whether a lane of a comparison, of those that count, is true. */
// @ts-ignore: decorator
@inline
function any(x: v128, left: i32): i32 {
  const bits = i64x2.bitmask(x);
  return left > 1 ? bits : bits & 1;
}

/** Where memory is free, in bytes. */
export function free(): usize {
  return (__heap_base + 15) & ~15;
}

/** to = e^(slope · x − shift) */
export function exponentials(from: usize, count: i32, slope: f64, shift: f64, to: usize): void {
  const slopes = f64x2.splat(slope), shifts = f64x2.splat(shift);
  for (; count > 0; count -= 2, from += 16, to += 16) {
    storeLanes(to, power(f64x2.sub(f64x2.mul(v128.load(from), slopes), shifts)), count);
  }
}

/**
 * Without a pair that has a part of the weight: by how much the mean `h` of its part of the pairs changes, and `all`, that of all,
 * in which the part has a share; and the derivatives in the weight. Returns whether some pair has more than `most` of one of the
 * two, or what is no number: then the difference of the rest would lose its digits.
 */
export function changes(
  weights: usize,
  g: usize,
  count: i32,
  h: f64,
  all: f64,
  share: f64,
  most: f64,
  linear: usize,
  by: usize,
  allLinear: usize,
  allBy: usize,
): bool {
  const hs = f64x2.splat(h), alls = f64x2.splat(all), shares = f64x2.splat(share), limit = f64x2.splat(most);
  const one = f64x2.splat(1);
  let rare = 0;
  for (; count > 0; count -= 2) {
    const weight = v128.load(weights), value = v128.load(g), ofAll = f64x2.mul(weight, shares);
    const slope = f64x2.mul(weight, f64x2.sub(hs, value)), allSlope = f64x2.mul(ofAll, f64x2.sub(alls, value));
    storeLanes(linear, slope, count);
    storeLanes(allLinear, allSlope, count);
    storeLanes(by, f64x2.div(slope, f64x2.sub(one, weight)), count);
    storeLanes(allBy, f64x2.div(allSlope, f64x2.sub(one, ofAll)), count);
    const usual = v128.and(f64x2.lt(weight, limit), f64x2.lt(ofAll, limit));
    rare |= any(v128.not(usual), count);
    weights += 16, g += 16, linear += 16, by += 16, allLinear += 16, allBy += 16;
  }
  return rare != 0;
}

/**
 * By how much a loss changes with its mean h, which changes by `hBy` where 1/h is `inverse`: by slope and curvature in log h, whose
 * steps are to be small. Returns whether some relative change is larger than `most`.
 */
export function lossChanges(
  hLinear: usize,
  hBy: usize,
  count: i32,
  inverse: f64,
  slope: f64,
  curvature: f64,
  most: f64,
  linear: usize,
  by: usize,
): bool {
  const inverses = f64x2.splat(inverse), slopes = f64x2.splat(slope), limit = f64x2.splat(most);
  const halves = f64x2.splat(0.5 * curvature);
  let rare = 0;
  for (; count > 0; count -= 2) {
    const relative = f64x2.mul(v128.load(hBy), inverses), step = logOnePlus(relative, 4);
    storeLanes(linear, f64x2.mul(slopes, f64x2.mul(v128.load(hLinear), inverses)), count);
    storeLanes(by, f64x2.mul(line(slopes, halves, step), step), count);
    rare |= any(f64x2.gt(f64x2.abs(relative), limit), count);
    hLinear += 16, hBy += 16, linear += 16, by += 16;
  }
  return rare != 0;
}

/** log(1 + e^x) */
// @ts-ignore: decorator
@inline
function softplus(x: v128): v128 {
  const tail = logOnePlus(power(f64x2.neg(f64x2.abs(x))), 16);
  return f64x2.add(f64x2.pmax(x, f64x2.splat(0)), tail);
}

/**
 * The same for a mean over `number` positives, where what is left out is one of these, with cosine · `scale` its score, and
 * `value` is the mean of log(1 + e^(logQh − score)).
 */
export function positiveChanges(
  cosines: usize,
  hLinear: usize,
  hBy: usize,
  count: i32,
  inverse: f64,
  slope: f64,
  curvature: f64,
  most: f64,
  scale: f64,
  logQh: f64,
  value: f64,
  number: f64,
  linear: usize,
  by: usize,
): bool {
  const inverses = f64x2.splat(inverse), slopes = f64x2.splat(slope), limit = f64x2.splat(most);
  const halves = f64x2.splat(0.5 * curvature), scales = f64x2.splat(scale), logs = f64x2.splat(logQh);
  const values = f64x2.splat(value), numbers = f64x2.splat(number), others = f64x2.splat(number - 1);
  let rare = 0;
  for (; count > 0; count -= 2) {
    const relative = f64x2.mul(v128.load(hBy), inverses), step = logOnePlus(relative, 4);
    const exponent = f64x2.sub(logs, f64x2.mul(v128.load(cosines), scales));
    const own = f64x2.sub(softplus(exponent), values);
    const changed = f64x2.sub(softplus(f64x2.add(exponent, step)), values);
    const ofH = f64x2.mul(slopes, f64x2.mul(v128.load(hLinear), inverses));
    storeLanes(linear, f64x2.sub(ofH, f64x2.div(own, numbers)), count);
    const change = f64x2.mul(line(slopes, halves, step), step);
    storeLanes(by, f64x2.div(f64x2.sub(f64x2.mul(numbers, change), changed), others), count);
    rare |= any(f64x2.gt(f64x2.abs(relative), limit), count);
    cosines += 16, hLinear += 16, hBy += 16, linear += 16, by += 16;
  }
  return rare != 0;
}

/** Adds changes to two sums; those that are no number are left out of the second, and it is said that there are some. */
export function add(linear: usize, by: usize, count: i32, linearSum: usize, bySum: usize): bool {
  let numbers = f64x2.eq(f64x2.splat(0), f64x2.splat(0));
  for (; count > 1; count -= 2) {
    const change = v128.load(by), isNumber = f64x2.eq(change, change);
    v128.store(linearSum, f64x2.add(v128.load(linearSum), v128.load(linear)));
    v128.store(bySum, f64x2.add(v128.load(bySum), v128.and(change, isNumber)));
    numbers = v128.and(numbers, isNumber);
    linear += 16, by += 16, linearSum += 16, bySum += 16;
  }
  let areAll = i64x2.all_true(numbers);
  if (count > 0) {
    const change = load<f64>(by), isNumber = change == change;
    store<f64>(linearSum, load<f64>(linearSum) + load<f64>(linear));
    if (isNumber) store<f64>(bySum, load<f64>(bySum) + change);
    areAll = areAll && isNumber;
  }
  return !areAll;
}
