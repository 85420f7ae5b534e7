// AssemblyScript: the transforms of winograd.as for stride 2. Along one axis a convolution with 3 taps and stride 2 is the
// sum of one with the taps 0 and 2 over the even pixels and one with tap 1 over the odd pixels. Of 4 results
//
//   Y = Aᵀ [(G g₀₂) ⊙ (B d_even) + (G' g₁) ⊙ (B' d_odd)]
//
// where the polynomials of the first are sampled at ±√½, ±√2 and ∞ and those of the second at the first four of these, so
// that both are added before they are transformed back: 9 products in place of 12 along an axis, 81 in place of 144 for
// a tile of 4 × 4 results from 9 × 9 pixels. The idea is Lavin & Gray's, arXiv 1509.09308.
//
// Compiled twice by `deno task build:wasm`, as product.as is; conventions are those of winograd.as. A transformed tile has
// 25 entries, 5·i + j. Entry (i, j) sums over up to 4 blocks of channels, in this order: even rows and columns, even rows
// and odd columns (j < 4), odd rows and even columns (i < 4), both odd (i, j < 4).
//
// `work` has room for 108 vectors, `pixels` for 81 addresses.

import {
  channelsOf,
  gradientLine,
  held,
  HIGH,
  locate,
  LOW,
  madd,
  nmadd,
  outputLine,
  PANEL,
  scale,
  SIDE,
  VECTOR,
} from "./winograd_common";

const PATCH: i32 = 9; // inputs along a side of a tile
const LINE: usize = 9 * VECTOR; // bytes of a line of a patch

/** Blocks of channels of entry (i, j). */
// @ts-ignore: decorator
@inline
function blocksOf(i: i32, j: i32): i32 {
  return (i < 4 ? 2 : 1) * (j < 4 ? 2 : 1);
}

/** B' times 4 vectors, which is also the first rows of B; the results are stored `step` apart. */
// @ts-ignore: decorator
@inline
function inputLine(
  e0: v128,
  e1: v128,
  e2: v128,
  e3: v128,
  to: usize,
  step: usize,
  half: v128,
  two: v128,
  low: v128,
  high: v128,
): void {
  let even = nmadd(e2, half, e0), odd = f32x4.mul(nmadd(e3, half, e1), high);
  v128.store(to, f32x4.add(even, odd));
  to += step;
  v128.store(to, f32x4.sub(even, odd));
  to += step;
  even = nmadd(e2, two, e0);
  odd = f32x4.mul(nmadd(e3, two, e1), low);
  v128.store(to, f32x4.add(even, odd));
  v128.store(to + step, f32x4.sub(even, odd));
}

/** The last row of B. */
// @ts-ignore: decorator
@inline
function inputLast(e0: v128, e2: v128, e4: v128, half: v128, two: v128): v128 {
  return f32x4.add(nmadd(e2, two, e0), nmadd(e2, half, e4));
}

/** The adjoint of {@linkcode inputLine} and {@linkcode inputLast}, but for its last result, which is v4. */
// @ts-ignore: decorator
@inline
function spreadLine(
  v0: v128,
  v1: v128,
  v2: v128,
  v3: v128,
  v4: v128,
  to: usize,
  step: usize,
  half: v128,
  two: v128,
  low: v128,
  high: v128,
): void {
  const lowEven = f32x4.add(v0, v1), highEven = f32x4.add(v2, v3);
  const lowOdd = f32x4.mul(f32x4.sub(v0, v1), high), highOdd = f32x4.mul(f32x4.sub(v2, v3), low);
  v128.store(to, f32x4.add(f32x4.add(lowEven, highEven), v4));
  to += step;
  v128.store(to, f32x4.add(lowOdd, highOdd));
  to += step;
  v128.store(to, f32x4.neg(madd(f32x4.add(highEven, v4), two, f32x4.mul(f32x4.add(lowEven, v4), half))));
  v128.store(to + step, f32x4.neg(madd(highOdd, two, f32x4.mul(lowOdd, half))));
}

