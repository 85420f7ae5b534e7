// AssemblyScript: exponentials and logarithms of four floats at a time. Their constants are read from a table that
// `writeTable` fills: as literals V8 makes them anew each time, and the memory of a module is that of the backend.

/** Bytes of the table. */
export const TABLE: usize = 80;

/** c + a·b */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

export function writeTable(table: usize): void {
  // 2^f on |f| ≤ ½ is 1 + c1·f + … + c5·f⁵, the minimax polynomial that is exact at 0: 9e-8 relative.
  store<f32>(table, 1);
  store<f32>(table, 0.693146978, 4);
  store<f32>(table, 0.240222421, 8);
  store<f32>(table, 0.0555073374, 12);
  store<f32>(table, 0.00967151281, 16);
  store<f32>(table, 0.00132647272, 20);
  store<f32>(table, 12582912, 24); // 1.5 · 2²³: adding it to |x| < 2²² leaves the nearest integer in the low bits
  store<f32>(table, -126, 28); // least exponent
  // log(1 + x) on 0 ≤ x ≤ 1 is x · (c0 + c1·x + … + c8·x⁸), the minimax polynomial in relative terms: 3e-8.
  store<f32>(table, 0.99999994, 32);
  store<f32>(table, -0.499994934, 36);
  store<f32>(table, 0.333190978, 40);
  store<f32>(table, -0.248429775, 44);
  store<f32>(table, 0.191059887, 48);
  store<f32>(table, -0.136632085, 52);
  store<f32>(table, 0.0782255083, 56);
  store<f32>(table, -0.0295049641, 60);
  store<f32>(table, 0.00523262518, 64);
}

/** 2^x for x ≤ 0, or little above; 2^-126 for what is less than -126, and NaN for NaN. */
// @ts-ignore: decorator
@inline
export function power(x: v128, table: usize): v128 {
  const round = v128.load32_splat(table, 24), y = f32x4.pmax(x, v128.load32_splat(table, 28));
  const rounded = f32x4.add(y, round), f = f32x4.sub(y, f32x4.sub(rounded, round));
  let p = madd(v128.load32_splat(table, 20), f, v128.load32_splat(table, 16));
  p = madd(p, f, v128.load32_splat(table, 12));
  p = madd(p, f, v128.load32_splat(table, 8));
  p = madd(p, f, v128.load32_splat(table, 4));
  p = madd(p, f, v128.load32_splat(table));
  // Adding the integer to the exponent's bits multiplies by its power of two.
  return i32x4.add(p, i32x4.shl(rounded, 23));
}

/** log(1 + x) for 0 ≤ x ≤ 1. */
// @ts-ignore: decorator
@inline
export function logOfOnePlus(x: v128, table: usize): v128 {
  let p = madd(v128.load32_splat(table, 64), x, v128.load32_splat(table, 60));
  p = madd(p, x, v128.load32_splat(table, 56));
  p = madd(p, x, v128.load32_splat(table, 52));
  p = madd(p, x, v128.load32_splat(table, 48));
  p = madd(p, x, v128.load32_splat(table, 44));
  p = madd(p, x, v128.load32_splat(table, 40));
  p = madd(p, x, v128.load32_splat(table, 36));
  p = madd(p, x, v128.load32_splat(table, 32));
  return f32x4.mul(p, x);
}

/** All ones in the first `count` lanes. */
// @ts-ignore: decorator
@inline
export function firstLanes(count: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
}

/** The sum of all four, in float64. */
// @ts-ignore: decorator
@inline
export function total(x: v128): f64 {
  const high = v128.shuffle<i32>(x, x, 2, 3, 0, 1);
  const halves = f64x2.add(f64x2.promote_low_f32x4(x), f64x2.promote_low_f32x4(high));
  return f64x2.extract_lane(halves, 0) + f64x2.extract_lane(halves, 1);
}

/** The largest of all four. */
// @ts-ignore: decorator
@inline
export function largest(x: v128): f32 {
  return max(
    max(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1)),
    max(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)),
  );
}
