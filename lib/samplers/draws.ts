import { checkInteger, checkPlaces } from "../core/checks.ts";

/** What a sampler has drawn: `k` places for each anchor, row-major `[anchors, k]`. */
export interface Draws {
  /** Places per anchor. */
  readonly k: number;
  /** Item of each draw; −1 at the places left empty. */
  readonly indices: Int32Array;
  /**
   * Natural logarithm of the probability of each draw; `-Infinity` at the places left empty. With replacement, of the
   * item; without, of the item given those drawn before it for the same anchor, so that the sum over an anchor's places is
   * the log-probability of the ordered sequence.
   */
  readonly logProbabilities: Float64Array;
  /**
   * Places filled of each anchor, from the first on: `k`, or fewer if draws are without replacement and fewer items can be
   * drawn, or 0 if none can.
   */
  readonly counts: Int32Array;
}

/** How many items are drawn for each anchor, and how. */
export interface DrawOptions {
  /** Draws per anchor, at least 1; of all anchors at most 2²⁸. */
  k: number;
  /** Whether an item can be drawn more than once for the same anchor. Default `false`. */
  replacement?: boolean;
}

/** The names of {@linkcode DrawOptions}, and that of the stream they are drawn from. */
export const DRAW_OPTIONS = { k: true, replacement: true, random: true } as const;

// An index and a log-probability.
const BYTES = 12;

/** Throws unless `k` draws of each of so many anchors can be kept. */
export function checkDraws(anchors: number, k: number): void {
  checkInteger("k", k, { min: 1 });
  checkPlaces("k", { anchors, k }, BYTES);
}

/** Places for `k` draws of each of so many anchors, all empty. */
export function emptyDraws(anchors: number, k: number): Draws {
  return {
    k,
    indices: new Int32Array(anchors * k).fill(-1),
    logProbabilities: new Float64Array(anchors * k).fill(-Infinity),
    counts: new Int32Array(anchors),
  };
}
