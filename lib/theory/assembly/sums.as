// AssemblyScript: sums of exponentials over a row of cosines, four at a time. Compiled twice by `deno task build:wasm`: with
// fused multiply-add, and for engines without it.
// Addresses are bytes, counts are elements. Up to three floats past the end of a row are read and written.
//
// Terms are float32; at most 64 vectors are added before the sums go on in float64.

import { power } from "./exponential";

const CHUNK: i32 = 256;

// What `powerOf` needs. Read from memory before a loop, these stay in registers; as literals V8 makes them anew each time.
// 2^f on |f| ≤ ½ is 1 + c1·f + … + c5·f⁵, the minimax polynomial that is exact at 0: 9e-8 relative.
const constants = memory.data<f32>([
  0.693146978, 0.240222421, 0.0555073374, 0.00967151281, 0.00132647272, // c1 … c5
  12582912, // 1.5 · 2²³: adding it to |x| < 2²² leaves the nearest integer in the low bits
  -126, // least exponent
]);

/** One of the constants in all four lanes. */
// @ts-ignore: decorator
@inline
function constant(index: usize): v128 {
  return v128.load32_splat(constants + (index << 2));
}

/** c + a·b */
// @ts-ignore: decorator
@inline
function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** 2^y for y ≤ 0; 2^-126 below that. */
// @ts-ignore: decorator
@inline
function powerOf(
  exponent: v128,
  c1: v128,
  c2: v128,
  c3: v128,
  c4: v128,
  c5: v128,
  round: v128,
  least: v128,
  one: v128,
): v128 {
  const y = f32x4.pmax(exponent, least);
  const rounded = f32x4.add(y, round);
  const f = f32x4.sub(y, f32x4.sub(rounded, round));
  let p = madd(c5, f, c4);
  p = madd(p, f, c3);
  p = madd(p, f, c2);
  p = madd(p, f, c1);
  p = madd(p, f, one);
  // Adding the integer to the exponent's bits multiplies by its power of two.
  return i32x4.add(p, i32x4.shl(rounded, 23));
}

/** All ones in the first `count` lanes. */
// @ts-ignore: decorator
@inline
function firstLanes(count: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
}

// @ts-ignore: decorator
@inline
function total(x: v128): f64 {
  const high = v128.shuffle<i32>(x, x, 2, 3, 0, 1);
  const halves = f64x2.add(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(high));
  return f64x2.extract_lane(halves, 0) + f64x2.extract_lane(halves, 1);
}

/** Where memory is free, in bytes. */
export function free(): usize {
  return (__heap_base + 15) & ~15;
}

/** The largest of `count` floats. */
export function largest(from: usize, count: i32): f32 {
  let most = f32x4.splat(-<f32>Infinity);
  for (; count > 3; count -= 4, from += 16) most = f32x4.pmax(most, v128.load(from));
  if (count > 0) most = v128.bitselect(f32x4.pmax(most, v128.load(from)), most, firstLanes(count));
  return max(
    max(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)),
    max(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
  );
}

/** Adds to the sums of four columns; of fewer, `x` is zero where there is none. */
// @ts-ignore: decorator
@inline
function addTo(columns: usize, x: v128): void {
  v128.store(columns, f32x4.add(v128.load(columns), x));
}

/** See {@link powers}. */
// @ts-ignore: decorator
@inline
function powersOf(from: usize, count: i32, shift: f32, scale: f32, to: usize, columns: usize, both: bool): f64 {
  const shifts = f32x4.splat(shift), scales = f32x4.splat(scale), one = f32x4.splat(1);
  const c1 = constant(0), c2 = constant(1), c3 = constant(2), c4 = constant(3), c5 = constant(4);
  const round = constant(5), least = constant(6);
  let sum: f64 = 0;
  while (count > 0) {
    let chunk = min(count, CHUNK), partial = f32x4.splat(0);
    count -= chunk;
    for (; chunk > 0; chunk -= 4, from += 16, to += 16) {
      const y = f32x4.mul(f32x4.sub(v128.load(from), shifts), scales);
      const term = powerOf(y, c1, c2, c3, c4, c5, round, least, one);
      v128.store(to, term);
      const g = chunk > 3 ? term : v128.and(term, firstLanes(chunk));
      partial = f32x4.add(partial, g);
      if (both) {
        addTo(columns, g);
        columns += 16;
      }
    }
    sum += total(partial);
  }
  return sum;
}

/** to = 2^((x − shift) · scale), and its sum. */
export function powers(from: usize, count: i32, shift: f32, scale: f32, to: usize): f64 {
  return powersOf(from, count, shift, scale, to, 0, false);
}

