// AssemblyScript: matrix products whose left rows lie anywhere in memory, which makes a convolution a matrix product
// without unfolding its input: the patch under a filter is one run of floats per filter row.
//
// Compiled twice by `deno task build:wasm`: with fused multiply-add (relaxed SIMD) and, for engines without it, with a
// product and a sum. Addresses and strides are bytes, counts are elements.
//
// A table lists the rows of a product: 8 bytes each, the address of the left row and of the result row. It is padded
// to whole tiles of 6 rows, whose surplus results go to a dump. Offsets `left` and `result` are added to all its addresses, so
// that one table serves many products of the same strides.
// Right sides are packed into panels of 8 columns, [panels][k][8], padded with zeros.

const TILE: i32 = 6;
const PANEL: usize = 32; // bytes of a panel's row
const ENTRY: usize = 8; // bytes of a table entry
const TILE_ROW: usize = 24; // bytes of a row of a copied tile

// Rows per pass over all panels: their part of the left side stays in the second-level cache.
const BLOCK: i32 = 96;

// @ts-ignore: decorator
@inline
function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Packs B, whose entry (p, j) is at `from + p·kStride + j·nStride`, into panels `panelBytes` apart. */
export function pack(
  from: usize,
  to: usize,
  k: i32,
  n: i32,
  kStride: usize,
  nStride: usize,
  panelBytes: usize,
): void {
  for (let first = 0; first < n; first += 8) {
    const columns = min(8, n - first);
    let source = from + <usize>first * nStride, target = to;
    if (columns === 8 && nStride === 4) {
      for (let p = 0; p < k; p++, source += kStride, target += PANEL) {
        v128.store(target, v128.load(source));
        v128.store(target, v128.load(source, 16), 16);
      }
    } else {
      for (let p = 0; p < k; p++, source += kStride, target += PANEL) {
        if (columns < 8) memory.fill(target, 0, PANEL);
        let entry = source;
        for (let j = 0; j < columns; j++, entry += nStride) store<f32>(target + (<usize>j << 2), load<f32>(entry));
      }
    }
    to += panelBytes;
  }
}

/**
 * Packs the rows of dy [rows, n] as {@linkcode pack} does, but with 0 where y, of the same shape, is not positive, and adds
 * the sums of the columns to `sums`.
 */
export function packRectified(dy: usize, y: usize, to: usize, rows: i32, n: i32, sums: usize): void {
  const rowBytes = <usize>n << 2, panelBytes = <usize>rows * PANEL, zero = f32x4.splat(0);
  for (let first = 0; first < n; first += 8, to += panelBytes) {
    const start = <usize>first << 2, columns = min(8, n - first), end = to + panelBytes;
    let from = dy + start, output = y + start;
    if (columns === 8) {
      let sum0 = zero, sum1 = zero;
      for (let target = to; target < end; target += PANEL, from += rowBytes, output += rowBytes) {
        const d0 = v128.and(v128.load(from), f32x4.gt(v128.load(output), zero));
        const d1 = v128.and(v128.load(from, 16), f32x4.gt(v128.load(output, 16), zero));
        v128.store(target, d0);
        v128.store(target, d1, 16);
        sum0 = f32x4.add(sum0, d0);
        sum1 = f32x4.add(sum1, d1);
      }
      const total = sums + start;
      v128.store(total, f32x4.add(v128.load(total), sum0));
      v128.store(total, f32x4.add(v128.load(total, 16), sum1), 16);
    } else {
      memory.fill(to, 0, panelBytes);
      for (let j: usize = 0; j < <usize>columns << 2; j += 4) {
        let sum: f32 = 0, d = from + j, value = output + j;
        for (let target = to + j; target < end; target += PANEL, d += rowBytes, value += rowBytes) {
          if (load<f32>(value) > 0) {
            store<f32>(target, load<f32>(d));
            sum += load<f32>(d);
          }
        }
        store<f32>(sums + start + j, load<f32>(sums + start + j) + sum);
      }
    }
  }
}

/** Writes the first k of `rows` rows of the panels to a plain [k, n] matrix. */
export function unpack(from: usize, to: usize, k: i32, rows: i32, n: i32): void {
  const panelBytes = <usize>rows * PANEL, rowBytes = <usize>n << 2;
  for (let first = 0; first < n; first += 8, from += panelBytes) {
    const bytes = <usize>min(8, n - first) << 2;
    let source = from, target = to + (<usize>first << 2);
    for (let r = 0; r < k; r++, source += PANEL, target += rowBytes) {
      if (bytes === PANEL) {
        v128.store(target, v128.load(source));
        v128.store(target, v128.load(source, 16), 16);
      } else memory.copy(target, source, bytes);
    }
  }
}

