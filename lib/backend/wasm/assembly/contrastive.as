// AssemblyScript: the contrastive loss of a square tile of cosines, of which rows and columns are embeddings. A tile off the
// diagonal stands for its mirror image, too: `mirrored` says that its columns are anchors of its rows as well.
//
// Compiled twice by `deno task build:wasm`: with fused multiply-add (relaxed SIMD) and, for engines without it, with a
// product and a sum. Addresses are bytes, counts are elements.
//
// Embeddings are sorted so that those which are no negatives of one follow each other, as do its positives: `ranges` has
// the first and the one after the last of each embedding, two i32. The negatives of a row are the columns outside of its
// range, its positives those inside but itself: two runs of columns either way. Lists by embedding start at embedding 0. Up
// to three floats past the end of a run are read, whatever they are, and written again as they were.
//
// `work` has the table of vector_math.as and room for a list of columns or two. Sums are float32 within a tile and go on in
// float64.

import { firstLanes, largest, logOfOnePlus, madd, power, TABLE, total, writeTable } from "./vector_math";

const ROW: usize = 384; // bytes of a tile's row, of 96 floats
const LIST: usize = ROW + 16; // bytes of a list of columns

// How the weights of the negatives, 2^(weightRate · u), go with their pulls, 2^(pullRate · u): all weights are 1, or they are
// the roots of the pulls, or anything else.
const EQUAL: i32 = 0, ROOTS: i32 = 1, ANY: i32 = 2;


/** Fills the table of `work`. */
export function prepare(work: usize): void {
  writeTable(work);
}

// @ts-ignore: decorator
@inline
function clip(x: i32, columns: i32): i32 {
  return max(0, min(x, columns));
}

/** The end of a row's first run of columns. */
// @ts-ignore: decorator
@inline
function firstStop(positives: bool, from: i32, to: i32, self: i32): i32 {
  return positives ? (self >= from && self < to ? self : to) : from;
}

// @ts-ignore: decorator
@inline
function add(to: usize, x: v128): void {
  v128.store(to, f32x4.add(v128.load(to), x));
}

/** Adds a list of columns to every `stride`-th float64 from `to` on. */
function addList(from: usize, columns: i32, to: usize, stride: usize): void {
  for (; columns > 0; columns--, from += 4, to += stride) store<f64>(to, load<f64>(to) + <f64>load<f32>(from));
}

/** Raises `nearest` to the largest cosine of each embedding with a negative, or positive, of the tile. */
export function maxima(
  work: usize,
  tile: usize,
  rows: i32,
  columns: i32,
  firstRow: i32,
  firstColumn: i32,
  mirrored: bool,
  positives: bool,
  ranges: usize,
  nearest: usize,
): void {
  const none = f32x4.splat(-<f32>Infinity), columnList = nearest + (<usize>firstColumn << 2);
  for (let row = 0; row < rows; row++, tile += ROW) {
    const range = ranges + (<usize>(firstRow + row) << 3);
    const from = clip(load<i32>(range) - firstColumn, columns), to = clip(load<i32>(range, 4) - firstColumn, columns);
    const stop = firstStop(positives, from, to, firstRow + row - firstColumn);
    let most = none;
    for (let run = 0; run < 2; run++) {
      let j = run === 0 ? (positives ? from : 0) : (positives ? stop + 1 : to);
      const end = run === 0 ? stop : (positives ? to : columns);
      for (; j < end; j += 4) {
        const at = <usize>j << 2;
        let u = v128.load(tile + at);
        if (end - j < 4) u = v128.bitselect(u, none, firstLanes(end - j));
        most = f32x4.pmax(most, u);
        if (mirrored) v128.store(columnList + at, f32x4.pmax(v128.load(columnList + at), u));
      }
    }
    const own = nearest + (<usize>(firstRow + row) << 2);
    store<f32>(own, max(load<f32>(own), largest(most)));
  }
}