/** The same, which is also added to float32 sums of each column. */
export function sharedPowers(
  from: usize,
  count: i32,
  shift: f32,
  scale: f32,
  to: usize,
  columns: usize,
): f64 {
  return powersOf(from, count, shift, scale, to, columns, true);
}

/** The first `count` lanes of `x` to memory. */
// @ts-ignore: decorator
@inline
function storeLanes(to: usize, x: v128, count: i32): void {
  v128.store(to, v128.bitselect(x, v128.load(to), firstLanes(count)));
}

/** See {@link weighted}. */
// @ts-ignore: decorator
@inline
function weightedOf(
  from: usize,
  count: i32,
  shift: f32,
  scale: f32,
  g: usize,
  to: usize,
  sums: usize,
  etaColumns: usize,
  productColumns: usize,
  both: bool,
): void {
  const shifts = f32x4.splat(shift), scales = f32x4.splat(scale), one = f32x4.splat(1);
  const c1 = constant(0), c2 = constant(1), c3 = constant(2), c4 = constant(3), c5 = constant(4);
  const round = constant(5), least = constant(6);
  let etaSum: f64 = 0, productSum: f64 = 0;
  while (count > 0) {
    let chunk = min(count, CHUNK), etas = f32x4.splat(0), products = f32x4.splat(0);
    count -= chunk;
    for (; chunk > 3; chunk -= 4, from += 16, g += 16, to += 16) {
      const y = f32x4.mul(f32x4.sub(v128.load(from), shifts), scales);
      const eta = powerOf(y, c1, c2, c3, c4, c5, round, least, one);
      v128.store(to, eta);
      etas = f32x4.add(etas, eta);
      products = madd(eta, v128.load(g), products);
      if (both) {
        addTo(etaColumns, eta);
        v128.store(productColumns, madd(eta, v128.load(g), v128.load(productColumns)));
        etaColumns += 16;
        productColumns += 16;
      }
    }
    if (chunk > 0) {
      const y = f32x4.mul(f32x4.sub(v128.load(from), shifts), scales);
      const eta = v128.and(powerOf(y, c1, c2, c3, c4, c5, round, least, one), firstLanes(chunk));
      storeLanes(to, eta, chunk);
      etas = f32x4.add(etas, eta);
      products = madd(eta, v128.load(g), products);
      if (both) {
        addTo(etaColumns, eta);
        v128.store(productColumns, madd(eta, v128.load(g), v128.load(productColumns)));
      }
    }
    etaSum += total(etas);
    productSum += total(products);
  }
  store<f64>(sums, load<f64>(sums) + etaSum);
  store<f64>(sums, load<f64>(sums, 8) + productSum, 8);
}

/** to = η = 2^((x − shift) · scale); adds the sums of η and of η · g to the two float64 at `sums`. */
export function weighted(
  from: usize,
  count: i32,
  shift: f32,
  scale: f32,
  g: usize,
  to: usize,
  sums: usize,
): void {
  weightedOf(from, count, shift, scale, g, to, sums, 0, 0, false);
}

/** The same, which is also added to float32 sums of each column. */
export function sharedWeighted(
  from: usize,
  count: i32,
  shift: f32,
  scale: f32,
  g: usize,
  to: usize,
  sums: usize,
  etaColumns: usize,
  productColumns: usize,
): void {
  weightedOf(from, count, shift, scale, g, to, sums, etaColumns, productColumns, true);
}

/** See {@link squared}. */
// @ts-ignore: decorator
@inline
function squaredOf(
  eta: usize,
  count: i32,
  g: usize,
  sums: usize,
  etaColumns: usize,
  productColumns: usize,
  both: bool,
): void {
  // Smaller squares would be subnormal, which processors are slow at.
  const least = f32x4.splat(1.0842021724855044e-19);
  let etaSum: f64 = 0, productSum: f64 = 0;
  while (count > 0) {
    let chunk = min(count, CHUNK), etas = f32x4.splat(0), products = f32x4.splat(0);
    count -= chunk;
    for (; chunk > 3; chunk -= 4, eta += 16, g += 16) {
      const root = f32x4.pmax(v128.load(eta), least), square = f32x4.mul(root, root);
      v128.store(eta, square);
      etas = f32x4.add(etas, square);
      products = madd(square, v128.load(g), products);
      if (both) {
        addTo(etaColumns, square);
        v128.store(productColumns, madd(square, v128.load(g), v128.load(productColumns)));
        etaColumns += 16;
        productColumns += 16;
      }
    }
    if (chunk > 0) {
      const root = f32x4.pmax(v128.load(eta), least);
      const square = v128.and(f32x4.mul(root, root), firstLanes(chunk));
      storeLanes(eta, square, chunk);
      etas = f32x4.add(etas, square);
      products = madd(square, v128.load(g), products);
      if (both) {
        addTo(etaColumns, square);
        v128.store(productColumns, madd(square, v128.load(g), v128.load(productColumns)));
      }
    }
    etaSum += total(etas);
    productSum += total(products);
  }
  store<f64>(sums, load<f64>(sums) + etaSum);
  store<f64>(sums, load<f64>(sums, 8) + productSum, 8);
}