/** G and G' times 3 vectors; the 5 + 4 results are stored `step` apart. */
// @ts-ignore: decorator
@inline
function filterLine(g0: v128, g1: v128, g2: v128, to: usize, step: usize): void {
  let even = scale(g0, 2.0 / 3.0), odd = scale(g2, 2.0 / 3.0 * LOW);
  v128.store(to, f32x4.add(even, odd));
  v128.store(to + step, f32x4.sub(even, odd));
  even = scale(g0, -1.0 / 6.0);
  odd = scale(g2, -1.0 / 6.0 * HIGH);
  v128.store(to + 2 * step, f32x4.add(even, odd));
  v128.store(to + 3 * step, f32x4.sub(even, odd));
  v128.store(to + 4 * step, g2);
  even = scale(g1, 2.0 / 3.0);
  v128.store(to + 5 * step, even);
  v128.store(to + 6 * step, even);
  odd = scale(g1, -1.0 / 6.0);
  v128.store(to + 7 * step, odd);
  v128.store(to + 8 * step, odd);
}

/** The adjoint of {@linkcode filterLine}, of vectors `step` apart; the results are stored `toStep` apart. */
// @ts-ignore: decorator
@inline
function sumLine(from: usize, step: usize, to: usize, toStep: usize): void {
  const u0 = v128.load(from), u1 = v128.load(from + step);
  const u2 = v128.load(from + 2 * step), u3 = v128.load(from + 3 * step), u4 = v128.load(from + 4 * step);
  v128.store(to, f32x4.add(scale(f32x4.add(u0, u1), 2.0 / 3.0), scale(f32x4.add(u2, u3), -1.0 / 6.0)));
  const odd = f32x4.add(v128.load(from + 5 * step), v128.load(from + 6 * step));
  const rest = f32x4.add(v128.load(from + 7 * step), v128.load(from + 8 * step));
  v128.store(to + toStep, f32x4.add(scale(odd, 2.0 / 3.0), scale(rest, -1.0 / 6.0)));
  const difference = madd(f32x4.sub(u0, u1), f32x4.splat(2.0 / 3.0 * LOW), u4);
  v128.store(to + 2 * toStep, madd(f32x4.sub(u2, u3), f32x4.splat(-1.0 / 6.0 * HIGH), difference));
}

/**
 * B d Bᵀ for `count` tiles from `first` on. The images [height, width] have [tileRows, tileColumns] tiles, which begin
 * `top` and `left` pixels outside them. `zeros` is a pixel of zeros.
 */