/**
 * Adds, for each embedding, the sums of the pulls and of the weights of its negatives, or positives, to two float64 in `sums`. Both
 * are in terms of the distance to `nearest`; if that is the same for all, they are the same for a row and a column.
 */
// @ts-ignore: decorator
@inline
function sumTile(
  work: usize,
  tile: usize,
  rows: i32,
  columns: i32,
  firstRow: i32,
  firstColumn: i32,
  mirrored: bool,
  positives: bool,
  ranges: usize,
  nearest: usize,
  pullRate: f32,
  weightRate: f32,
  sums: usize,
  kind: i32,
  shared: bool,
): void {
  const pullRates = f32x4.splat(pullRate), weightRates = f32x4.splat(weightRate);
  const pullList = work + TABLE, weightList = pullList + LIST, columnNearest = nearest + (<usize>firstColumn << 2);
  memory.fill(pullList, 0, 2 * LIST);
  for (let row = 0; row < rows; row++, tile += ROW) {
    const range = ranges + (<usize>(firstRow + row) << 3);
    const from = clip(load<i32>(range) - firstColumn, columns), to = clip(load<i32>(range, 4) - firstColumn, columns);
    const stop = firstStop(positives, from, to, firstRow + row - firstColumn);
    const reference = v128.load32_splat(nearest + (<usize>(firstRow + row) << 2));
    let pulls = f32x4.splat(0), weights = f32x4.splat(0);
    for (let run = 0; run < 2; run++) {
      let j = run === 0 ? (positives ? from : 0) : (positives ? stop + 1 : to);
      const end = run === 0 ? stop : (positives ? to : columns);
      for (; j < end; j += 4) {
        const at = <usize>j << 2, u = v128.load(tile + at), lanes = firstLanes(end - j);
        let x = f32x4.sub(u, reference), w = x, g = x;
        if (kind === EQUAL) g = v128.and(power(f32x4.mul(x, pullRates), work), lanes);
        else {
          w = v128.and(power(f32x4.mul(x, weightRates), work), lanes);
          g = kind === ROOTS ? f32x4.mul(w, w) : v128.and(power(f32x4.mul(x, pullRates), work), lanes);
          weights = f32x4.add(weights, w);
        }
        pulls = f32x4.add(pulls, g);
        if (!mirrored) continue;
        if (!shared) {
          x = f32x4.sub(u, v128.load(columnNearest + at));
          g = v128.and(power(f32x4.mul(x, pullRates), work), lanes);
          if (kind !== EQUAL) w = v128.and(power(f32x4.mul(x, weightRates), work), lanes);
        }
        add(pullList + at, g);
        if (kind !== EQUAL) add(weightList + at, w);
      }
    }
    const own = sums + (<usize>(firstRow + row) << 4);
    store<f64>(own, load<f64>(own) + total(pulls));
    if (kind !== EQUAL) store<f64>(own, load<f64>(own, 8) + total(weights), 8);
  }
  if (!mirrored) return;
  const columnSums = sums + (<usize>firstColumn << 4);
  addList(pullList, columns, columnSums, 16);
  if (kind !== EQUAL) addList(weightList, columns, columnSums + 8, 16);
}

/** See `sumTile`. */
export function sums(
  work: usize,
  tile: usize,
  rows: i32,
  columns: i32,
  firstRow: i32,
  firstColumn: i32,
  mirrored: bool,
  positives: bool,
  ranges: usize,
  nearest: usize,
  shared: bool,
  pullRate: f32,
  weightRate: f32,
  to: usize,
): void {
  if (shared) {
    if (weightRate === 0) {
      sumTile(work, tile, rows, columns, firstRow, firstColumn, mirrored, positives, ranges, nearest, pullRate, 0, to, EQUAL, true);
    } else if (pullRate === 2 * weightRate) {
      sumTile(
        work, tile, rows, columns, firstRow, firstColumn, mirrored, false, ranges, nearest, 0, weightRate, to, ROOTS, true,
      );
    } else {
      sumTile(
        work, tile, rows, columns, firstRow, firstColumn, mirrored, false, ranges, nearest, pullRate, weightRate, to, ANY, true,
      );
    }
  } else if (weightRate === 0) {
    sumTile(work, tile, rows, columns, firstRow, firstColumn, mirrored, positives, ranges, nearest, pullRate, 0, to, EQUAL, false);
  } else {
    sumTile(
      work, tile, rows, columns, firstRow, firstColumn, mirrored, false, ranges, nearest, pullRate, weightRate, to, ANY, false,
    );
  }
}

