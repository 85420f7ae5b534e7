import { Random } from "../core/random.ts";
import type { Hardening } from "../hardening/hardening.ts";
import type { AnchorValues } from "./anchor_values.ts";
import type { ClassRuns } from "./class_sorted.ts";
import type { Change } from "./jackknife.ts";
import { emptyMeans, type LeftOutStates, type LeftOutSums, statesOf } from "./left_out_means.ts";
import { type LossShape, positiveLosses, softplus } from "./positive_losses.ts";
import type { Ranges } from "./row_sums.ts";

/** The changes of one kind of anchors. */
interface Changes {
  readonly hSame: Change;
  readonly hDiff: Change;
  readonly hAll: Change;
  readonly lossAll: Change;
  readonly lossDiff: Change;
}

/** The pairs of an anchor with its class, or with the others. */
interface Part {
  readonly pairs: Ranges;
  /** Where they are left out. */
  readonly columns: Ranges;
  readonly h: number;
  /** Of that `h`. */
  readonly change: Change;
  /** Logarithm of the sum of η. */
  readonly logWeight: number;
  /** Of the sum of η over all pairs. */
  readonly weightOfAll: number;
}

/** A loss of an anchor, and what becomes of it. */
interface ChangingLoss {
  readonly kind: number;
  readonly h: number;
  readonly value: number;
  readonly shape: LossShape;
  readonly ofH: Change;
  readonly into: Change;
  /** Whether the negatives are of all classes. */
  readonly ofAll: boolean;
}

// With more of the weight on one pair, the rest would be a difference of nearly equal numbers.
const LARGEST_WEIGHT = 0.999;
// Larger steps in `log h` are taken exactly, smaller ones by slope and curvature.
const LARGEST_STEP = 0.02;

/** Takes part in the pass over all pairs: what every mean would be without each of the embeddings, or some of them. */
export class LeaveOneOut {
  readonly #sorted: ClassRuns;
  readonly #hardenings: readonly Hardening[];
  #kinds: readonly AnchorValues[] = [];
  /** One per hardening function. */
  #means: readonly LeftOutSums[] = [];
  readonly #temperature: number;
  readonly #logQ: number;
  /** Rows that are left out, ascending. */
  readonly #left: Int32Array;
  /** Of each row, and the end: how many rows before it are left out. */
  readonly #before: Int32Array;
  readonly #g: Float64Array;
  readonly #changes: readonly Changes[];