export function inputTiles(
  x: usize,
  to: usize,
  first: i32,
  count: i32,
  tileRows: i32,
  tileColumns: i32,
  height: i32,
  width: i32,
  channels: i32,
  top: i32,
  left: i32,
  rowBytes: usize,
  entryStride: usize,
  zeros: usize,
  pixels: usize,
  work: usize,
): void {
  const half = held(0.5, work), two = held(2, work), low = held(LOW, work), high = held(HIGH, work);
  const lines = work + VECTOR, bytes = <usize>channels << 2;
  for (let tile = first; tile < first + count; tile++, to += rowBytes) {
    const row = tile / tileColumns, image = row / tileRows;
    const y = (row - image * tileRows) * 2 * SIDE - top, column = (tile - row * tileColumns) * 2 * SIDE - left;
    locate(pixels, PATCH, x + <usize>(image * height * width) * bytes, height, width, bytes, y, column, zeros);
    for (let c: usize = 0; c < bytes; c += VECTOR) {
      for (let j: usize = 0; j < 9; j++) {
        const line = lines + j * VECTOR;
        const d0 = v128.load(channelsOf(pixels, j, c)), d2 = v128.load(channelsOf(pixels, j + 18, c));
        const d4 = v128.load(channelsOf(pixels, j + 36, c)), d6 = v128.load(channelsOf(pixels, j + 54, c));
        inputLine(d0, d2, d4, d6, line, LINE, half, two, low, high);
        v128.store(line + 4 * LINE, inputLast(d0, d4, v128.load(channelsOf(pixels, j + 72, c)), half, two));
        inputLine(
          v128.load(channelsOf(pixels, j + 9, c)),
          v128.load(channelsOf(pixels, j + 27, c)),
          v128.load(channelsOf(pixels, j + 45, c)),
          v128.load(channelsOf(pixels, j + 63, c)),
          line + 5 * LINE,
          LINE,
          half,
          two,
          low,
          high,
        );
      }
      for (let r = 0; r < 9; r++) {
        const line = lines + <usize>r * LINE, odd = r > 4;
        const entry = to + c + <usize>(odd ? r - 5 : r) * 5 * entryStride;
        const even = odd ? 2 * bytes : 0, last = odd ? bytes : 0;
        const v0 = v128.load(line), v2 = v128.load(line, 32), v4 = v128.load(line, 64), v6 = v128.load(line, 96);
        inputLine(v0, v2, v4, v6, entry + even, entryStride, half, two, low, high);
        v128.store(entry + last + 4 * entryStride, inputLast(v0, v4, v128.load(line, 128), half, two));
        inputLine(
          v128.load(line, 16),
          v128.load(line, 48),
          v128.load(line, 80),
          v128.load(line, 112),
          entry + even + bytes,
          entryStride,
          half,
          two,
          low,
          high,
        );
      }
    }
  }
}

/** The adjoint of {@linkcode inputTiles}, added to x. Pixels outside the image go to `dump`. */
export function spreadTiles(
  from: usize,
  x: usize,
  first: i32,
  count: i32,
  tileRows: i32,
  tileColumns: i32,
  height: i32,
  width: i32,
  channels: i32,
  top: i32,
  left: i32,
  rowBytes: usize,
  entryStride: usize,
  dump: usize,
  pixels: usize,
  work: usize,
): void {
  const half = held(0.5, work), two = held(2, work), low = held(LOW, work), high = held(HIGH, work);
  const lines = work + VECTOR, bytes = <usize>channels << 2, zero = f32x4.splat(0);
  for (let tile = first; tile < first + count; tile++, from += rowBytes) {
    const row = tile / tileColumns, image = row / tileRows;
    const y = (row - image * tileRows) * 2 * SIDE - top, column = (tile - row * tileColumns) * 2 * SIDE - left;
    locate(pixels, PATCH, x + <usize>(image * height * width) * bytes, height, width, bytes, y, column, dump);
    for (let c: usize = 0; c < bytes; c += VECTOR) {
      // Lines and their vectors are in the order of phases: the five even ones, the four odd ones.
      for (let r = 0; r < 9; r++) {
        const line = lines + <usize>r * LINE, odd = r > 4;
        const entry = from + c + <usize>(odd ? r - 5 : r) * 5 * entryStride;
        const even = entry + (odd ? 2 * bytes : 0);
        const last = v128.load(entry + (odd ? bytes : 0) + 4 * entryStride);
        spreadLine(
          v128.load(even),
          v128.load(even + entryStride),
          v128.load(even + 2 * entryStride),
          v128.load(even + 3 * entryStride),
          last,
          line,
          VECTOR,
          half,
          two,
          low,
          high,
        );
        v128.store(line, last, 64);
        const other = even + bytes;
        spreadLine(
          v128.load(other),
          v128.load(other + entryStride),
          v128.load(other + 2 * entryStride),
          v128.load(other + 3 * entryStride),
          zero,
          line + 5 * VECTOR,
          VECTOR,
          half,
          two,
          low,
          high,
        );
      }
      for (let s = 0; s < 9; s++) {
        const line = lines + <usize>s * VECTOR, other = line + 5 * LINE;
        spreadLine(
          v128.load(line),
          v128.load(line + LINE),
          v128.load(line + 2 * LINE),
          v128.load(line + 3 * LINE),
          v128.load(line + 4 * LINE),
          line,
          LINE,
          half,
          two,
          low,
          high,
        );
        spreadLine(
          v128.load(other),
          v128.load(other + LINE),
          v128.load(other + 2 * LINE),
          v128.load(other + 3 * LINE),
          zero,
          other,
          LINE,
          half,
          two,
          low,
          high,
        );
        const pixel = pixels + (<usize>(s > 4 ? 2 * s - 9 : 2 * s) << 2);
        for (let r: usize = 0; r < 9; r++) {
          const to = channelsOf(pixel, 9 * (r > 4 ? 2 * r - 9 : 2 * r), c);
          v128.store(to, f32x4.add(v128.load(to), v128.load(line + r * LINE)));
        }
      }
    }
  }
}