/**
 * Adds to each cosine's coefficient what the pulls and weights of negatives, or positives, contribute, of both anchors where the
 * tile is on the diagonal or `mirrored`: pull · `pullFactors` − weight · `weightFactors`, of the row and of the column.
 */
// @ts-ignore: decorator
@inline
function spreadTile(
  work: usize,
  tile: usize,
  coefficients: usize,
  rows: i32,
  columns: i32,
  firstRow: i32,
  firstColumn: i32,
  positives: bool,
  ranges: usize,
  nearest: usize,
  pullRate: f32,
  weightRate: f32,
  pullFactors: usize,
  weightFactors: usize,
  kind: i32,
  shared: bool,
): void {
  const pullRates = f32x4.splat(pullRate), weightRates = f32x4.splat(weightRate), column = <usize>firstColumn << 2;
  const columnNearest = nearest + column, columnPulls = pullFactors + column, columnWeights = weightFactors + column;
  for (let row = 0; row < rows; row++, tile += ROW, coefficients += ROW) {
    const range = ranges + (<usize>(firstRow + row) << 3), own = <usize>(firstRow + row) << 2;
    const from = clip(load<i32>(range) - firstColumn, columns), to = clip(load<i32>(range, 4) - firstColumn, columns);
    const stop = firstStop(positives, from, to, firstRow + row - firstColumn);
    const reference = v128.load32_splat(nearest + own);
    const pull = v128.load32_splat(pullFactors + own), weight = v128.load32_splat(weightFactors + own);
    for (let run = 0; run < 2; run++) {
      let j = run === 0 ? (positives ? from : 0) : (positives ? stop + 1 : to);
      const end = run === 0 ? stop : (positives ? to : columns);
      for (; j < end; j += 4) {
        const at = <usize>j << 2, u = v128.load(tile + at), pullOfColumn = v128.load(columnPulls + at);
        let x = f32x4.sub(u, reference), c = x;
        if (shared) {
          const pulls = f32x4.add(pull, pullOfColumn);
          if (kind === EQUAL) c = f32x4.mul(power(f32x4.mul(x, pullRates), work), pulls);
          else {
            const w = power(f32x4.mul(x, weightRates), work);
            const weights = f32x4.add(weight, v128.load(columnWeights + at));
            // g · pulls − w · weights
            c = kind === ROOTS
              ? f32x4.mul(w, f32x4.sub(f32x4.mul(w, pulls), weights))
              : f32x4.sub(f32x4.mul(power(f32x4.mul(x, pullRates), work), pulls), f32x4.mul(w, weights));
          }
        } else {
          const y = f32x4.sub(u, v128.load(columnNearest + at));
          c = f32x4.add(
            f32x4.mul(power(f32x4.mul(x, pullRates), work), pull),
            f32x4.mul(power(f32x4.mul(y, pullRates), work), pullOfColumn),
          );
          if (kind !== EQUAL) {
            c = f32x4.sub(c, f32x4.mul(power(f32x4.mul(x, weightRates), work), weight));
            c = f32x4.sub(c, f32x4.mul(power(f32x4.mul(y, weightRates), work), v128.load(columnWeights + at)));
          }
        }
        add(coefficients + at, v128.and(c, firstLanes(end - j)));
      }
    }
  }
}