/** Squares the η, as twice the β does, and adds the same sums; below 2^-63 they count as that. */
export function squared(eta: usize, count: i32, g: usize, sums: usize): void {
  squaredOf(eta, count, g, sums, 0, 0, false);
}

/** The same, which is also added to float32 sums of each column. */
export function sharedSquared(
  eta: usize,
  count: i32,
  g: usize,
  sums: usize,
  etaColumns: usize,
  productColumns: usize,
): void {
  squaredOf(eta, count, g, sums, etaColumns, productColumns, true);
}

/** Adds float32 sums of columns to those in float64, and begins them anew. */
export function settle(columns: usize, count: i32, to: usize): void {
  const zero = f32x4.splat(0);
  for (; count > 3; count -= 4, columns += 16, to += 32) {
    const x = v128.load(columns), high = v128.shuffle<i32>(x, x, 2, 3, 0, 1);
    v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(x)));
    v128.store(to, f64x2.add(v128.load(to, 16), f64x2.promote_low_f32x4(high)), 16);
    v128.store(columns, zero);
  }
  for (; count > 0; count--, columns += 4, to += 8) {
    store<f64>(to, load<f64>(to) + <f64>load<f32>(columns));
    store<f32>(columns, 0);
  }
}

/**
 * Products of up to 4 · steps of the factors 1 + weight · x, in float64, one after the other to `to`; returns how many
 * products there are. The floats up to the next multiple of four must be zero.
 */
export function products(from: usize, count: i32, weight: f64, steps: i32, to: usize): i32 {
  const one = f64x2.splat(1), weights = f64x2.splat(weight), start = to;
  for (let left = (count + 3) >> 2; left > 0; left -= steps, to += 8) {
    let low = one, high = one;
    for (let step = min(left, steps); step > 0; step--, from += 16) {
      const x = v128.load(from);
      low = f64x2.mul(low, f64x2.add(one, f64x2.mul(weights, f64x2.promote_low_f32x4(x))));
      const y = v128.shuffle<i32>(x, x, 2, 3, 0, 1);
      high = f64x2.mul(high, f64x2.add(one, f64x2.mul(weights, f64x2.promote_low_f32x4(y))));
    }
    const both = f64x2.mul(low, high);
    store<f64>(to, f64x2.extract_lane(both, 0) * f64x2.extract_lane(both, 1));
  }
  return <i32>((to - start) >> 3);
}

/** to = e^(x · scale) in float64, of floats; of an odd number, one float64 past the end is written. */
export function exponentials(from: usize, count: i32, scale: f64, to: usize): void {
  const scales = f64x2.splat(scale);
  for (; count > 0; count -= 2, from += 8, to += 16) {
    v128.store(to, power(f64x2.mul(f64x2.promote_low_f32x4(v128.load64_zero(from)), scales)));
  }
}

/**
 * Adds up σ = r / (1 + r) and σ / (1 + r) of the ratios r = weight · x of float64, to the two float64 at `sums`. σ is exact to the
 * last digit also where it is tiny.
 */
export function shapes(from: usize, count: i32, weight: f64, sums: usize): void {
  const one = f64x2.splat(1), half = f64x2.splat(0.5), weights = f64x2.splat(weight);
  let slopes = f64x2.splat(0), curvatures = f64x2.splat(0);
  for (; count > 1; count -= 2, from += 16) {
    const ratio = f64x2.mul(weights, v128.load(from)), rest = f64x2.div(one, f64x2.add(one, ratio));
    const sigmoid = v128.bitselect(f64x2.mul(ratio, rest), f64x2.sub(one, rest), f64x2.gt(rest, half));
    slopes = f64x2.add(slopes, sigmoid);
    curvatures = f64x2.add(curvatures, f64x2.mul(rest, sigmoid));
  }
  let slope = f64x2.extract_lane(slopes, 0) + f64x2.extract_lane(slopes, 1);
  let curvature = f64x2.extract_lane(curvatures, 0) + f64x2.extract_lane(curvatures, 1);
  if (count > 0) {
    const ratio = weight * load<f64>(from), rest = 1 / (1 + ratio);
    const sigmoid = rest > 0.5 ? ratio * rest : 1 - rest;
    slope += sigmoid;
    curvature += rest * sigmoid;
  }
  store<f64>(sums, slope);
  store<f64>(sums, curvature, 8);
}
