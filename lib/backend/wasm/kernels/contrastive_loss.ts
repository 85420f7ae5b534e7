import type * as tf from "@tensorflow/tfjs";
import type { ContrastiveTerms } from "../../operations/contrastive_loss.ts";
import { contrastiveKernels } from "../assembly/instances.ts";
import { addressOf, type KernelArguments, type WasmBackend } from "../heap.ts";
import { PairTiles, pairTilesFloats, SIDE, type Strip } from "../pair_tiles.ts";
import { withScratch } from "../scratch.ts";

/** Exponents may be this far apart to count all of them from the largest that there can be: e^-64 is far above 2^-126. */
const RANGE = 64;

/** e^{2 · slope} rounds to 1 below this: no cosine changes a weight. */
const NO_SLOPE = 2 ** -26;

interface Attributes extends ContrastiveTerms {
  withGradient: boolean;
}

/** Kernel `ContrastiveLoss`; see `contrastiveLoss`. Gives the loss and, if asked, its gradient. */
export function contrastiveLoss(
  { inputs: { x }, attrs, backend }: KernelArguments<{ x: tf.TensorInfo }, Attributes>,
): tf.TensorInfo[] {
  const [n, dim] = x.shape, { withGradient } = attrs;
  const loss = backend.makeOutput([], "float32");
  const outputs = withGradient ? [loss, backend.makeOutput(x.shape, "float32")] : [loss];
  const values = () => outputs.map((output) => backend.typedArrayFromHeap(output));
  const largest = largestSquare(backend.typedArrayFromHeap(x), dim);
  // Of a value that is not finite, nothing but NaN comes.
  if (!Number.isFinite(largest)) {
    for (const output of values()) output.fill(NaN);
    return outputs;
  }
  withScratch(backend, [...pairTilesFloats(n, dim, withGradient), ...listFloats(n)], (...room) => {
    const lists = room.splice(-listFloats(n).length);
    const tiles = new PairTiles(backend, addressOf(backend, x), attrs.order, dim, room);
    const value = new Passes(backend, tiles, attrs, lists, largest).run();
    if (withGradient) tiles.writeSlopes(attrs.order, addressOf(backend, outputs[1]));
    values()[0][0] = value;
  });
  return outputs;
}

/** The square of the longest row's norm, which no cosine exceeds, nor its negative; NaN or infinite if a value is. */
function largestSquare(rows: Float32Array, dim: number): number {
  let largest = 0;
  for (let start = 0; start < rows.length; start += dim) {
    let sum = 0;
    for (let k = start; k < start + dim; k++) sum += rows[k] * rows[k];
    if (!(sum <= largest)) largest = sum;
    if (Number.isNaN(sum)) break;
  }
  return largest;
}

/** The lists by embedding that {@linkcode Passes} has. */
const LISTS = [
  "work",
  "excluded",
  "positives",
  "nearest",
  "nearestPositives",
  "levels",
  "weights",
  "pulls",
  "pushes",
  "positivePulls",
  "sums",
  "positiveSums",
  "slopes",
] as const;

type Addresses = Record<typeof LISTS[number], number>;

/** Floats of each of {@linkcode LISTS}; sums are float64. */
function listFloats(n: number): number[] {
  return [256, 2 * n, 2 * n, n, n, n, n, n, n, n, 4 * n, 4 * n, 2 * n];
}

/** What a pass over tiles calls a kernel with first: its room and the place of the tile. */
type Place = [rows: number, columns: number, firstRow: number, firstColumn: number];

/** The passes over all tiles that give a loss and its gradient. */
class Passes {
  readonly #backend: WasmBackend;
  readonly #tiles: PairTiles;
  readonly #terms: Attributes;
  readonly #n: number;
  /** Addresses, see {@linkcode listFloats}. */
  readonly #at: Addresses;
  readonly #pullRate: number;
  readonly #weightRate: number;
  readonly #slope: number;
  readonly #largest: number;