/** See `spreadTile`. */
export function spread(
  work: usize,
  tile: usize,
  coefficients: usize,
  rows: i32,
  columns: i32,
  firstRow: i32,
  firstColumn: i32,
  positives: bool,
  ranges: usize,
  nearest: usize,
  shared: bool,
  pullRate: f32,
  weightRate: f32,
  pulls: usize,
  weights: usize,
): void {
  if (shared) {
    if (weightRate === 0) {
      spreadTile(
        work, tile, coefficients, rows, columns, firstRow, firstColumn, positives, ranges, nearest, pullRate, 0, pulls, weights,
        EQUAL, true,
      );
    } else if (pullRate === 2 * weightRate) {
      spreadTile(
        work, tile, coefficients, rows, columns, firstRow, firstColumn, false, ranges, nearest, 0, weightRate, pulls, weights,
        ROOTS, true,
      );
    } else {
      spreadTile(
        work, tile, coefficients, rows, columns, firstRow, firstColumn, false, ranges, nearest, pullRate, weightRate, pulls,
        weights, ANY, true,
      );
    }
  } else if (weightRate === 0) {
    spreadTile(
      work, tile, coefficients, rows, columns, firstRow, firstColumn, positives, ranges, nearest, pullRate, 0, pulls, weights,
      EQUAL, false,
    );
  } else {
    spreadTile(
      work, tile, coefficients, rows, columns, firstRow, firstColumn, false, ranges, nearest, pullRate, weightRate, pulls,
      weights, ANY, false,
    );
  }
}

// What a positive pair loses, with y = level − u/T: log(1 + e^y), or y, or y where it is not negative.
const SOFTPLUS: i32 = 0, ALL: i32 = 1;

const LOG2_E: f32 = 1.44269504;

/** 1/(1 + e^-y), with e = e^-|y|. */
// @ts-ignore: decorator
@inline
function sigmoid(y: v128, e: v128, one: v128): v128 {
  return f32x4.div(v128.bitselect(e, one, f32x4.lt(y, f32x4.splat(0))), f32x4.add(one, e));
}

/**
 * The losses of the tile's positive pairs times the anchor's weight, added up; adds for each anchor the slopes of its losses to a
 * float64 in `slopes`.
 */
export function pairLosses(
  work: usize,
  tile: usize,
  rows: i32,
  columns: i32,
  firstRow: i32,
  firstColumn: i32,
  mirrored: bool,
  ranges: usize,
  inverseTemperature: f32,
  form: i32,
  levels: usize,
  weights: usize,
  slopes: usize,
): f64 {
  const perCosine = f32x4.splat(inverseTemperature), zero = f32x4.splat(0), one = f32x4.splat(1), minusLog2e = f32x4.splat(-LOG2_E);
  const list = work + TABLE, column = <usize>firstColumn << 2, columnLevels = levels + column, columnWeights = weights + column;
  let sum: f64 = 0;
  memory.fill(list, 0, LIST);
  for (let row = 0; row < rows; row++, tile += ROW) {
    const range = ranges + (<usize>(firstRow + row) << 3), own = <usize>(firstRow + row) << 2;
    const from = clip(load<i32>(range) - firstColumn, columns), to = clip(load<i32>(range, 4) - firstColumn, columns);
    const stop = firstStop(true, from, to, firstRow + row - firstColumn);
    const level = v128.load32_splat(levels + own);
    let losses = zero, slopesOfRow = zero, mirroredLosses = zero;
    for (let run = 0; run < 2; run++) {
      let j = run === 0 ? from : stop + 1;
      const end = run === 0 ? stop : to;
      for (; j < end; j += 4) {
        const at = <usize>j << 2, s = f32x4.mul(v128.load(tile + at), perCosine), lanes = firstLanes(end - j);
        let y = f32x4.sub(level, s), loss = form === ALL ? y : f32x4.pmax(y, zero), slope = one;
        if (form === SOFTPLUS) {
          const e = power(f32x4.mul(f32x4.abs(y), minusLog2e), work);
          loss = f32x4.add(loss, logOfOnePlus(e, work));
          slope = sigmoid(y, e, one);
        }
        losses = f32x4.add(losses, v128.and(loss, lanes));
        slopesOfRow = f32x4.add(slopesOfRow, v128.and(slope, lanes));
        if (!mirrored) continue;
        y = f32x4.sub(v128.load(columnLevels + at), s);
        loss = form === ALL ? y : f32x4.pmax(y, zero);
        if (form === SOFTPLUS) {
          const e = power(f32x4.mul(f32x4.abs(y), minusLog2e), work);
          loss = f32x4.add(loss, logOfOnePlus(e, work));
          slope = sigmoid(y, e, one);
        }
        mirroredLosses = f32x4.add(mirroredLosses, v128.and(f32x4.mul(loss, v128.load(columnWeights + at)), lanes));
        add(list + at, v128.and(slope, lanes));
      }
    }
    sum += total(losses) * <f64>load<f32>(weights + own) + total(mirroredLosses);
    const slopeOfRow = slopes + (<usize>(firstRow + row) << 3);
    store<f64>(slopeOfRow, load<f64>(slopeOfRow) + total(slopesOfRow));
  }
  if (mirrored) addList(list, columns, slopes + (<usize>firstColumn << 3), 8);
  return sum;
}

