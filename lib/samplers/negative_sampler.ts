import {
  checkArray,
  checkInteger,
  checkLength,
  checkNumber,
  checkOneOf,
  checkOptions,
} from "../core/checks.ts";
import type { Labels } from "../core/labels.ts";
import { type NegativeKind, negativeKindNames, negativeKinds } from "../core/negative_kinds.ts";
import { checkRandom, Random } from "../core/random.ts";
import { exponential } from "../hardening/exponential.ts";
import { checkHardening, type Hardening } from "../hardening/hardening.ts";
import { cosineTile, TILE_ANCHORS } from "./cosine_tile.ts";
import { checkDraws, DRAW_OPTIONS, type DrawOptions, type Draws, emptyDraws } from "./draws.ts";
import { checkedLabels } from "./labels.ts";
import type { Reservoir } from "./reservoir.ts";
import { ReservoirWithReplacement } from "./reservoir_with_replacement.ts";
import { ReservoirWithoutReplacement } from "./reservoir_without_replacement.ts";
import { UnitRows } from "./unit_rows.ts";

/** What {@linkcode negativeSampler} draws from. */
export interface NegativeSamplerOptions {
  /** Which of the four distributions of negatives. */
  kind: NegativeKind;
  /**
   * The bank, row-major `[N, dim]`, of any norm; a zero row has cosine 0 with everything. Floats are not copied and must not
   * change while the sampler is used.
   */
  embeddings: ArrayLike<number>;
  /** Length of an embedding. */
  dim: number;
  /** One integer per bank row, any range; needed for `scl` and `hscl`. */
  labels?: Labels;
  /** η, only for `hucl` and `hscl`. Default `exponential(1)`. */
  hardening?: Hardening;
  /** Temperature `T > 0` at which η is taken. Default 0.5. */
  temperature?: number;
  /** A non-negative integer, or the stream to draw from. */
  seed: number | Random;
  /** Bank rows that are worked on at a time, at most all; changes memory and speed, never what is drawn. Default 512. */
  blockSize?: number;
}

/** Anchors that are not in the bank. */
export interface ExternalAnchors {
  /** Row-major `[anchors, dim]`, of any norm. */
  embeddings: ArrayLike<number>;
  /** One integer per anchor; needed for `scl` and `hscl`. */
  labels?: Labels;
  /** A bank row per anchor that is never drawn for it, such as its own older embedding; −1 for none. */
  exclude?: ArrayLike<number>;
}

/** Options of {@linkcode NegativeSampler.draw}. */
export interface NegativeDrawOptions extends DrawOptions {
  /** Stream of this call. Default: child `draw/n` of the sampler's stream in its `n`-th call, from 0. */
  random?: Random;
}

const SAMPLER_OPTIONS = {
  kind: true,
  embeddings: true,
  dim: true,
  labels: true,
  hardening: true,
  temperature: true,
  seed: true,
  blockSize: true,
} as const;

/** Draws negatives for anchors; made by {@linkcode negativeSampler}. */
export interface NegativeSampler {
  /** Bank rows. */
  readonly count: number;
  /**
   * Draws `k` negatives for each anchor, before it returns. Anchor `i` of the call draws from child stream `i`, so it gets the same negatives
   * whatever the other anchors are.
   *
   * @param anchors rows of the bank, or embeddings that are not in it
   * @param options number of draws, replacement, stream
   * @returns bank rows with their log-probabilities
   * @throws {RangeError} if an anchor is no bank row, an embedding is not finite, a length does not fit, `k` is below 1 or too large, or
   * η is NaN or infinite
   * @throws {TypeError} if labels are missing or no integers
   */
  draw(anchors: ArrayLike<number> | ExternalAnchors, options: NegativeDrawOptions): Draws;
}

const BLOCK_SIZE = 512;

