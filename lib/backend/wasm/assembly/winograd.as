// AssemblyScript: the transforms of Winograd's minimal filtering, which make a 3 × 3 convolution with stride 1 into 36
// matrix products: F(4 × 4, 3 × 3) of Lavin & Gray, arXiv 1509.09308. A tile Y of 4 × 4 results of a patch d of 6 × 6
// inputs under the filter g is
//
//   Y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A
//
// with 36 products, summed over channels by the kernels of product.as, in place of 144. The gradient in g is the
// adjoint, Gᵀ [(Bᵀ d B) ⊙ (A dY Aᵀ)] G.
//
// The polynomials behind it are sampled at 0, ±√½, ±√2 and ∞. With points that are each other's inverses the errors are
// twice those of the direct sum; with the paper's 0, ±1, ±2 and ∞ they are four times as large.
//
// Compiled twice by `deno task build:wasm`, as product.as is. Addresses and strides are bytes, counts are elements.
// Numbers of channels are multiples of 4, and everything is done to 4 channels at a time.
//
// Entry 6·i + j of all transformed tiles is one matrix; these are `entryStride` apart. As left sides they have a row of
// `rowBytes` per tile, as right sides they are panels of 8 columns, [panels][k][8].
//
// `work` has room for 37 vectors, `pixels` for 36 addresses.

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

/** Bᵀ times 6 vectors; the results are stored `step` apart. */
// @ts-ignore: decorator
@inline
function inputLine(
  d0: v128,
  d1: v128,
  d2: v128,
  d3: v128,
  d4: v128,
  d5: v128,
  to: usize,
  step: usize,
  half: v128,
  two: v128,
  low: v128,
  high: v128,
): void {
  const lowEven = nmadd(d2, two, d4), lowOdd = f32x4.mul(nmadd(d1, two, d3), low);
  const highEven = nmadd(d2, half, d4), difference = nmadd(d3, half, d1);
  v128.store(to, f32x4.add(nmadd(d2, two, d0), highEven));
  to += step;
  v128.store(to, f32x4.add(lowEven, lowOdd));
  to += step;
  v128.store(to, f32x4.sub(lowEven, lowOdd));
  to += step;
  const highOdd = f32x4.mul(nmadd(d1, half, d3), high);
  v128.store(to, f32x4.add(highEven, highOdd));
  to += step;
  v128.store(to, f32x4.sub(highEven, highOdd));
  v128.store(to + step, f32x4.add(nmadd(d3, two, d5), difference));
}

/** G times 3 vectors; the results are stored `step` apart. */
// @ts-ignore: decorator
@inline
function filterLine(g0: v128, g1: v128, g2: v128, to: usize, step: usize): void {
  v128.store(to, g0);
  to += step;
  let even = scale(madd(g2, f32x4.splat(0.5), g0), -2.0 / 3.0), odd = scale(g1, -2.0 / 3.0 * LOW);
  v128.store(to, f32x4.add(even, odd));
  to += step;
  v128.store(to, f32x4.sub(even, odd));
  to += step;
  even = scale(madd(g2, f32x4.splat(2), g0), 1.0 / 6.0);
  odd = scale(g1, 1.0 / 6.0 * HIGH);
  v128.store(to, f32x4.add(even, odd));
  to += step;
  v128.store(to, f32x4.sub(even, odd));
  v128.store(to + step, g2);
}

/** Gᵀ times 6 vectors; the results are stored `step` apart. */
// @ts-ignore: decorator
@inline
function sumLine(u0: v128, u1: v128, u2: v128, u3: v128, u4: v128, u5: v128, to: usize, step: usize): void {
  const lowEven = scale(f32x4.add(u1, u2), -2.0 / 3.0), highEven = scale(f32x4.add(u3, u4), 1.0 / 6.0);
  const lowOdd = scale(f32x4.sub(u1, u2), -2.0 / 3.0 * LOW), highOdd = scale(f32x4.sub(u3, u4), 1.0 / 6.0 * HIGH);
  v128.store(to, f32x4.add(u0, f32x4.add(lowEven, highEven)));
  v128.store(to + step, f32x4.add(lowOdd, highOdd));
  v128.store(to + 2 * step, madd(highEven, f32x4.splat(2), madd(lowEven, f32x4.splat(0.5), u5)));
}

