import * as tf from "../core/tfjs.ts";
import type { ResolvedOptions } from "./options.ts";

/** Which of `c` candidates are negatives of which of `n` anchors. */
export interface NegativePairs {
  /** Number of negatives of each anchor, `[n]`. */
  readonly counts: Float32Array;
  /** `[n, c]`, to be subtracted from exponents: 0 for negatives, else 2⁶⁰, which leaves a pair out of every sum. */
  readonly mask: () => tf.Tensor2D;
}

/** Scores and log weights are refused beyond this size: {@linkcode MASKED} is far above them. */
export const LARGEST_EXPONENT = 1e16;

/** Far above any exponent, and finite even times a large factor: WebGPU does not promise arithmetic with infinities. */
export const MASKED = 2 ** 60;

/** Ids, numbers from 0, of anchors and candidates: a candidate is a negative of an anchor if they differ. */
export interface Ids {
  /** `[n]`. */
  readonly anchors: Int32Array;
  /** `[c]`. */
  readonly candidates: Int32Array;
}

/**
 * The negatives within a batch, of which row `v·B + i` is item `i` of view `v`, and among extra embeddings after it.
 *
 * @param classOf dense class of each item; those of the extra embeddings go on from them
 * @param extraClassOf dense class of each extra embedding
 */
export function batchIds(
  views: number,
  classOf: Int32Array,
  extraClassOf: Int32Array,
  { negatives }: ResolvedOptions,
): Ids {
  const batch = classOf.length, n = views * batch;
  const anchors = Int32Array.from(
    { length: n },
    (_, i) => negatives === "different-label" ? classOf[i % batch] : negatives === "all" ? i % batch : i,
  );
  // No anchor has the id n.
  const extra = negatives === "different-label" ? extraClassOf : extraClassOf.map(() => n);
  const candidates = new Int32Array(n + extra.length);
  candidates.set(anchors);
  candidates.set(extra, n);
  return { anchors, candidates };
}

/** Candidates whose id differs from the anchor's. */
export function differingIds(ids: Ids): NegativePairs {
  const sizes = new Map<number, number>();
  for (const id of ids.candidates) sizes.set(id, (sizes.get(id) ?? 0) + 1);
  return {
    counts: Float32Array.from(ids.anchors, (id) => ids.candidates.length - (sizes.get(id) ?? 0)),
    mask: () => {
      const { left, right } = idDigits(ids);
      return sameIds(left, right);
    },
  };
}

/**
 * Each id is written in `k` binary digits ±1, so that the inner product of two ids is `k` if they agree and at most
 * `k − 2` if not: one thin matrix product, cheaper on every backend than comparisons that broadcast or an upload.
 *
 * @returns both sides of the product for {@linkcode sameIds}, `[n, k + 1]` and `[k + 1, c]`
 */
export function idDigits({ anchors, candidates }: Ids): { left: tf.Tensor2D; right: tf.Tensor2D } {
  const n = anchors.length, c = candidates.length;
  const largest = [anchors, candidates].reduce((most, ids) => ids.reduce((a, b) => Math.max(a, b), most), 1);
  const digits = 32 - Math.clz32(largest), width = digits + 1;
  const left = new Float32Array(n * width), right = new Float32Array(width * c);
  const digit = (id: number, k: number) => (id >> k) & 1 ? 1 : -1;
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < digits; k++) left[i * width + k] = digit(anchors[i], k) * MASKED;
    left[i * width + digits] = MASKED;
  }
  for (let j = 0; j < c; j++) {
    for (let k = 0; k < digits; k++) right[k * c + j] = digit(candidates[j], k);
    right[digits * c + j] = 1 - digits;
  }
  return { left: tf.tensor2d(left, [n, width]), right: tf.tensor2d(right, [width, c]) };
}

/** `[n, c]`: {@linkcode MASKED} where ids agree, else 0. */
export function sameIds(left: tf.Tensor2D, right: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => tf.relu(tf.matMul(left, right)));
}

/**
 * Negatives of each anchor's own list of `k` candidates: the first ones as `counts` says, of another label.
 *
 * @param counts `[n]`, absent: all
 * @param labels of the anchors, `[n]`, and of the candidates, `[n·k]`
 */
export function listedNegatives(
  n: number,
  k: number,
  counts: ArrayLike<number> | undefined,
  labels: { anchors: ArrayLike<number>; candidates: ArrayLike<number> } | undefined,
): NegativePairs {
  const mask = new Float32Array(n * k), negatives = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    const listed = counts ? counts[i] : k;
    for (let j = 0; j < k; j++) {
      const sameLabel = labels !== undefined && labels.anchors[i] === labels.candidates[i * k + j];
      if (j >= listed || sameLabel) mask[i * k + j] = MASKED;
      else negatives[i]++;
    }
  }
  return { counts: negatives, mask: () => tf.tensor2d(mask, [n, k]) };
}