  /** @param largest no cosine, nor its negative, is larger */
  constructor(
    backend: WasmBackend,
    tiles: PairTiles,
    terms: Attributes,
    lists: number[],
    largest: number,
  ) {
    this.#largest = largest;
    this.#backend = backend;
    this.#tiles = tiles;
    this.#terms = terms;
    this.#n = terms.order.length;
    this.#at = Object.fromEntries(LISTS.map((name, i) => [name, lists[i]])) as Addresses;
    const { work, excluded, positives, weights, sums, positiveSums, slopes } = this.#at;
    this.#slope = terms.slope < NO_SLOPE ? 0 : terms.slope;
    this.#pullRate = (1 / terms.temperature + this.#slope) * Math.LOG2E;
    this.#weightRate = this.#slope * Math.LOG2E;
    contrastiveKernels(backend).prepare(work);
    const ints = (at: number) => new Int32Array(this.#memory(), at, 2 * this.#n);
    ints(excluded).set(terms.excluded);
    ints(positives).set(terms.positives);
    this.#floats(weights).set(terms.weights);
    this.#doubles(sums, 2).fill(0);
    this.#doubles(positiveSums, 2).fill(0);
    this.#doubles(slopes, 1).fill(0);
  }

  /** The loss; the slopes of the tiles are those of the loss then. */
  run(): number {
    const { meanInside, withGradient } = this.#terms;
    const shared = this.#findNearest(false), sharedPositives = meanInside && this.#findNearest(true);
    this.#sum(false, shared);
    if (meanInside) this.#sum(true, sharedPositives);
    const logMeans = this.#logMeans();
    const loss = meanInside ? this.#lossOfMeans(logMeans) : this.#lossOfPairs(logMeans);
    if (!withGradient) return loss;
    this.#setFactors();
    this.#spread(shared, sharedPositives);
    return loss;
  }

  /** Sets what cosines are counted from; whether that is the same for all. */
  #findNearest(positives: boolean): boolean {
    const { temperature } = this.#terms, { nearest, nearestPositives } = this.#at;
    const at = positives ? nearestPositives : nearest, rate = 1 / temperature + (positives ? 0 : this.#slope);
    if (2 * this.#largest * rate <= RANGE) {
      this.#floats(at).fill(this.#largest);
      return true;
    }
    this.#floats(at).fill(-Infinity);
    const ranges = this.#rangesOf(positives), { maxima } = contrastiveKernels(this.#backend);
    this.#forTiles(positives, (tile, place, mirrored) => {
      maxima(this.#at.work, tile, ...place, mirrored, Number(positives), ranges, at);
    });
    return false;
  }