  /**
   * @param hardenings none, then those that anchors are hardened by
   * @param options `leaveOut` embeddings are left out, spread evenly over the classes from where `seed` decides
   */
  constructor(
    sorted: ClassRuns,
    hardenings: readonly Hardening[],
    options: { temperature: number; logQ: number; leaveOut: number; seed: number },
  ) {
    const { count } = sorted, columns = Math.min(count, options.leaveOut);
    const random = new Random(options.seed).child("theory").child("leave one out");
    const offset = columns < count ? random.uniform() : 0;
    this.#sorted = sorted;
    this.#hardenings = hardenings;
    this.#temperature = options.temperature;
    this.#logQ = options.logQ;
    this.#left = Int32Array.from({ length: columns }, (_, c) => Math.floor((c + offset) * count / columns));
    this.#before = new Int32Array(count + 1);
    this.#left.forEach((row) => this.#before[row + 1] = 1);
    for (let row = 0; row < count; row++) this.#before[row + 1] += this.#before[row];
    this.#g = new Float64Array(columns);
    const change = () => ({ by: new Float64Array(columns), linear: new Float64Array(columns) });
    this.#changes = hardenings.map(() => ({
      hSame: change(),
      hDiff: change(),
      hAll: change(),
      lossAll: change(),
      lossDiff: change(),
    }));
  }

  /**
   * Starts with no anchor.
   *
   * @param kinds what there is to say about the anchors that follow, of each hardening function, also of none
   */
  begin(kinds: readonly AnchorValues[]): void {
    this.#kinds = kinds;
    this.#means = kinds.slice(1).map(() => emptyMeans(this.#sorted.count, this.#left.length));
  }

  /** What was summed since, of each hardening function. */
  end(): LeftOutStates[] {
    return this.#means.map(statesOf);
  }

  /**
   * Takes up the anchor of a row, whose statistics are there already.
   *
   * @param place of the anchor among those since the beginning
   * @param cosines of the row, with the first of the class in the place of the anchor itself
   * @param logWeights of each kind, the logarithms of the sums of η over the class and over the others
   * @param shapes of each kind, of the loss with negatives of all classes and of other classes; empty without a positive
   */
  add(
    row: number,
    place: number,
    cosines: Float32Array | Float64Array,
    logWeights: readonly { same: number; diff: number }[],
    shapes: readonly LossShape[],
  ): void {
    if (this.#left.length === 0) return;
    const { starts, ends } = this.#sorted, start = starts[row], end = ends[row];
    const left = this.#left, g = this.#g, temperature = this.#temperature;
    for (let c = 0; c < left.length; c++) g[c] = Math.exp(cosines[left[c]] / temperature);
    for (let kind = 0; kind < this.#kinds.length; kind++) {
      this.#changeMeans(kind, row, place, cosines, logWeights[kind]);
      if (end - start === 1) continue;
      const anchors = this.#kinds[kind], changes = this.#changes[kind];
      this.#changeLoss(row, cosines, {
        kind,
        h: anchors.hAll[place],
        value: anchors.lossAll[place],
        shape: shapes[2 * kind],
        ofH: changes.hAll,
        into: changes.lossAll,
        ofAll: true,
      });
      this.#changeLoss(row, cosines, {
        kind,
        h: anchors.hDiff[place],
        value: anchors.lossDiff[place],
        shape: shapes[2 * kind + 1],
        ofH: changes.hDiff,
        into: changes.lossDiff,
        ofAll: false,
      });
    }
    this.#means.forEach((_, h) => this.#addMeans(h, row, place));
  }

  /** The changes of `h_same`, `h_diff` and `h_all`. */
  #changeMeans(
    kind: number,
    row: number,
    place: number,
    cosines: Float32Array | Float64Array,
    logWeight: { same: number; diff: number },
  ): void {
    const { count, starts, ends } = this.#sorted, start = starts[row], end = ends[row];
    const { rho, ...anchors } = this.#kinds[kind], changes = this.#changes[kind];
    const firstSame = this.#before[start], lastSame = this.#before[end];
    const same = {
      pairs: [[start + 1, end]] as const,
      columns: [[firstSame, lastSame]] as const,
      h: anchors.hSame[place],
      change: changes.hSame,
      logWeight: logWeight.same,
      weightOfAll: rho[place],
    };
    const diff = {
      pairs: [[0, start], [end, count]] as const,
      columns: [[0, firstSame], [lastSame, this.#left.length]] as const,
      h: anchors.hDiff[place],
      change: changes.hDiff,
      logWeight: logWeight.diff,
      weightOfAll: 1 - rho[place],
    };
    const all = [...same.pairs, ...diff.pairs];
    this.#changePart(kind, row, place, cosines, same, all);
    this.#changePart(kind, row, place, cosines, diff, all);
  }

  #changePart(
    kind: number,
    row: number,
    place: number,
    cosines: Float32Array | Float64Array,
    { pairs, columns, h, change, logWeight, weightOfAll }: Part,
    allPairs: Ranges,
  ): void {
    const { starts } = this.#sorted, start = starts[row], left = this.#left, g = this.#g;
    const hardening = this.#hardenings[kind],
      { hAll } = this.#kinds[kind],
      { by: allBy, linear: allLinear } = this.#changes[kind].hAll;
    const { by, linear } = change, all = hAll[place], temperature = this.#temperature;
    const none = logWeight === -Infinity; // η is zero at every pair of this part
    for (const [from, to] of columns) {
      for (let c = from; c < to; c++) {
        // What stands where the anchor itself would is the first of its class.
        const at = left[c] === start ? row : left[c];
        if (left[c] === row || none) {
          linear[c] = allBy[c] = allLinear[c] = 0;
          by[c] = none ? NaN : 0;
          continue;
        }
        const softmaxWeight = Math.exp(hardening.logEtaAt(cosines[at], temperature) - logWeight);
        const ofAll = softmaxWeight * weightOfAll;
        linear[c] = softmaxWeight * (h - g[c]);
        allLinear[c] = ofAll * (all - g[c]);
        by[c] = softmaxWeight < LARGEST_WEIGHT
          ? linear[c] / (1 - softmaxWeight)
          : this.#without(kind, cosines, pairs, at) - h;
        allBy[c] = ofAll < LARGEST_WEIGHT
          ? allLinear[c] / (1 - ofAll)
          : this.#without(kind, cosines, allPairs, at) - all;
      }
    }
  }

  /** Mean of g under hard sampling from these pairs, without one of them. */
  #without(kind: number, cosines: Float32Array | Float64Array, ranges: Ranges, without: number): number {
    const hardening = this.#hardenings[kind], temperature = this.#temperature;
    let largest = -Infinity;
    for (const [from, to] of ranges) {
      for (let j = from; j < to; j++) {
        if (j !== without) largest = Math.max(largest, hardening.logEtaAt(cosines[j], temperature));
      }
    }
    let weights = 0, products = 0;
    for (const [from, to] of ranges) {
      for (let j = from; j < to; j++) {
        if (j === without) continue;
        const eta = Math.exp(hardening.logEtaAt(cosines[j], temperature) - largest);
        weights += eta;
        products += eta * Math.exp(cosines[j] / temperature);
      }
    }
    return products / weights;
  }

  /** The changes of a loss, from those of its `h`. */
  #changeLoss(
    row: number,
    cosines: Float32Array | Float64Array,
    { kind, h, value, shape: { slope, curvature }, ofH, into, ofAll }: ChangingLoss,
  ): void {
    const { count, starts, ends } = this.#sorted, start = starts[row], end = ends[row], left = this.#left;
    const firstSame = this.#before[start], lastSame = this.#before[end], logQh = this.#logQ + Math.log(h);
    const { by: hBy, linear: hLinear } = ofH, { by, linear } = into, inverse = 1 / h;
    const others = [[0, start], [end, count]] as const;
    const negatives = ofAll ? [[start + 1, end] as const, ...others] : others;
    const place = (c: number) => left[c] === start ? row : left[c];
    const stepOf = (c: number) => {
      const relative = hBy[c] * inverse;
      if (!(relative < -LARGEST_WEIGHT)) return logOnePlus(relative);
      return Math.log(this.#without(kind, cosines, negatives, place(c)) * inverse);
    };
    const changed = (step: number) =>
      positiveLosses(cosines.subarray(start + 1, end), [logQh + step], this.#temperature)[0] - value;
    for (const [from, to] of [[0, firstSame], [lastSame, left.length]]) {
      for (let c = from; c < to; c++) {
        const step = stepOf(c);
        linear[c] = slope * hLinear[c] * inverse;
        by[c] = Math.abs(step) > LARGEST_STEP ? changed(step) : (slope + 0.5 * curvature * step) * step;
      }
    }
    const number = end - start - 1;
    for (let c = firstSame; c < lastSame; c++) {
      if (left[c] === row) {
        by[c] = linear[c] = 0;
        continue;
      }
      // A positive, and of negatives of all classes also one of these.
      const step = ofAll ? stepOf(c) : 0;
      const score = cosines[place(c)] / this.#temperature;
      const own = softplus(logQh - score) - value;
      const ownChanged = step === 0 ? own : softplus(logQh + step - score) - value;
      const change = Math.abs(step) > LARGEST_STEP ? changed(step) : (slope + 0.5 * curvature * step) * step;
      linear[c] = (ofAll ? slope * hLinear[c] * inverse : 0) - own / number;
      by[c] = number === 1 ? NaN : (number * change - ownChanged) / (number - 1);
    }
  }

  #addMeans(h: number, row: number, place: number): void {
    const [unhardened, kind] = [this.#kinds[0], this.#kinds[h + 1]];
    const [plain, hard] = [this.#changes[0], this.#changes[h + 1]];
    const { starts, ends } = this.#sorted, { assumption, scenario, losses, allClasses } = this.#means[h];
    const column = this.#left[this.#before[row]] === row ? this.#before[row] : -1;
    const same = [this.#before[starts[row]], this.#before[ends[row]]] as const, end = this.#left.length;
    const diff = [[0, same[0]], [same[1], end]] as const;
    const hSame = kind.hSame[place], hDiff = kind.hDiff[place], g = unhardened.hAll[place];
    const ucl = unhardened.lossAll[place], scl = unhardened.lossDiff[place];
    const hucl = kind.lossAll[place], hscl = kind.lossDiff[place];

    if (!Number.isNaN(hSame + hDiff)) {
      assumption.addAnchor({ hSame, hDiff }, column);
      assumption.addChanges({ hSame: hard.hSame }, same);
      for (const range of diff) assumption.addChanges({ hDiff: hard.hDiff }, range);
    }
    if (!Number.isNaN(hDiff + g)) {
      scenario.addAnchor({ g, hDiff }, column);
      scenario.addChanges({ g: plain.hAll }, same);
      for (const range of diff) scenario.addChanges({ g: plain.hAll, hDiff: hard.hDiff }, range);
    }
    if (!Number.isNaN(hscl)) {
      losses.addAnchor({ ucl, scl, hucl, hscl }, column);
      losses.addChanges(
        { ucl: plain.lossAll, scl: plain.lossDiff, hucl: hard.lossAll, hscl: hard.lossDiff },
        [0, end],
      );
    }
    if (!Number.isNaN(hucl)) {
      allClasses.addAnchor({ ucl, hucl }, column);
      allClasses.addChanges({ ucl: plain.lossAll, hucl: hard.lossAll }, [0, end]);
    }
  }
}

/** `log(1 + x)`. */
function logOnePlus(x: number): number {
  return Math.abs(x) < 1e-3 ? x * (1 - x * (0.5 - x * (1 / 3 - x / 4))) : Math.log1p(x);
}
