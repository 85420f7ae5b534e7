import type { ProductBlock } from "../backend/wasm/product_rows.ts";
import type { Hardening } from "../hardening/hardening.ts";
import { noHardening } from "../hardening/none.ts";
import type { SentHardening } from "../hardening/sent.ts";
import type { AnchorCosines } from "./anchor_cosines.ts";
import { type AnchorValues, undefinedValues } from "./anchor_values.ts";
import type { ClassRuns } from "./class_sorted.ts";
import { cosineRows, cosinesOfRow, type CosineSource } from "./cosines.ts";
import { LeaveOneOut } from "./leave_one_out.ts";
import type { LeftOutStates } from "./left_out_means.ts";
import type { LossShape } from "./positive_losses.ts";
import { joinSums, type LogSums, PlainRowSums, type Range, type RowSums } from "./row_sums.ts";
import { logSums, SharedSums, sumCount, type TileSums } from "./shared_sums.ts";
import { VectorRowSums } from "./vector_row_sums.ts";

/** What the pass over all pairs needs besides the hardening functions. */
export interface PairPass extends ClassRuns {
  source: CosineSource;
  temperature: number;
  /** `log Q`. */
  logQ: number;
  /** Embeddings that are left out in turn, at most. */
  leaveOut: number;
  seed: number;
  /** The rows, where each pair is looked at once for both: first the tiles of all pairs, then the anchors with their sums. */
  shared?: { rows: Float32Array; dim: number };
}

/** The same for another thread. */
export interface PassSetup extends PairPass {
  hardenings: SentHardening[];
}

/** Some rows: as anchors with all pairs or with those of their class and those left out; or only with what comes after them. */
export interface PairBlock extends ProductBlock {
  /** Of anchors `[count, 2, sums]`, if they are known: over their class and over the others. */
  sums?: Float64Array;
  isTile?: boolean;
}

/** What there is to say about the anchors of some rows. */
export interface BlockStatistics {
  /** Unhardened, then hardened in each way; one item per row. */
  values: AnchorValues[];
  /** Of each hardening function, the sums over these anchors. */
  leftOut: LeftOutStates[];
}

/** What comes of a block. */
export type PairResult = { tile: TileSums } | { statistics: BlockStatistics };

/** What computes blocks, one after the other. */
export function pairBlocks(
  pass: PairPass,
  hardenings: readonly Hardening[],
): (block: PairBlock) => PairResult {
  const rowsOf = cosineRows(pass.source), anchors = new BlockPass(pass, hardenings);
  const tiles = pass.shared && new SharedSums(pass, hardenings, pass.temperature);
  return (block) => {
    const rows = rowsOf(block);
    if (!block.isTile) return { statistics: anchors.of(block, rows) };
    return { tile: tiles!.of(block.first, rows as Iterable<Float32Array>) };
  };
}

/** An anchor's cosines and sums. */
interface Anchor {
  same: LogSums;
  diff: LogSums;
  /** Where its positives are in the row that was loaded. */
  positives: Range;
  cosines: AnchorCosines;
}

/** Looks at the anchors of some rows. What it finds does not depend on the rows before. */
class BlockPass {
  readonly #pass: PairPass;
  readonly #hardenings: readonly Hardening[];
  readonly #sums: RowSums;
  readonly #leaveOneOut: LeaveOneOut;
  readonly #left: Float64Array;

  constructor(pass: PairPass, hardenings: readonly Hardening[]) {
    const { source, count, temperature } = pass;
    this.#pass = pass;
    this.#hardenings = hardenings;
    const Sums = source.kind === "float64" ? PlainRowSums : VectorRowSums;
    this.#sums = new Sums(hardenings, temperature, count);
    this.#leaveOneOut = new LeaveOneOut(pass, [noHardening(), ...hardenings], pass);
    this.#left = new Float64Array(this.#leaveOneOut.rows.length);
  }