/**
 * A dY Aᵀ for tiles as in {@linkcode inputTiles}. Tiles are `tileStep` apart, groups of 8 channels `groupStep`: rows or
 * panels. If `y` is not 0, dY is taken for 0 where y, of the same shape, is not positive, and its sums over the pixels are added
 * to `sums`.
 */
export function gradientTiles(
  dy: usize,
  to: usize,
  first: i32,
  count: i32,
  tileRows: i32,
  tileColumns: i32,
  height: i32,
  width: i32,
  channels: i32,
  tileStep: usize,
  groupStep: usize,
  entryStride: usize,
  zeros: usize,
  pixels: usize,
  work: usize,
  y: usize,
  sums: usize,
): void {
  if (y) readGradients(true, dy, to, first, count, tileRows, tileColumns, height, width, channels, tileStep, groupStep, entryStride, zeros, pixels, work, y, sums);
  else readGradients(false, dy, to, first, count, tileRows, tileColumns, height, width, channels, tileStep, groupStep, entryStride, zeros, pixels, work, 0, 0);
}

/** A pixel's gradient; the addresses of the pixels of y follow those of dy. */
// @ts-ignore: decorator
@inline
function gradientOf(rectified: bool, pixels: usize, i: usize, c: usize): v128 {
  const d = v128.load(channelsOf(pixels, i, c));
  return rectified ? v128.and(d, f32x4.gt(v128.load(channelsOf(pixels, i + 16, c)), f32x4.splat(0))) : d;
}

// @ts-ignore: decorator
@inline
function readGradients(
  rectified: bool,
  dy: usize,
  to: usize,
  first: i32,
  count: i32,
  tileRows: i32,
  tileColumns: i32,
  height: i32,
  width: i32,
  channels: i32,
  tileStep: usize,
  groupStep: usize,
  entryStride: usize,
  zeros: usize,
  pixels: usize,
  work: usize,
  y: usize,
  sums: usize,
): void {
  const half = held(0.5, work), two = held(2, work), low = held(LOW, work), high = held(HIGH, work);
  const lines = work + VECTOR, bytes = <usize>channels << 2, zero = f32x4.splat(0);
  for (let tile = first; tile < first + count; tile++, to += tileStep) {
    const row = tile / tileColumns, image = row / tileRows;
    const top = (row - image * tileRows) * SIDE, left = (tile - row * tileColumns) * SIDE;
    locate(pixels, SIDE, dy + <usize>(image * height * width) * bytes, height, width, bytes, top, left, zeros);
    if (rectified) {
      locate(pixels + 64, SIDE, y + <usize>(image * height * width) * bytes, height, width, bytes, top, left, zeros);
    }
    for (let c: usize = 0; c < bytes; c += VECTOR) {
      let sum = zero;
      for (let j: usize = 0; j < 4; j++) {
        const d0 = gradientOf(rectified, pixels, j, c), d1 = gradientOf(rectified, pixels, j + 4, c);
        const d2 = gradientOf(rectified, pixels, j + 8, c), d3 = gradientOf(rectified, pixels, j + 12, c);
        if (rectified) sum = f32x4.add(sum, f32x4.add(f32x4.add(d0, d1), f32x4.add(d2, d3)));
        gradientLine(
          d0,
          d1,
          d2,
          d3,
          lines + j * VECTOR,
          4 * VECTOR,
          half,
          two,
          low,
          high,
        );
      }
      if (rectified) v128.store(sums + c, f32x4.add(v128.load(sums + c), sum));
      let from = lines, entry = to + (c / PANEL) * groupStep + (c & VECTOR);
      for (let i = 0; i < 5; i++, from += 4 * VECTOR, entry += 5 * entryStride) {
        gradientLine(
          v128.load(from),
          v128.load(from, 16),
          v128.load(from, 32),
          v128.load(from, 48),
          entry,
          entryStride,
          half,
          two,
          low,
          high,
        );
      }
    }
  }
}

