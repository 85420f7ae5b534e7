import type { Draws } from "./draws.ts";

/**
 * Draws `k` of a stream of weighted items in one pass, for one anchor. What it draws depends on the items and their order,
 * not on how they are cut into blocks.
 */
export interface Reservoir {
  /**
   * Takes the next items.
   *
   * @param first index of the first one; the others follow
   * @param logWeights natural logarithms of their weights, up to a common term; `-Infinity` is never drawn
   * @param count how many
   */
  offer(first: number, logWeights: Float64Array, count: number): void;
  /** Writes what was drawn to the places of an anchor. */
  write(draws: Draws, anchor: number): void;
}