  /** The statistics of a block with these cosines. */
  of(block: PairBlock, rows: Iterable<Float32Array | Float64Array>): BlockStatistics {
    const values = Array.from({ length: 1 + this.#hardenings.length }, () => undefinedValues(block.count));
    this.#leaveOneOut.begin(values);
    let place = 0;
    for (const cosines of rows) {
      const row = block.first + place;
      const anchor = block.sums
        ? this.#summed(block, row, cosines as Float32Array)
        : this.#whole(row, cosines);
      this.#addAnchor(row, place++, anchor, values);
    }
    return { values, leftOut: this.#leaveOneOut.end() };
  }

  /** An anchor with a row of all cosines. */
  #whole(row: number, cosines: Float32Array | Float64Array): Anchor {
    const { count, starts, ends } = this.#pass, sums = this.#sums, start = starts[row], end = ends[row];
    // The first of the class takes the place of the anchor itself, so that its positives are one run.
    cosines[row] = cosines[start];
    const positives = [start + 1, end] as const, leftRows = this.#leaveOneOut.rows, left = this.#left;
    sums.load(cosines);
    return {
      same: sums.over([positives]),
      diff: sums.over([[0, start], [end, count]]),
      positives,
      cosines: {
        positives: cosines.subarray(...positives),
        left() {
          for (let c = 0; c < left.length; c++) left[c] = cosines[leftRows[c]];
          return left;
        },
        all: () => cosines,
      },
    };
  }

  /** An anchor with its sums, and a row of the cosines of its class and of those left out. */
  #summed({ first, sums, columns }: PairBlock, row: number, cosines: Float32Array): Anchor {
    const { count, starts, ends, temperature, shared } = this.#pass, start = starts[row], end = ends[row];
    const { from, to } = columns, own = cosines.subarray(start - from, end - from);
    own[row - start] = own[0];
    const positives = own.subarray(1), hardenings = this.#hardenings, width = sumCount(hardenings.length);
    this.#sums.load(positives);
    const sumsAt = (part: 0 | 1, pairs: number) => {
      const at = (2 * (row - first) + part) * width;
      return logSums(sums!.subarray(at, at + width), pairs, hardenings, temperature);
    };
    let all: Float64Array | undefined;
    return {
      same: sumsAt(0, end - start - 1),
      diff: sumsAt(1, count - end + start),
      positives: [0, positives.length],
      cosines: {
        positives,
        left: () => cosines.subarray(to - from),
        all() {
          if (all) return all;
          all = new Float64Array(count);
          cosinesOfRow({ ...shared!, count }, row, all);
          all[row] = all[start];
          return all;
        },
      },
    };
  }

  /** The statistics of an anchor, to a place of `kinds`. */
  #addAnchor(
    row: number,
    place: number,
    { same, diff, positives, cosines }: Anchor,
    kinds: readonly AnchorValues[],
  ): void {
    const { logQ } = this.#pass, sums = this.#sums, [unhardened, ...hardened] = kinds;
    const all = joinSums(same, diff);
    writeMeans(unhardened, place, plainMeans(same), plainMeans(diff), plainMeans(all));
    hardened.forEach((into, h) =>
      writeMeans(into, place, hardMeans(same, h), hardMeans(diff, h), hardMeans(all, h))
    );
    let shapes: readonly LossShape[] = [];
    if (same.count > 0) {
      const logQh = kinds.flatMap(({ hAll, hDiff }) => [hAll, hDiff].map((h) => logQ + Math.log(h[place])));
      const losses = sums.positiveLosses(positives, logQh);
      shapes = sums.lossShapes(positives, logQh);
      kinds.forEach(({ lossAll, lossDiff, slopeAll, slopeDiff }, kind) => {
        [lossAll[place], lossDiff[place]] = losses.slice(2 * kind);
        [slopeAll[place], slopeDiff[place]] = shapes.slice(2 * kind).map(({ slope }) => slope);
      });
    }
    const weights = [{ same: Math.log(same.count), diff: Math.log(diff.count) }];
    hardened.forEach((_, h) => weights.push({ same: same.logEta[h], diff: diff.logEta[h] }));
    this.#leaveOneOut.add(row, place, cosines, weights, shapes);
  }
}

/** Logarithms of a sum of weights and of the weighted sum of g. */
interface LogMeans {
  logWeight: number;
  logSum: number;
}

function plainMeans({ count, logG }: LogSums): LogMeans {
  return { logWeight: Math.log(count), logSum: logG };
}

function hardMeans({ logEta, logEtaG }: LogSums, h: number): LogMeans {
  return { logWeight: logEta[h], logSum: logEtaG[h] };
}

// An empty sum gives -∞ − -∞, which is the wanted NaN.
function writeMeans(
  into: AnchorValues,
  place: number,
  same: LogMeans,
  diff: LogMeans,
  all: LogMeans,
): void {
  into.hSame[place] = Math.exp(same.logSum - same.logWeight);
  into.hDiff[place] = Math.exp(diff.logSum - diff.logWeight);
  into.hAll[place] = Math.exp(all.logSum - all.logWeight);
  into.rho[place] = Math.exp(same.logWeight - all.logWeight);
}