/** Copies images [h, w] of pixels of `pixel` bytes with padding of the given widths. */
export function pad(
  from: usize,
  to: usize,
  images: i32,
  height: i32,
  width: i32,
  pixel: usize,
  top: i32,
  bottom: i32,
  left: i32,
  right: i32,
): void {
  const row = <usize>width * pixel, before = <usize>left * pixel, after = <usize>right * pixel;
  const padded = before + row + after;
  for (let image = 0; image < images; image++) {
    // Zeros join up: the right edge of a row, the left edge of the next.
    const head = <usize>top * padded + before;
    memory.fill(to, 0, head);
    to += head;
    for (let y = 0; y < height; y++) {
      memory.copy(to, from, row);
      from += row;
      to += row;
      const gap = y + 1 < height ? after + before : after + <usize>bottom * padded;
      memory.fill(to, 0, gap);
      to += gap;
    }
  }
}

/** Fills a table with the positions [images, height, width] of a left and a result side; returns its rows. */
export function positions(
  table: usize,
  images: i32,
  height: i32,
  width: i32,
  left: usize,
  leftImage: usize,
  leftRow: usize,
  leftPixel: usize,
  result: usize,
  resultImage: usize,
  resultRow: usize,
  resultPixel: usize,
  dump: usize,
): i32 {
  let entry = table;
  for (let image = 0; image < images; image++) {
    for (let y = 0; y < height; y++) {
      let a = left + <usize>image * leftImage + <usize>y * leftRow;
      let c = result + <usize>image * resultImage + <usize>y * resultRow;
      for (let x = 0; x < width; x++, entry += ENTRY, a += leftPixel, c += resultPixel) {
        store<u32>(entry, <u32>a);
        store<u32>(entry, <u32>c, 4);
      }
    }
  }
  let rows = images * height * width;
  for (; rows % TILE !== 0; rows++, entry += ENTRY) {
    store<u32>(entry, load<u32>(entry - ENTRY));
    store<u32>(entry, <u32>dump, 4);
  }
  return rows;
}

/** Stores the first `columns` of 8 values. */
// @ts-ignore: decorator
@inline
function put(to: usize, low: v128, high: v128, columns: i32): void {
  if (columns >= 8) {
    v128.store(to, low);
    v128.store(to, high, 16);
    return;
  }
  let rest = low;
  if (columns >= 4) {
    v128.store(to, low);
    rest = high;
    to += 16;
  }
  const lanes = columns & 3;
  if (lanes > 0) store<f32>(to, f32x4.extract_lane(rest, 0));
  if (lanes > 1) store<f32>(to, f32x4.extract_lane(rest, 1), 4);
  if (lanes > 2) store<f32>(to, f32x4.extract_lane(rest, 2), 8);
}

/**
 * C = A·B: each left row is `segments` runs of `run` floats, `segmentStride` apart; B is packed with k = segments · run.
 * `rows` is a multiple of 6. `n` columns of every result row are written. A `bias` that is not 0 is the address of numbers to
 * start the columns' sums with, as many as fill whole panels; `rectified` makes negative results 0, but not NaN.
 */
export function product(
  table: usize,
  rows: i32,
  panels: usize,
  segments: i32,
  run: i32,
  segmentStride: usize,
  n: i32,
  left: usize,
  result: usize,
  bias: usize,
  rectified: bool,
): void {
  const panelBytes = <usize>(segments * run) * PANEL;
  for (let block = 0; block < rows; block += BLOCK) {
    const end = min(block + BLOCK, rows);
    let panel = panels;
    for (let first = 0; first < n; first += 8, panel += panelBytes) {
      for (let row = block; row < end; row += TILE) {
        tile(
          table + <usize>row * ENTRY,
          panel,
          segments,
          run,
          segmentStride,
          left,
          result + (<usize>first << 2),
          n - first,
          bias && bias + (<usize>first << 2),
          rectified,
        );
      }
    }
  }
}

