import { type RepresentationGeometry, representationGeometry } from "../theory/representation.ts";
import type { RunMetrics } from "./settings.ts";

// More would cost much of an epoch.
const MOST_IMAGES = 512;

/** What of {@linkcode RunMetrics} says how the embeddings lie. */
export type EpochGeometry = Pick<RunMetrics, keyof RepresentationGeometry>;

/** Alignment, uniformity and effective rank of at most 512 test images, evenly spaced over the test set; what cannot be said is absent. */
export function epochGeometry(embeddings: Float32Array, dim: number, labels: Int32Array): EpochGeometry {
  const count = Math.min(MOST_IMAGES, labels.length);
  const kept = Int32Array.from({ length: count }, (_, i) => Math.floor(i * labels.length / count));
  const rows = new Float32Array(count * dim);
  kept.forEach((row, i) => rows.set(embeddings.subarray(row * dim, (row + 1) * dim), i * dim));
  const geometry = representationGeometry(rows, dim, kept.map((row) => labels[row]));
  return Object.fromEntries(Object.entries(geometry).filter(([, value]) => Number.isFinite(value)));
}

/** At a larger mean cosine, embeddings have collapsed to a point. */
const POINT_COSINE = 0.99;

/** At a smaller effective rank, embeddings of more than three classes have collapsed to a line. */
const LINE_RANK = 2;

function collapseOf({ meanCosine, effectiveRank }: EpochGeometry, classes: number): string | undefined {
  if (meanCosine !== undefined && meanCosine > POINT_COSINE) {
    return `to a point: their mean cosine is ${meanCosine.toFixed(4)}`;
  }
  // Two or three classes need no more directions.
  if (effectiveRank !== undefined && effectiveRank < LINE_RANK && classes > 3) {
    return `to a line: their effective rank is ${effectiveRank.toFixed(2)}`;
  }
}

/** Whether embeddings come apart, as they do after the start, where a network maps all images to almost one point. */
function comeApart(before: EpochGeometry, now: EpochGeometry): boolean {
  const { meanCosine = 1, effectiveRank = 1 } = before;
  return (now.meanCosine ?? 1) < meanCosine - 1e-3 || (now.effectiveRank ?? 1) > effectiveRank + 0.02;
}

/**
 * Says that a training has collapsed, where it has for two epochs one after the other, and the embeddings do not come apart in
 * the second. Nothing where it was said of the epoch before.
 *
 * The rule: a mean cosine above 0.99, or with more than three classes an effective rank below 2; and against the epoch before, the
 * mean cosine is not lower by 0.001, nor the rank higher by 0.02.
 *
 * @param metrics those of all epochs so far
 * @param classes how many there are
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { collapseMessage } from "@hscl/hscl/experiment";
 * const point = { meanCosine: 0.9987, effectiveRank: 3 };
 * assertEquals(collapseMessage([point], 10), undefined);
 * assertEquals(
 *   collapseMessage([point, point], 10),
 *   "The embeddings have collapsed to a point: their mean cosine is 0.9987, in epoch 2 as in the one before",
 * );
 * ```
 */
export function collapseMessage(metrics: readonly EpochGeometry[], classes: number): string | undefined {
  if (hasCollapsed(metrics.slice(0, -1), classes)) return undefined;
  const how = hasCollapsed(metrics, classes);
  return how && `The embeddings have collapsed ${how}, in epoch ${metrics.length} as in the one before`;
}

/** How a training has collapsed by its last epoch. */
function hasCollapsed(metrics: readonly EpochGeometry[], classes: number): string | undefined {
  if (metrics.length < 2) return undefined;
  const [before, now] = metrics.slice(-2);
  return collapseOf(before, classes) && !comeApart(before, now) ? collapseOf(now, classes) : undefined;
}
