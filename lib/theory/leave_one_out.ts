import type { Hardening } from "../hardening/hardening.ts";
import { addAnchor, type Changes } from "./add_anchor.ts";
import type { AnchorCosines } from "./anchor_cosines.ts";
import type { AnchorValues } from "./anchor_values.ts";
import type { ClassRuns } from "./class_sorted.ts";
import { Columns } from "./columns.ts";
import type { Change } from "./jackknife.ts";
import { emptySums, type LeftOutStates, type LeftOutSums, QUANTITIES, statesOf } from "./left_out_means.ts";
import { leftOutRows } from "./left_out_rows.ts";
import { meanWithout } from "./mean_without.ts";
import { type LossShape, positiveLosses, softplus } from "./positive_losses.ts";
import type { Range, Ranges } from "./row_sums.ts";

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
// Of h, a little less than such a step.
const LARGEST_CHANGE = 0.0198;
// Arrays of cosines, g, softmax weights and zeros; changes of each kind of anchors.
const OWN_ARRAYS = 4, CHANGES = 5;

/** Takes part in the pass over all pairs: what every mean would be without each of the embeddings, or some of them. */
export class LeaveOneOut {
  readonly #sorted: ClassRuns;
  readonly #hardenings: readonly Hardening[];
  #kinds: readonly AnchorValues[] = [];
  readonly #temperature: number;
  readonly #logQ: number;
  readonly #left: Int32Array;
  /** Of each row, and the end: how many rows before it are left out. */
  readonly #before: Int32Array;
  readonly #columns: Columns;
  readonly #cosines: Float64Array;
  readonly #g: Float64Array;
  readonly #weights: Float64Array;
  readonly #changes: readonly Changes[];
  readonly #unchanged: Change;
  /** One per hardening function. */
  readonly #sums: readonly LeftOutSums[];