/**
 * Y = Aᵀ m A for tiles as in {@linkcode inputTiles}. Pixels outside the image go to `dump`. If `bias` is not 0, it is the address
 * of numbers that are added to the channels; `rectified` makes negative sums 0 then, but not NaN.
 */
export function outputTiles(
  from: usize,
  y: usize,
  first: i32,
  count: i32,
  tileRows: i32,
  tileColumns: i32,
  height: i32,
  width: i32,
  channels: i32,
  rowBytes: usize,
  entryStride: usize,
  dump: usize,
  pixels: usize,
  work: usize,
  bias: usize,
  rectified: bool,
): void {
  if (bias) writeTiles(true, from, y, first, count, tileRows, tileColumns, height, width, channels, rowBytes, entryStride, dump, pixels, work, bias, rectified);
  else writeTiles(false, from, y, first, count, tileRows, tileColumns, height, width, channels, rowBytes, entryStride, dump, pixels, work, 0, false);
}

// @ts-ignore: decorator
@inline
function writeTiles(
  hasBias: bool,
  from: usize,
  y: usize,
  first: i32,
  count: i32,
  tileRows: i32,
  tileColumns: i32,
  height: i32,
  width: i32,
  channels: i32,
  rowBytes: usize,
  entryStride: usize,
  dump: usize,
  pixels: usize,
  work: usize,
  bias: usize,
  rectified: bool,
): void {
  const half = held(0.5, work), two = held(2, work), low = held(LOW, work), high = held(HIGH, work);
  const floor = f32x4.splat(rectified ? 0 : -Infinity), lines = work + VECTOR, bytes = <usize>channels << 2, zero = f32x4.splat(0);
  for (let tile = first; tile < first + count; tile++, from += rowBytes) {
    const row = tile / tileColumns, image = row / tileRows;
    const top = (row - image * tileRows) * SIDE, left = (tile - row * tileColumns) * SIDE;
    locate(pixels, SIDE, y + <usize>(image * height * width) * bytes, height, width, bytes, top, left, dump);
    for (let c: usize = 0; c < bytes; c += VECTOR) {
      const shift = hasBias ? v128.load(bias + c) : low;
      let entry = from + c, line = lines;
      for (let i = 0; i < 5; i++, entry += 5 * entryStride, line += 4 * VECTOR) {
        outputLine(
          zero,
          v128.load(entry),
          v128.load(entry + entryStride),
          v128.load(entry + 2 * entryStride),
          v128.load(entry + 3 * entryStride),
          v128.load(entry + 4 * entryStride),
          line,
          line + 16,
          line + 32,
          line + 48,
          half,
          two,
          low,
          high,
          false,
          low,
          low,
        );
      }
      for (let j: usize = 0; j < 4; j++) {
        line = lines + j * VECTOR;
        outputLine(
          zero,
          v128.load(line),
          v128.load(line, 64),
          v128.load(line, 128),
          v128.load(line, 192),
          v128.load(line, 256),
          channelsOf(pixels, j, c),
          channelsOf(pixels, j + 4, c),
          channelsOf(pixels, j + 8, c),
          channelsOf(pixels, j + 12, c),
          half,
          two,
          low,
          high,
          hasBias,
          shift,
          floor,
        );
      }
    }
  }
}