/** Adds to the coefficients of positive pairs their slopes in the cosine, of both anchors. */
export function pairSlopes(
  work: usize,
  tile: usize,
  coefficients: usize,
  rows: i32,
  columns: i32,
  firstRow: i32,
  firstColumn: i32,
  ranges: usize,
  inverseTemperature: f32,
  form: i32,
  levels: usize,
  weights: usize,
): void {
  const perCosine = f32x4.splat(inverseTemperature), one = f32x4.splat(1), minusLog2e = f32x4.splat(-LOG2_E);
  const column = <usize>firstColumn << 2, columnLevels = levels + column, columnWeights = weights + column;
  for (let row = 0; row < rows; row++, tile += ROW, coefficients += ROW) {
    const range = ranges + (<usize>(firstRow + row) << 3), own = <usize>(firstRow + row) << 2;
    const from = clip(load<i32>(range) - firstColumn, columns), to = clip(load<i32>(range, 4) - firstColumn, columns);
    const stop = firstStop(true, from, to, firstRow + row - firstColumn);
    const level = v128.load32_splat(levels + own), weight = v128.load32_splat(weights + own);
    for (let run = 0; run < 2; run++) {
      let j = run === 0 ? from : stop + 1;
      const end = run === 0 ? stop : to;
      for (; j < end; j += 4) {
        const at = <usize>j << 2;
        let ofRow = weight, ofColumn = v128.load(columnWeights + at);
        if (form === SOFTPLUS) {
          const s = f32x4.mul(v128.load(tile + at), perCosine);
          const y = f32x4.sub(level, s), z = f32x4.sub(v128.load(columnLevels + at), s);
          ofRow = f32x4.mul(ofRow, sigmoid(y, power(f32x4.mul(f32x4.abs(y), minusLog2e), work), one));
          ofColumn = f32x4.mul(ofColumn, sigmoid(z, power(f32x4.mul(f32x4.abs(z), minusLog2e), work), one));
        }
        const c = f32x4.mul(f32x4.add(ofRow, ofColumn), perCosine);
        v128.store(coefficients + at, f32x4.sub(v128.load(coefficients + at), v128.and(c, firstLanes(end - j))));
      }
    }
  }
}

/** to += from */
export function addAll(from: usize, to: usize, count: i32): void {
  for (; count > 3; count -= 4, from += 16, to += 16) add(to, v128.load(from));
  for (; count > 0; count--, from += 4, to += 4) store<f32>(to, load<f32>(to) + load<f32>(from));
}