/**
 * A sampler of negatives `x⁻ ~ q(·|x)` from a bank of `N` embeddings, the empirical distribution `p`:
 *
 * `q(j|x) ∝ 1[j ≠ x] · 1[ℓ(j) ≠ ℓ(x)] · η(u_xj)`
 *
 * with the cosine `u_xj`; the label factor for `scl` and `hscl` only, η for `hucl` and `hscl` only. An anchor given as a
 * bank row is never its own negative; one from outside excludes no row but the one it names.
 *
 * Draws and probabilities are exact up to float64 rounding, for any temperature and hardening, as weights enter by their
 * logarithms. One pass over the bank serves all anchors and both ways of drawing, in memory `O(N + anchors·(dim + k))`
 * beside the bank and time `O(N·anchors·dim)`, or `O(N·anchors)` without hardening, which needs no cosines. The same seed
 * gives the same draws on every backend, as none is used.
 *
 * An anchor none of whose candidates can be drawn (no other label, or η = 0 for all) gets no draws: count 0, indices −1,
 * log-probabilities `-Infinity`, and {@linkcode sampledLoss} leaves it out of its mean. There is no distribution to be
 * exact about then; the in-batch losses, which have to give such an anchor a gradient, let its hardest negatives share the
 * weight. Without replacement an anchor with fewer than `k` candidates gets each once.
 *
 * @throws {RangeError} if the bank is empty, an embedding is not finite, or an option is out of range
 * @throws {TypeError} if labels are missing or no integers, or an unhardened kind comes with hardening
 *
 * Source: Jiang et al., arXiv 2209.00078, section 3.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { exponential, negativeSampler } from "@hscl/hscl";
 * const sampler = negativeSampler({
 *   kind: "hscl",
 *   embeddings: Float32Array.of(1, 0, 0.8, 0.6, 0.6, 0.8, -1, 0),
 *   dim: 2,
 *   labels: [0, 0, 1, 1],
 *   hardening: exponential(5),
 *   seed: 0,
 * });
 * const { indices, logProbabilities, counts } = sampler.draw([0, 3], { k: 2 });
 * // Row 0 has two rows of another label, and the closer one is drawn first with probability 1/(1 + exp(-16)).
 * assertEquals(indices[0], 2);
 * assert(Math.abs(logProbabilities[0]) < 1e-6);
 * assertEquals(counts[0], 2);
 * ```
 */
export function negativeSampler(options: NegativeSamplerOptions): NegativeSampler {
  const { kind, dim, hardening } = checkOptions(options, SAMPLER_OPTIONS);
  const { byLabel, hardened } = negativeKinds[checkOneOf("kind of negatives", kind, negativeKindNames)];
  if (hardening) checkHardening("hardening", hardening);
  const temperature = checkNumber("temperature", options.temperature ?? 0.5, { above: 0 });
  const isNone = hardening?.slope?.(temperature) === 0; // all weights are equal
  if (!hardened && hardening && !isNone) {
    throw new TypeError(
      `Cannot sample ${kind} negatives as they must come without hardening: received ${hardening.name}`,
    );
  }
  const eta = hardened && !isNone ? hardening ?? exponential(1) : undefined;
  if (eta) checkLogWeight(eta, eta.logEtaAt(1, temperature), 1, temperature); // the largest weight there is
  const wantedBlock = checkInteger("block size", options.blockSize ?? BLOCK_SIZE, { min: 1 });
  const stream = options.seed instanceof Random ? options.seed : new Random(options.seed);
  const bank = new UnitRows("embeddings", options.embeddings, dim);
  if (bank.count === 0) {
    throw new RangeError("Cannot sample negatives as the bank must not be empty: received 0 rows");
  }
  const blockSize = Math.min(wantedBlock, bank.count);
  const labels = byLabel
    ? labelsOf("labels", options.labels, bank.count, `${bank.count} embeddings`)
    : undefined;
  let calls = 0;

  return {
    count: bank.count,
    draw: (anchors, options) => {
      const { k, replacement = false, random } = checkOptions(options, DRAW_OPTIONS);
      const queries = isExternal(anchors)
        ? externalQueries(anchors, bank, byLabel)
        : bankQueries(anchors, bank, labels);
      checkDraws(queries.count, k);
      const own = random ? checkRandom("random", random) : stream.child("draw").child(calls++);
      const reservoirs = Array.from(
        { length: queries.count },
        (_, anchor): Reservoir =>
          replacement
            ? new ReservoirWithReplacement(k, own.child(anchor))
            : new ReservoirWithoutReplacement(k, own.child(anchor)),
      );
      if (eta) offerByCosine(bank, labels, queries, reservoirs, eta, temperature, blockSize);
      else offerAlike(bank, labels, queries, reservoirs, blockSize);
      const draws = emptyDraws(queries.count, k);
      reservoirs.forEach((reservoir, anchor) => reservoir.write(draws, anchor));
      return draws;
    },
  };
}

function isExternal(anchors: ArrayLike<number> | ExternalAnchors): anchors is ExternalAnchors {
  return typeof anchors === "object" && anchors !== null && "embeddings" in anchors;
}

/** Anchors in the form the passes need. */
interface Queries {
  count: number;
  /** Unit rows, `[count, dim]`, with rows of zeros up to a whole number of tiles. */
  rows: Float64Array;
  labels: Float64Array | undefined;
  /** Bank row that is never drawn, −1 for none. */
  exclude: Int32Array;
}

