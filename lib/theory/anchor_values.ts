import type { HardenedAnchors } from "./anchor_statistics.ts";

/** What there is to say about an anchor of one kind, unhardened or hardened in one way: arrays with one item per anchor. */
export type AnchorValues = Omit<HardenedAnchors, "hardening">;

/** All undefined. */
export function undefinedValues(count: number): AnchorValues {
  const array = () => new Float64Array(count).fill(NaN);
  return {
    hSame: array(),
    hDiff: array(),
    hAll: array(),
    rho: array(),
    lossAll: array(),
    lossDiff: array(),
    slopeAll: array(),
    slopeDiff: array(),
  };
}

/** Puts the values of some rows where these came from. */
export function scatterValues(from: AnchorValues, to: AnchorValues, places: Int32Array): void {
  for (const name of Object.keys(from) as (keyof AnchorValues)[]) {
    places.forEach((place, i) => to[name][place] = from[name][i]);
  }
}