/** 6 rows times one panel. */
function tile(
  entry: usize,
  b: usize,
  segments: i32,
  run: i32,
  segmentStride: usize,
  start: usize,
  offset: usize,
  columns: i32,
  bias: usize,
  rectified: bool,
): void {
  let c00 = f32x4.splat(0), c01 = f32x4.splat(0);
  if (bias) {
    c00 = v128.load(bias);
    c01 = v128.load(bias, 16);
  }
  let c10 = c00, c11 = c01, c20 = c00, c21 = c01, c30 = c00, c31 = c01, c40 = c00, c41 = c01, c50 = c00, c51 = c01;
  for (let segment = 0; segment < segments; segment++, start += segmentStride) {
    let a0 = <usize>load<u32>(entry, 0) + start, a1 = <usize>load<u32>(entry, 8) + start;
    let a2 = <usize>load<u32>(entry, 16) + start, a3 = <usize>load<u32>(entry, 24) + start;
    let a4 = <usize>load<u32>(entry, 32) + start, a5 = <usize>load<u32>(entry, 40) + start;
    const end = a0 + (<usize>run << 2);
    const unrolled = a0 + (<usize>(run & ~3) << 2);
    while (a0 < unrolled) {
      let b0 = v128.load(b), b1 = v128.load(b, 16), s: v128;
      s = v128.load32_splat(a0); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01);
      s = v128.load32_splat(a1); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11);
      s = v128.load32_splat(a2); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21);
      s = v128.load32_splat(a3); c30 = madd(s, b0, c30); c31 = madd(s, b1, c31);
      s = v128.load32_splat(a4); c40 = madd(s, b0, c40); c41 = madd(s, b1, c41);
      s = v128.load32_splat(a5); c50 = madd(s, b0, c50); c51 = madd(s, b1, c51);
      b0 = v128.load(b, 32); b1 = v128.load(b, 48);
      s = v128.load32_splat(a0, 4); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01);
      s = v128.load32_splat(a1, 4); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11);
      s = v128.load32_splat(a2, 4); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21);
      s = v128.load32_splat(a3, 4); c30 = madd(s, b0, c30); c31 = madd(s, b1, c31);
      s = v128.load32_splat(a4, 4); c40 = madd(s, b0, c40); c41 = madd(s, b1, c41);
      s = v128.load32_splat(a5, 4); c50 = madd(s, b0, c50); c51 = madd(s, b1, c51);
      b0 = v128.load(b, 64); b1 = v128.load(b, 80);
      s = v128.load32_splat(a0, 8); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01);
      s = v128.load32_splat(a1, 8); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11);
      s = v128.load32_splat(a2, 8); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21);
      s = v128.load32_splat(a3, 8); c30 = madd(s, b0, c30); c31 = madd(s, b1, c31);
      s = v128.load32_splat(a4, 8); c40 = madd(s, b0, c40); c41 = madd(s, b1, c41);
      s = v128.load32_splat(a5, 8); c50 = madd(s, b0, c50); c51 = madd(s, b1, c51);
      b0 = v128.load(b, 96); b1 = v128.load(b, 112);
      s = v128.load32_splat(a0, 12); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01);
      s = v128.load32_splat(a1, 12); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11);
      s = v128.load32_splat(a2, 12); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21);
      s = v128.load32_splat(a3, 12); c30 = madd(s, b0, c30); c31 = madd(s, b1, c31);
      s = v128.load32_splat(a4, 12); c40 = madd(s, b0, c40); c41 = madd(s, b1, c41);
      s = v128.load32_splat(a5, 12); c50 = madd(s, b0, c50); c51 = madd(s, b1, c51);
      a0 += 16; a1 += 16; a2 += 16; a3 += 16; a4 += 16; a5 += 16;
      b += 128;
    }
    while (a0 < end) {
      const b0 = v128.load(b), b1 = v128.load(b, 16);
      let s: v128;
      s = v128.load32_splat(a0); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01);
      s = v128.load32_splat(a1); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11);
      s = v128.load32_splat(a2); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21);
      s = v128.load32_splat(a3); c30 = madd(s, b0, c30); c31 = madd(s, b1, c31);
      s = v128.load32_splat(a4); c40 = madd(s, b0, c40); c41 = madd(s, b1, c41);
      s = v128.load32_splat(a5); c50 = madd(s, b0, c50); c51 = madd(s, b1, c51);
      a0 += 4; a1 += 4; a2 += 4; a3 += 4; a4 += 4; a5 += 4;
      b += PANEL;
    }
  }
  if (rectified) {
    const zero = f32x4.splat(0);
    c00 = f32x4.max(c00, zero); c01 = f32x4.max(c01, zero);
    c10 = f32x4.max(c10, zero); c11 = f32x4.max(c11, zero);
    c20 = f32x4.max(c20, zero); c21 = f32x4.max(c21, zero);
    c30 = f32x4.max(c30, zero); c31 = f32x4.max(c31, zero);
    c40 = f32x4.max(c40, zero); c41 = f32x4.max(c41, zero);
    c50 = f32x4.max(c50, zero); c51 = f32x4.max(c51, zero);
  }
  put(<usize>load<u32>(entry, 4) + offset, c00, c01, columns);
  put(<usize>load<u32>(entry, 12) + offset, c10, c11, columns);
  put(<usize>load<u32>(entry, 20) + offset, c20, c21, columns);
  put(<usize>load<u32>(entry, 28) + offset, c30, c31, columns);
  put(<usize>load<u32>(entry, 36) + offset, c40, c41, columns);
  put(<usize>load<u32>(entry, 44) + offset, c50, c51, columns);
}