  /** Sums of the exponentials of negatives, or positives. */
  #sum(positives: boolean, shared: boolean): void {
    const { work, nearest, nearestPositives, sums: sumsAt, positiveSums } = this.#at;
    const { sums } = contrastiveKernels(this.#backend), ranges = this.#rangesOf(positives);
    const rates = positives ? [Math.LOG2E / this.#terms.temperature, 0] : [this.#pullRate, this.#weightRate];
    const from = positives ? nearestPositives : nearest, to = positives ? positiveSums : sumsAt;
    this.#forTiles(positives, (tile, place, mirrored) => {
      sums(work, tile, ...place, mirrored, Number(positives), ranges, from, Number(shared), ...rates, to);
    });
  }

  /** `log Σ_j w_ij e^{s_ij} / Σ_j w_ij` of every anchor with negatives, else 0. */
  #logMeans(): Float64Array {
    const { temperature, counts } = this.#terms;
    const nearest = this.#floats(this.#at.nearest), sums = this.#doubles(this.#at.sums, 2);
    return Float64Array.from(counts, (count, i) => {
      if (count === 0) return 0;
      if (this.#slope === 0) sums[2 * i + 1] = count;
      return nearest[i] / temperature + Math.log(sums[2 * i] / sums[2 * i + 1]);
    });
  }

  /** The loss of all positive pairs, and the slopes of every anchor's loss in its mean over the negatives. */
  #lossOfPairs(logMeans: Float64Array): number {
    const { work, positives, levels, weights, slopes } = this.#at,
      { temperature, logNegativeWeight } = this.#terms;
    this.#floats(levels).set(logMeans.map((mean, i) => mean + logNegativeWeight[i]));
    const { pairLosses } = contrastiveKernels(this.#backend);
    let loss = 0;
    this.#forTiles(true, (tile, place, mirrored) => {
      const form = this.#form();
      loss += pairLosses(
        work,
        tile,
        ...place,
        mirrored,
        positives,
        1 / temperature,
        form,
        levels,
        weights,
        slopes,
      );
    });
    return loss;
  }

  /** As {@linkcode #lossOfPairs} with the mean over an anchor's positives in the place of each. */
  #lossOfMeans(logMeans: Float64Array): number {
    const { positives, weights, temperature, logNegativeWeight } = this.#terms, form = this.#form();
    const nearest = this.#floats(this.#at.nearestPositives), slopes = this.#doubles(this.#at.slopes, 1);
    const sums = this.#doubles(this.#at.positiveSums, 2), pulls = this.#floats(this.#at.positivePulls);
    let loss = 0;
    logMeans.forEach((logMean, i) => {
      pulls[i] = 0;
      if (weights[i] === 0) return;
      const count = positives[2 * i + 1] - positives[2 * i] - 1;
      const y = logNegativeWeight[i] + logMean - nearest[i] / temperature - Math.log(sums[2 * i] / count);
      const own = form === 1 || y > 0 || Number.isNaN(y) ? y : 0;
      loss += weights[i] * count * (own + (form === 0 ? Math.log1p(Math.exp(-Math.abs(y))) : 0));
      slopes[i] = count * (form === 0 ? 1 / (1 + Math.exp(-y)) : 1);
      pulls[i] = -weights[i] * slopes[i] / temperature / sums[2 * i];
    });
    return loss;
  }

  /** What a negative's pull and weight are multiplied with in the gradient, by anchor. */
  #setFactors(): void {
    const { weights, temperature, stopWeightGradient } = this.#terms;
    const slope = stopWeightGradient ? 0 : this.#slope;
    const sums = this.#doubles(this.#at.sums, 2), slopes = this.#doubles(this.#at.slopes, 1);
    const pulls = this.#floats(this.#at.pulls), pushes = this.#floats(this.#at.pushes);
    weights.forEach((weight, i) => {
      const inMean = weight * slopes[i];
      pulls[i] = weight === 0 ? 0 : inMean * (1 / temperature + slope) / sums[2 * i];
      pushes[i] = weight === 0 ? 0 : inMean * slope / sums[2 * i + 1];
    });
  }

  /** The gradient: the coefficients of all pairs, and their products with the rows. */
  #spread(shared: boolean, sharedPositives: boolean): void {
    const {
      work,
      excluded,
      positives,
      nearest,
      nearestPositives,
      levels,
      weights,
      pulls,
      pushes,
      positivePulls,
    } = this.#at;
    const { spread, pairSlopes } = contrastiveKernels(this.#backend),
      tiles = this.#tiles,
      to = tiles.coefficients;
    const { meanInside, temperature } = this.#terms, form = this.#form(), inverse = 1 / temperature;
    tiles.startSlopes();
    this.#forTiles(false, (tile, place, _mirrored, rows, columns) => {
      const rates = [this.#pullRate, this.#weightRate];
      new Float32Array(this.#memory(), to, SIDE * SIDE).fill(0);
      spread(work, tile, to, ...place, 0, excluded, nearest, Number(shared), ...rates, pulls, pushes);
      if (this.#havePositives(rows, columns)) {
        if (meanInside) {
          const rate = inverse * Math.LOG2E, own = Number(sharedPositives);
          spread(
            work,
            tile,
            to,
            ...place,
            1,
            positives,
            nearestPositives,
            own,
            rate,
            0,
            positivePulls,
            pushes,
          );
        } else pairSlopes(work, tile, to, ...place, positives, inverse, form, levels, weights);
      }
      tiles.addSlopes(rows, columns);
    });
  }

  /** Does something with every tile, or only with those that have positive pairs. */
  #forTiles(
    positives: boolean,
    use: (tile: number, place: Place, mirrored: number, rows: Strip, columns: Strip) => void,
  ): void {
    const { strips } = this.#tiles;
    for (const rows of strips) {
      for (const columns of strips.slice(rows.index)) {
        if (positives && !this.#havePositives(rows, columns)) break;
        const place: Place = [rows.count, columns.count, rows.first, columns.first];
        use(this.#tiles.cosines(rows, columns), place, Number(rows !== columns), rows, columns);
      }
    }
  }

  /** Positives follow each other, and those of the last row go the farthest. */
  #havePositives(rows: Strip, columns: Strip): boolean {
    return columns.first < this.#terms.positives[2 * (rows.first + rows.count) - 1];
  }

  #rangesOf(positives: boolean): number {
    return positives ? this.#at.positives : this.#at.excluded;
  }

  /** See `pairLosses` of contrastive.as. */
  #form(): number {
    const { positiveIncluded, countedWeight } = this.#terms;
    return !positiveIncluded ? 0 : countedWeight ? 2 : 1;
  }

  #memory(): ArrayBufferLike {
    return this.#backend.wasm.asm.memory.buffer;
  }

  #floats(at: number): Float32Array {
    return new Float32Array(this.#memory(), at, this.#n);
  }

  #doubles(at: number, perRow: number): Float64Array {
    return new Float64Array(this.#memory(), at, perRow * this.#n);
  }
}