/**
 * The transforms of a filter [3, 3, k, n], whose taps are `tap` apart, into panels: an entry's blocks are below each other,
 * or, `across`, next to each other, where n must be a multiple of 8.
 */
export function filterPanels(
  filter: usize,
  tap: isize,
  to: usize,
  k: i32,
  n: i32,
  across: bool,
  entryStride: usize,
  work: usize,
): void {
  const rowBytes = <usize>n << 2, patch = work + 27 * VECTOR;
  const below = <usize>k * PANEL, blockStep = across ? <usize>k * rowBytes : below;
  for (let first: usize = 0, panel = 0; first < rowBytes; first += PANEL, panel++) {
    for (let p = 0; p < k; p++) {
      for (let c = first; c < min(first + PANEL, rowBytes); c += VECTOR) {
        let g = filter + <usize>p * rowBytes + c;
        for (let j: usize = 0; j < 3; j++, g += tap) {
          filterLine(
            v128.load(g),
            v128.load(g + 3 * tap),
            v128.load(g + 6 * tap),
            work + j * VECTOR,
            3 * VECTOR,
          );
        }
        for (let r: usize = 0; r < 9; r++) {
          const line = work + r * 3 * VECTOR;
          filterLine(v128.load(line), v128.load(line, 16), v128.load(line, 32), patch + r * LINE, VECTOR);
        }
        for (let i = 0; i < 5; i++) {
          for (let j = 0; j < 5; j++) {
            const from = patch + <usize>i * LINE + <usize>j * VECTOR;
            const panelStep = across ? below : <usize>blocksOf(i, j) * below;
            let target = to + <usize>(5 * i + j) * entryStride + <usize>panel * panelStep + <usize>p * PANEL +
              (c & VECTOR);
            v128.store(target, v128.load(from));
            target += blockStep;
            if (j < 4) {
              v128.store(target, v128.load(from, 5 * VECTOR));
              target += blockStep;
            }
            if (i < 4) {
              v128.store(target, v128.load(from, 5 * LINE));
              if (j < 4) v128.store(target + blockStep, v128.load(from, 5 * LINE + 5 * VECTOR));
            }
          }
        }
      }
    }
  }
}

/** A filter's gradient [3, 3, k, n] from panels whose rows, an entry's blocks below each other, fill whole groups of 6. */
export function filterGradient(from: usize, filter: usize, k: i32, n: i32, entryStride: usize, work: usize): void {
  const rowBytes = <usize>n << 2, tap = <usize>k * rowBytes, block = <usize>k * PANEL, patch = work + 27 * VECTOR;
  for (let first: usize = 0, panel = 0; first < rowBytes; first += PANEL, panel++) {
    for (let p = 0; p < k; p++) {
      for (let c = first; c < min(first + PANEL, rowBytes); c += VECTOR) {
        for (let i = 0; i < 5; i++) {
          for (let j = 0; j < 5; j++) {
            const to = patch + <usize>i * LINE + <usize>j * VECTOR;
            const rows = (blocksOf(i, j) * k + 5) / 6 * 6;
            let source = from + <usize>(5 * i + j) * entryStride + <usize>(panel * rows + p) * PANEL + (c & VECTOR);
            v128.store(to, v128.load(source));
            source += block;
            if (j < 4) {
              v128.store(to, v128.load(source), 5 * VECTOR);
              source += block;
            }
            if (i < 4) {
              v128.store(to, v128.load(source), 5 * LINE);
              if (j < 4) v128.store(to, v128.load(source + block), 5 * LINE + 5 * VECTOR);
            }
          }
        }
        for (let r: usize = 0; r < 9; r++) sumLine(patch + r * LINE, VECTOR, work + r * 3 * VECTOR, VECTOR);
        for (let j: usize = 0; j < 3; j++) {
          const g = filter + <usize>p * rowBytes + c + j * tap;
          sumLine(work + j * VECTOR, 3 * VECTOR, g, 3 * tap);
        }
      }
    }
  }
}
