import type { HardenedAnchors } from "./anchor_statistics.ts";
import type { LossSide } from "./claim.ts";

/** The loss with negatives of all classes. */
export function allClasses({ hAll, lossAll, slopeAll }: HardenedAnchors): LossSide {
  return { h: hAll, loss: lossAll, slope: slopeAll };
}

/** The loss with negatives of other classes. */
export function otherClasses({ hDiff, lossDiff, slopeDiff }: HardenedAnchors): LossSide {
  return { h: hDiff, loss: lossDiff, slope: slopeDiff };
}
