// AssemblyScript: what the transforms of winograd.as and winograd_strided.as share.

export const PANEL: usize = 32; // bytes of a panel's row
export const VECTOR: usize = 16;
export const SIDE: i32 = 4; // results along a side of a tile

export const LOW: f32 = 0.70710678; // √½
export const HIGH: f32 = 1.41421356; // √2

/** c + a·b */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** c − a·b */
// @ts-ignore: decorator
@inline
export function nmadd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_nmadd(a, b, c);
  return f32x4.sub(c, f32x4.mul(a, b));
}

// @ts-ignore: decorator
@inline
export function scale(a: v128, by: f32): v128 {
  return f32x4.mul(a, f32x4.splat(by));
}

/** A vector of equal numbers that stays in a register; a constant would be made anew at every use. */
// @ts-ignore: decorator
@inline
export function held(value: f32, work: usize): v128 {
  store<f32>(work, value);
  return v128.load32_splat(work);
}

/** Fills `pixels` with the addresses of side × side pixels from (top, left) on; those outside the image are `outside`. */
// @ts-ignore: decorator
@inline
export function locate(
  pixels: usize,
  side: i32,
  image: usize,
  height: i32,
  width: i32,
  pixel: usize,
  top: i32,
  left: i32,
  outside: usize,
): void {
  for (let y = top; y < top + side; y++) {
    for (let x = left; x < left + side; x++, pixels += 4) {
      const inside = <u32>y < <u32>height && <u32>x < <u32>width;
      store<u32>(pixels, <u32>(inside ? image + <usize>(y * width + x) * pixel : outside));
    }
  }
}

/** Byte c of the i-th of the pixels. */
// @ts-ignore: decorator
@inline
export function channelsOf(pixels: usize, i: usize, c: usize): usize {
  return <usize>load<u32>(pixels + (i << 2)) + c;
}

/** The rows of A at ±√½, ±√2 and ∞ times 4 vectors; the results are stored `step` apart. */
// @ts-ignore: decorator
@inline
export function gradientLine(
  y0: v128,
  y1: v128,
  y2: v128,
  y3: v128,
  to: usize,
  step: usize,
  half: v128,
  two: v128,
  low: v128,
  high: v128,
): void {
  let even = madd(y2, half, y0), odd = f32x4.mul(madd(y3, half, y1), low);
  v128.store(to, f32x4.add(even, odd));
  to += step;
  v128.store(to, f32x4.sub(even, odd));
  to += step;
  even = madd(y2, two, y0);
  odd = f32x4.mul(madd(y3, two, y1), high);
  v128.store(to, f32x4.add(even, odd));
  to += step;
  v128.store(to, f32x4.sub(even, odd));
  v128.store(to + step, y3);
}

/** Aᵀ times 6 vectors, the first of which is of the point 0; if `finished`, plus a bias, at least `floor` (or NaN). */
// @ts-ignore: decorator
@inline
export function outputLine(
  m0: v128,
  m1: v128,
  m2: v128,
  m3: v128,
  m4: v128,
  m5: v128,
  to0: usize,
  to1: usize,
  to2: usize,
  to3: usize,
  half: v128,
  two: v128,
  low: v128,
  high: v128,
  finished: bool,
  bias: v128,
  floor: v128,
): void {
  const lowEven = f32x4.add(m1, m2), highEven = f32x4.add(m3, m4);
  const lowOdd = f32x4.mul(f32x4.sub(m1, m2), low), highOdd = f32x4.mul(f32x4.sub(m3, m4), high);
  finish(to0, f32x4.add(m0, f32x4.add(lowEven, highEven)), finished, bias, floor);
  finish(to1, f32x4.add(lowOdd, highOdd), finished, bias, floor);
  finish(to2, madd(highEven, two, f32x4.mul(lowEven, half)), finished, bias, floor);
  finish(to3, madd(highOdd, two, madd(lowOdd, half, m5)), finished, bias, floor);
}

// @ts-ignore: decorator
@inline
function finish(to: usize, value: v128, finished: bool, bias: v128, floor: v128): void {
  v128.store(to, finished ? f32x4.max(f32x4.add(value, bias), floor) : value);
}
