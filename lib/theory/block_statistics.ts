import type { Hardening } from "../hardening/hardening.ts";
import { noHardening } from "../hardening/none.ts";
import type { SentHardening } from "../hardening/sent.ts";
import { type AnchorValues, undefinedValues } from "./anchor_values.ts";
import type { ClassRuns } from "./class_sorted.ts";
import type { ProductBlock } from "../backend/wasm/product_rows.ts";
import { cosineRows, type CosineSource } from "./cosines.ts";
import { LeaveOneOut } from "./leave_one_out.ts";
import type { LeftOutStates } from "./left_out_means.ts";
import type { LossShape } from "./positive_losses.ts";
import { joinSums, type LogSums, PlainRowSums, type RowSums } from "./row_sums.ts";
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
}

/** The same for another thread. */
export interface PassSetup extends PairPass {
  hardenings: SentHardening[];
}

/** What there is to say about the anchors of some rows. */
export interface BlockStatistics {
  /** Unhardened, then hardened in each way; one item per row. */
  values: AnchorValues[];
  /** Of each hardening function, the sums over these anchors. */
  leftOut: LeftOutStates[];
}

/** Looks at all pairs of the anchors of some rows. What it finds does not depend on the rows before. */
export class BlockPass {
  readonly #pass: PairPass;
  readonly #rowsOf: (block: ProductBlock) => Iterable<Float32Array | Float64Array>;
  readonly #sums: RowSums;
  readonly #leaveOneOut: LeaveOneOut;
  readonly #kinds: number;

  constructor(pass: PairPass, hardenings: readonly Hardening[]) {
    const { source, count, temperature } = pass;
    this.#pass = pass;
    this.#rowsOf = cosineRows(source);
    const Sums = source.kind === "float64" ? PlainRowSums : VectorRowSums;
    this.#sums = new Sums(hardenings, temperature, count);
    this.#leaveOneOut = new LeaveOneOut(pass, [noHardening(), ...hardenings], pass);
    this.#kinds = 1 + hardenings.length;
  }

  /** The statistics of a block. */
  of(block: ProductBlock): BlockStatistics {
    const values = Array.from({ length: this.#kinds }, () => undefinedValues(block.count));
    this.#leaveOneOut.begin(values);
    let place = 0;
    for (const cosines of this.#rowsOf(block)) {
      this.#addAnchor(block.first + place, place, cosines, values);
      place++;
    }
    return { values, leftOut: this.#leaveOneOut.end() };
  }

  /** The statistics of the anchor of a row, to a place of `kinds`. */
  #addAnchor(
    row: number,
    place: number,
    cosines: Float32Array | Float64Array,
    kinds: readonly AnchorValues[],
  ): void {
    const { count, starts, ends, logQ } = this.#pass, sums = this.#sums;
    const start = starts[row], end = ends[row], [unhardened, ...hardened] = kinds;
    // The first of the class takes the place of the anchor itself, so that its positives are one run.
    cosines[row] = cosines[start];
    const positives = [start + 1, end] as const;
    sums.load(cosines);
    const same = sums.over([positives]);
    const diff = sums.over([[0, start], [end, count]]);
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