function labelsOf(
  name: string,
  labels: Labels | undefined,
  count: number,
  why: string,
): Float64Array {
  if (labels === undefined) {
    throw new TypeError(`Cannot sample negatives by label as ${name} are required: received none`);
  }
  return checkedLabels(name, labels, count, why);
}

function bankQueries(
  anchors: ArrayLike<number>,
  bank: UnitRows,
  labels: Float64Array | undefined,
): Queries {
  const exclude = checkedRows("anchors", anchors, 0, bank.count);
  const count = exclude.length, rows = emptyRows(count, bank.dim);
  exclude.forEach((row, anchor) => bank.copyRow(rows, anchor, row));
  return { count, rows, labels: labels && Float64Array.from(exclude, (row) => labels[row]), exclude };
}

function externalQueries(anchors: ExternalAnchors, bank: UnitRows, byLabel: boolean): Queries {
  const embeddings = new UnitRows("anchor embeddings", anchors.embeddings, bank.dim);
  const { count } = embeddings, rows = emptyRows(count, bank.dim), why = `${count} anchors`;
  embeddings.copyTo(rows, 0, count);
  const exclude = anchors.exclude
    ? checkedRows("exclude", anchors.exclude, -1, bank.count)
    : new Int32Array(count).fill(-1);
  checkLength("exclude", exclude, count, why);
  return {
    count,
    rows,
    labels: byLabel ? labelsOf("anchor labels", anchors.labels, count, why) : undefined,
    exclude,
  };
}

function emptyRows(count: number, dim: number): Float64Array {
  return new Float64Array(Math.ceil(count / TILE_ANCHORS) * TILE_ANCHORS * dim);
}

function checkedRows(name: string, rows: ArrayLike<number>, min: number, bankSize: number): Int32Array {
  checkArray(name, rows, "bank rows");
  return Int32Array.from(rows, (row) => checkInteger(`${name} (bank rows)`, row, { min, max: bankSize - 1 }));
}

/** One pass with `log η` of the cosines as weights. */
function offerByCosine(
  bank: UnitRows,
  labels: Float64Array | undefined,
  queries: Queries,
  reservoirs: Reservoir[],
  eta: Hardening,
  temperature: number,
  blockSize: number,
): void {
  const { dim } = bank;
  const block = new Float64Array(blockSize * dim), tile = new Float64Array(TILE_ANCHORS * blockSize);
  for (let first = 0; first < bank.count; first += blockSize) {
    const count = Math.min(blockSize, bank.count - first);
    bank.copyTo(block, first, count);
    for (let anchor = 0; anchor < queries.count; anchor++) {
      const row = anchor % TILE_ANCHORS;
      if (row === 0) cosineTile(queries.rows, anchor, block, count, dim, tile, blockSize);
      const weights = tile.subarray(row * blockSize, row * blockSize + count);
      for (let j = 0; j < count; j++) {
        // Rounding can push a cosine out of [-1, 1] by some 1e-16.
        const logWeight = eta.logEtaAt(Math.min(Math.max(weights[j], -1), 1), temperature);
        checkLogWeight(eta, logWeight, weights[j], temperature);
        weights[j] = logWeight;
      }
      offer(reservoirs[anchor], first, weights, anchor, queries, labels);
    }
  }
}

function checkLogWeight({ name }: Hardening, logWeight: number, cosine: number, temperature: number): void {
  if (logWeight < Infinity) return;
  throw new RangeError(
    `Cannot sample as log η of hardening ${name} must be a number below +Infinity: received ${logWeight} at cosine ` +
      `${cosine}, temperature ${temperature}`,
  );
}

/** One pass with equal weights. */
function offerAlike(
  bank: UnitRows,
  labels: Float64Array | undefined,
  queries: Queries,
  reservoirs: Reservoir[],
  blockSize: number,
): void {
  const weights = new Float64Array(blockSize);
  for (let first = 0; first < bank.count; first += blockSize) {
    const block = weights.subarray(0, bank.count - first);
    for (let anchor = 0; anchor < queries.count; anchor++) {
      block.fill(0);
      offer(reservoirs[anchor], first, block, anchor, queries, labels);
    }
  }
}

/** Offers a block of bank rows to an anchor, but for those it must not get. */
function offer(
  reservoir: Reservoir,
  first: number,
  logWeights: Float64Array,
  anchor: number,
  queries: Queries,
  labels: Float64Array | undefined,
): void {
  const count = logWeights.length, own = queries.exclude[anchor] - first;
  if (own >= 0 && own < count) logWeights[own] = -Infinity;
  if (labels && queries.labels) {
    const label = queries.labels[anchor];
    for (let j = 0; j < count; j++) if (labels[first + j] === label) logWeights[j] = -Infinity;
  }
  reservoir.offer(first, logWeights, count);
}
