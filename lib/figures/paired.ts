import { type MeanInterval, pairedInterval } from "../core/interval.ts";

/** An accuracy of one run. */
export interface SeededAccuracy {
  /** Seed of the run. */
  seed: number;
  /** kNN top-1 accuracy on the test images, 0 … 1. */
  top1: number;
}

/** The accuracy of `first` minus that of `second` over the seeds that both have; `undefined` without such a seed. */
export function accuracyDifference(
  first: readonly SeededAccuracy[],
  second: readonly SeededAccuracy[],
): MeanInterval | undefined {
  const bySeed = new Map(second.map(({ seed, top1 }) => [seed, top1]));
  const common = first.filter(({ seed }) => bySeed.has(seed));
  if (common.length === 0) return undefined;
  return pairedInterval(common.map(({ top1 }) => top1), common.map(({ seed }) => bySeed.get(seed)!));
}

/** Whether a difference is more than its interval leaves open: its sign, or 0; 0 also without an interval. */
export function clearSign({ mean, halfWidth }: MeanInterval): -1 | 0 | 1 {
  return Math.abs(mean) > halfWidth ? (mean > 0 ? 1 : -1) : 0;
}