/**
 * Adds Aᵀ·B to packed sums, where row p of A is the left row of table entry p and B has `rows` packed rows.
 * The sums are panels of `segments · run` rows, padded to a multiple of 6 with rows of no meaning.
 * 6 columns of A at a time are copied to `tile`, [rows][6]: where they lie, they can share few lines of the cache.
 */
export function outer(
  table: usize,
  rows: i32,
  tile: usize,
  panels: usize,
  sums: usize,
  segments: i32,
  run: i32,
  segmentStride: usize,
  n: i32,
  left: usize,
): void {
  const k = segments * run, panelBytes = <usize>rows * PANEL, sumBytes = <usize>((k + TILE - 1) / TILE * TILE) * PANEL;
  for (let column = 0; column < k; column += TILE) {
    gather(table, rows, tile, column, segments, run, segmentStride, left);
    let b = panels, c = sums + <usize>column * PANEL;
    for (let first = 0; first < n; first += 8, b += panelBytes, c += sumBytes) outerTile(tile, rows, b, c);
  }
}

/** Copies 6 columns of A from one on, with what follows in memory after the last. */
function gather(
  entry: usize,
  rows: i32,
  to: usize,
  column: i32,
  segments: i32,
  run: i32,
  segmentStride: usize,
  left: usize,
): void {
  const end = to + <usize>rows * TILE_ROW, segment = column / run, before = column - segment * run;
  const start = left + <usize>segment * segmentStride;
  if (before + TILE <= run || segment + 1 === segments) {
    for (; to < end; to += TILE_ROW, entry += ENTRY) copy6(<usize>load<u32>(entry) + start + (<usize>before << 2), to);
    return;
  }
  for (; to < end; to += TILE_ROW, entry += ENTRY) {
    let from = <usize>load<u32>(entry) + start, first = before, target = to;
    // Each run is written over what followed the one before, and the next row over what followed the last.
    for (let s = segment; s < segments && target < to + TILE_ROW; s++, from += segmentStride, first = 0) {
      copy6(from + (<usize>first << 2), target);
      target += <usize>(run - first) << 2;
    }
  }
}

// @ts-ignore: decorator
@inline
function copy6(from: usize, to: usize): void {
  v128.store(to, v128.load(from));
  store<u64>(to, load<u64>(from, 16), 16);
}

/** 6 columns of A times one panel, added to 6 rows of sums. */
function outerTile(a: usize, rows: i32, b: usize, c: usize): void {
  let c00 = v128.load(c, 0), c01 = v128.load(c, 16), c10 = v128.load(c, 32), c11 = v128.load(c, 48);
  let c20 = v128.load(c, 64), c21 = v128.load(c, 80), c30 = v128.load(c, 96), c31 = v128.load(c, 112);
  let c40 = v128.load(c, 128), c41 = v128.load(c, 144), c50 = v128.load(c, 160), c51 = v128.load(c, 176);
  const end = b + <usize>rows * PANEL;
  while (b < end) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let s: v128;
    s = v128.load32_splat(a); c00 = madd(s, b0, c00); c01 = madd(s, b1, c01);
    s = v128.load32_splat(a, 4); c10 = madd(s, b0, c10); c11 = madd(s, b1, c11);
    s = v128.load32_splat(a, 8); c20 = madd(s, b0, c20); c21 = madd(s, b1, c21);
    s = v128.load32_splat(a, 12); c30 = madd(s, b0, c30); c31 = madd(s, b1, c31);
    s = v128.load32_splat(a, 16); c40 = madd(s, b0, c40); c41 = madd(s, b1, c41);
    s = v128.load32_splat(a, 20); c50 = madd(s, b0, c50); c51 = madd(s, b1, c51);
    a += TILE_ROW;
    b += PANEL;
  }
  v128.store(c, c00, 0); v128.store(c, c01, 16); v128.store(c, c10, 32); v128.store(c, c11, 48);
  v128.store(c, c20, 64); v128.store(c, c21, 80); v128.store(c, c30, 96); v128.store(c, c31, 112);
  v128.store(c, c40, 128); v128.store(c, c41, 144); v128.store(c, c50, 160); v128.store(c, c51, 176);
}