/**
 * Bᵀ d B for `count` tiles from `first` on. The images [height, width] have [tileRows, tileColumns] tiles, which begin
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
  const lines = work + VECTOR;
  const bytes = <usize>channels << 2;
  for (let tile = first; tile < first + count; tile++, to += rowBytes) {
    const row = tile / tileColumns, image = row / tileRows;
    const y = (row - image * tileRows) * SIDE - top, column = (tile - row * tileColumns) * SIDE - left;
    locate(pixels, 6, x + <usize>(image * height * width) * bytes, height, width, bytes, y, column, zeros);
    for (let c: usize = 0; c < bytes; c += VECTOR) {
      for (let j: usize = 0; j < 6; j++) {
        inputLine(
          v128.load(channelsOf(pixels, j, c)),
          v128.load(channelsOf(pixels, j + 6, c)),
          v128.load(channelsOf(pixels, j + 12, c)),
          v128.load(channelsOf(pixels, j + 18, c)),
          v128.load(channelsOf(pixels, j + 24, c)),
          v128.load(channelsOf(pixels, j + 30, c)),
          lines + j * VECTOR,
          6 * VECTOR,
          half,
          two,
          low,
          high,
        );
      }
      let from = lines, entry = to + c;
      for (let i = 0; i < 6; i++, from += 6 * VECTOR, entry += 6 * entryStride) {
        inputLine(
          v128.load(from),
          v128.load(from, 16),
          v128.load(from, 32),
          v128.load(from, 48),
          v128.load(from, 64),
          v128.load(from, 80),
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

/** A dY Aᵀ for tiles as in {@linkcode inputTiles}, into panels `panelBytes` apart. */
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
  panelBytes: usize,
  entryStride: usize,
  zeros: usize,
  pixels: usize,
  work: usize,
): void {
  const half = held(0.5, work), two = held(2, work), low = held(LOW, work), high = held(HIGH, work);
  const lines = work + VECTOR;
  const bytes = <usize>channels << 2;
  for (let tile = first; tile < first + count; tile++, to += PANEL) {
    const row = tile / tileColumns, image = row / tileRows;
    const y = (row - image * tileRows) * SIDE, column = (tile - row * tileColumns) * SIDE;
    locate(pixels, SIDE, dy + <usize>(image * height * width) * bytes, height, width, bytes, y, column, zeros);
    for (let c: usize = 0; c < bytes; c += VECTOR) {
      for (let j: usize = 0; j < 4; j++) {
        const first = v128.load(channelsOf(pixels, j, c)), line = lines + j * VECTOR;
        v128.store(line, first);
        gradientLine(
          first,
          v128.load(channelsOf(pixels, j + 4, c)),
          v128.load(channelsOf(pixels, j + 8, c)),
          v128.load(channelsOf(pixels, j + 12, c)),
          line + 4 * VECTOR,
          4 * VECTOR,
          half,
          two,
          low,
          high,
        );
      }
      let from = lines, entry = to + (c / PANEL) * panelBytes + (c & VECTOR);
      for (let i = 0; i < 6; i++, from += 4 * VECTOR, entry += 6 * entryStride) {
        v128.store(entry, v128.load(from));
        gradientLine(
          v128.load(from),
          v128.load(from, 16),
          v128.load(from, 32),
          v128.load(from, 48),
          entry + entryStride,
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
  const floor = f32x4.splat(rectified ? 0 : -Infinity), lines = work + VECTOR;
  const bytes = <usize>channels << 2;
  for (let tile = first; tile < first + count; tile++, from += rowBytes) {
    const row = tile / tileColumns, image = row / tileRows;
    const top = (row - image * tileRows) * SIDE, left = (tile - row * tileColumns) * SIDE;
    locate(pixels, SIDE, y + <usize>(image * height * width) * bytes, height, width, bytes, top, left, dump);
    for (let c: usize = 0; c < bytes; c += VECTOR) {
      const shift = hasBias ? v128.load(bias + c) : low;
      let entry = from + c, line = lines;
      for (let i = 0; i < 6; i++, entry += 6 * entryStride, line += 4 * VECTOR) {
        outputLine(
          v128.load(entry),
          v128.load(entry + entryStride),
          v128.load(entry + 2 * entryStride),
          v128.load(entry + 3 * entryStride),
          v128.load(entry + 4 * entryStride),
          v128.load(entry + 5 * entryStride),
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
          v128.load(line),
          v128.load(line, 64),
          v128.load(line, 128),
          v128.load(line, 192),
          v128.load(line, 256),
          v128.load(line, 320),
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

/** G g Gᵀ of a filter [3, 3, k, n], into panels. */
export function filterPanels(filter: usize, to: usize, k: i32, n: i32, entryStride: usize, work: usize): void {
  const rowBytes = <usize>n << 2, tap = <usize>k * rowBytes;
  for (let first: usize = 0; first < rowBytes; first += PANEL) {
    for (let p = 0; p < k; p++, to += PANEL) {
      for (let c = first; c < min(first + PANEL, rowBytes); c += VECTOR) {
        for (let j: usize = 0; j < 3; j++) {
          const g = filter + <usize>p * rowBytes + c + j * tap;
          filterLine(v128.load(g), v128.load(g + 3 * tap), v128.load(g + 6 * tap), work + j * VECTOR, 3 * VECTOR);
        }
        let from = work, entry = to + c - first;
        for (let i = 0; i < 6; i++, from += 3 * VECTOR, entry += 6 * entryStride) {
          filterLine(v128.load(from), v128.load(from, 16), v128.load(from, 32), entry, entryStride);
        }
      }
    }
  }
}

/** Gᵀ u G, a filter's gradient [3, 3, k, n], from panels `panelBytes` apart. */
export function filterGradient(
  from: usize,
  filter: usize,
  k: i32,
  n: i32,
  panelBytes: usize,
  entryStride: usize,
  work: usize,
): void {
  const rowBytes = <usize>n << 2, tap = <usize>k * rowBytes;
  for (let first: usize = 0; first < rowBytes; first += PANEL, from += panelBytes) {
    let row = from;
    for (let p = 0; p < k; p++, row += PANEL) {
      for (let c = first; c < min(first + PANEL, rowBytes); c += VECTOR) {
        let entry = row + c - first;
        for (let i: usize = 0; i < 6; i++, entry += 6 * entryStride) {
          sumLine(
            v128.load(entry),
            v128.load(entry + entryStride),
            v128.load(entry + 2 * entryStride),
            v128.load(entry + 3 * entryStride),
            v128.load(entry + 4 * entryStride),
            v128.load(entry + 5 * entryStride),
            work + i * 3 * VECTOR,
            VECTOR,
          );
        }
        for (let j: usize = 0; j < 3; j++) {
          const line = work + j * VECTOR;
          sumLine(
            v128.load(line),
            v128.load(line, 48),
            v128.load(line, 96),
            v128.load(line, 144),
            v128.load(line, 192),
            v128.load(line, 240),
            filter + <usize>p * rowBytes + c + j * tap,
            3 * tap,
          );
        }
      }
    }
  }
}

/** Turns a filter [3, 3, k, n] round and exchanges its channels. */
export function turnFilter(filter: usize, to: usize, k: i32, n: i32): void {
  const rowBytes = <usize>n << 2, turnedBytes = <usize>k << 2, tap = <usize>k * rowBytes;
  for (let turned = to + 8 * tap; turned >= to; turned -= tap, filter += tap) {
    let target = turned;
    for (let c: usize = 0; c < rowBytes; c += VECTOR, target += 4 * turnedBytes) {
      let from = filter + c;
      for (let p: usize = 0; p < turnedBytes; p += VECTOR, from += 4 * rowBytes) {
        const r0 = v128.load(from), r1 = v128.load(from + rowBytes);
        const r2 = v128.load(from + 2 * rowBytes), r3 = v128.load(from + 3 * rowBytes);
        const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
        const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5), high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
        const to0 = target + p;
        v128.store(to0, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
        v128.store(to0 + turnedBytes, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
        v128.store(to0 + 2 * turnedBytes, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
        v128.store(to0 + 3 * turnedBytes, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
      }
    }
  }
}