  /**
   * @param hardenings none, then those that anchors are hardened by
   * @param options which embeddings are left out, see {@linkcode leftOutRows}
   */
  constructor(
    sorted: ClassRuns,
    hardenings: readonly Hardening[],
    options: { temperature: number; logQ: number; leaveOut: number; seed: number },
  ) {
    const { count } = sorted, left = leftOutRows(count, options);
    this.#sorted = sorted;
    this.#hardenings = hardenings;
    this.#temperature = options.temperature;
    this.#logQ = options.logQ;
    this.#left = left;
    this.#before = new Int32Array(count + 1);
    this.#left.forEach((row) => this.#before[row + 1] = 1);
    for (let row = 0; row < count; row++) this.#before[row + 1] += this.#before[row];
    const hardened = hardenings.length - 1;
    const columns = new Columns(
      left.length,
      OWN_ARRAYS + 2 * (CHANGES * hardenings.length + QUANTITIES * hardened),
    );
    this.#columns = columns;
    this.#cosines = columns.array();
    this.#g = columns.array();
    this.#weights = columns.array();
    const zeros = columns.array();
    this.#unchanged = { by: zeros, linear: zeros };
    this.#changes = hardenings.map(() => ({
      hSame: columns.change(),
      hDiff: columns.change(),
      hAll: columns.change(),
      lossAll: columns.change(),
      lossDiff: columns.change(),
    }));
    this.#sums = Array.from({ length: hardened }, () => emptySums(columns));
  }

  /** Rows that are left out, ascending. */
  get rows(): Int32Array {
    return this.#left;
  }

  /**
   * Starts with no anchor.
   *
   * @param kinds what there is to say about the anchors that follow, of each hardening function, also of none
   */
  begin(kinds: readonly AnchorValues[]): void {
    this.#kinds = kinds;
    for (const sums of this.#sums) for (const each of Object.values(sums)) each.clear();
  }

  /** What was summed since, of each hardening function. */
  end(): LeftOutStates[] {
    return this.#sums.map(statesOf);
  }

  /**
   * Takes up the anchor of a row, whose statistics are there already.
   *
   * @param place of the anchor among those since the beginning
   * @param logWeights of each kind, the logarithms of the sums of η over the class and over the others
   * @param shapes of each kind, of the loss with negatives of all classes and of other classes; empty without a positive
   */
  add(
    row: number,
    place: number,
    cosines: AnchorCosines,
    logWeights: readonly { same: number; diff: number }[],
    shapes: readonly LossShape[],
  ): void {
    if (this.#left.length === 0) return;
    const { starts, ends } = this.#sorted, start = starts[row], end = ends[row];
    const left = this.#left, own = this.#cosines, all = [0, left.length] as const;
    own.set(cosines.left());
    this.#columns.exponentials(own, all, 1 / this.#temperature, 0, this.#g);
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
    const same = [this.#before[start], this.#before[end]] as const, column = this.#columnOf(row);
    const kinds = this.#kinds.map((values, kind) => ({ values, changes: this.#changes[kind] }));
    this.#sums.forEach((sums, h) =>
      addAnchor(sums, kinds[0], kinds[h + 1], { place, column, same, end: left.length })
    );
  }

  /** The changes of `h_same`, `h_diff` and `h_all`. */
  #changeMeans(
    kind: number,
    row: number,
    place: number,
    cosines: AnchorCosines,
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
    cosines: AnchorCosines,
    { pairs, columns, h, change, logWeight, weightOfAll }: Part,
    allPairs: Ranges,
  ): void {
    const { hAll } = this.#changes[kind], weights = this.#weights, own = this.#columnOf(row);
    const all = this.#kinds[kind].hAll[place], means = { h, all, share: weightOfAll, most: LARGEST_WEIGHT };
    for (const range of columns) {
      const [from, to] = range;
      // η may be zero at every pair of this part.
      if (logWeight === -Infinity) {
        for (const array of [change.linear, hAll.linear, hAll.by]) array.fill(0, from, to);
        change.by.fill(NaN, from, to);
        continue;
      }
      this.#softmaxWeights(kind, range, logWeight);
      const areSome = this.#columns.changes(weights, this.#g, range, means, change, hAll);
      for (let c = from; areSome && c < to; c++) {
        if (c === own) continue;
        const at = this.#place(c, row);
        if (!(weights[c] < LARGEST_WEIGHT)) change.by[c] = this.#without(kind, cosines, pairs, at) - h;
        if (!(weights[c] * weightOfAll < LARGEST_WEIGHT)) {
          hAll.by[c] = this.#without(kind, cosines, allPairs, at) - all;
        }
      }
      if (from <= own && own < to) unchange(own, change, hAll);
    }
  }

  /** The column of a row that is left out, or −1. */
  #columnOf(row: number): number {
    const column = this.#before[row];
    return this.#left[column] === row ? column : -1;
  }

  /** Where the pair of an anchor with what is left out is: what stands where the anchor itself would is the first of its class. */
  #place(column: number, row: number): number {
    const left = this.#left[column];
    return left === this.#sorted.starts[row] ? row : left;
  }

  /** The softmax weights of the pairs at some columns in their part, which has a sum of η. */
  #softmaxWeights(kind: number, range: Range, logWeight: number): void {
    const weights = this.#weights, cosines = this.#cosines, temperature = this.#temperature;
    const hardening = this.#hardenings[kind], slope = hardening.slope?.(temperature);
    if (slope !== undefined) {
      const shift = logWeight - hardening.logEtaAt(0, temperature);
      this.#columns.exponentials(cosines, range, slope, shift, weights);
      return;
    }
    const [from, to] = range;
    for (let c = from; c < to; c++) weights[c] = hardening.logEtaAt(cosines[c], temperature);
    this.#columns.exponentials(weights, range, 1, logWeight, weights);
  }

  /** See {@linkcode meanWithout}. */
  #without(kind: number, anchor: AnchorCosines, ranges: Ranges, without: number): number {
    return meanWithout(this.#hardenings[kind], this.#temperature, anchor.all(), ranges, without);
  }

  /** The changes of a loss, from those of its `h`. */
  #changeLoss(
    row: number,
    cosines: AnchorCosines,
    { kind, h, value, shape, ofH, into, ofAll }: ChangingLoss,
  ): void {
    const { count, starts, ends } = this.#sorted, start = starts[row], end = ends[row];
    const same = [this.#before[start], this.#before[end]] as const, positives = [start + 1, end] as const;
    const others = [[0, start], [end, count]] as const, logQh = this.#logQ + Math.log(h), inverse = 1 / h;
    const negatives = ofAll ? [positives, ...others] : others;
    const step = { ofH, inverse, shape, most: LARGEST_CHANGE };
    /** The change of the loss of a column where that of h may be large. */
    const changeAt = (c: number): { change: number; step: number } => {
      const relative = ofH.by[c] * inverse;
      const step = relative < -LARGEST_WEIGHT
        ? Math.log(this.#without(kind, cosines, negatives, this.#place(c, row)) * inverse)
        : Math.log1p(relative);
      if (!(Math.abs(step) > LARGEST_STEP)) {
        return { step, change: (shape.slope + 0.5 * shape.curvature * step) * step };
      }
      return {
        step,
        change: positiveLosses(cosines.positives, [logQh + step], this.#temperature)[0] - value,
      };
    };
    const isLarge = (c: number) => Math.abs(ofH.by[c] * inverse) > LARGEST_CHANGE;

    for (const range of [[0, same[0]], [same[1], this.#left.length]] as const) {
      if (!this.#columns.lossChanges(step, range, into)) continue;
      for (let c = range[0]; c < range[1]; c++) if (isLarge(c)) into.by[c] = changeAt(c).change;
    }
    // A positive, and of negatives of all classes also one of these.
    const number = end - start - 1, scale = 1 / this.#temperature;
    const mean = { cosines: this.#cosines, scale, logQh, value, number };
    const ofNegatives = ofAll ? step : { ...step, ofH: this.#unchanged };
    const areSome = this.#columns.positiveChanges(ofNegatives, same, mean, into);
    for (let c = same[0]; areSome && c < same[1]; c++) {
      if (!isLarge(c)) continue;
      const { change, step } = changeAt(c);
      const ownChanged = softplus(logQh + step - this.#cosines[c] * scale) - value;
      into.by[c] = (number * change - ownChanged) / (number - 1);
    }
    if (number === 1) into.by.fill(NaN, ...same);
    const own = this.#columnOf(row);
    if (own >= 0) unchange(own, into);
  }
}

/** Where the anchor itself is left out, it has no changes. */
function unchange(column: number, ...changes: Change[]): void {
  for (const { by, linear } of changes) by[column] = linear[column] = 0;
}
