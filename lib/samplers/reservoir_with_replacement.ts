import type { Random } from "../core/random.ts";
import type { Draws } from "./draws.ts";
import type { Reservoir } from "./reservoir.ts";
import { SlotHeap } from "./slot_heap.ts";
import { openUniform } from "./uniform.ts";

/**
 * `k` independent draws with probabilities proportional to the weights.
 *
 * Each slot is a weighted reservoir of one: the `j`-th item must take it with probability `w_j / W_j`, `W_j` the sum of
 * the weights so far. A slot filled at sum `W` thus keeps its item up to the sum `W'` with probability `W / W'`, and so
 * until the sum passes `W / U` with uniform `U`; random numbers are needed only where a slot changes.
 */
export class ReservoirWithReplacement implements Reservoir {
  readonly #random: Random;
  readonly #items: Int32Array;
  readonly #logWeights: Float64Array;
  /** Keys: logarithm of the sum at which the slot changes. */
  readonly #changes: SlotHeap;
  // The sum of the weights so far is #sum · exp(#scale), with the largest log weight as scale.
  #scale = -Infinity;
  #sum = 0;

  constructor(k: number, random: Random) {
    this.#random = random;
    this.#items = new Int32Array(k).fill(-1);
    this.#logWeights = new Float64Array(k).fill(-Infinity);
    this.#changes = new SlotHeap(k);
  }

  offer(first: number, logWeights: Float64Array, count: number): void {
    let scale = this.#scale, sum = this.#sum, change = Math.exp(this.#changes.leastKey - scale);
    for (let j = 0; j < count; j++) {
      const logWeight = logWeights[j];
      if (logWeight === -Infinity) continue;
      if (logWeight > scale) {
        sum = sum * Math.exp(scale - logWeight) + 1;
        scale = logWeight;
        change = Math.exp(this.#changes.leastKey - scale);
      } else sum += logWeight === scale ? 1 : Math.exp(logWeight - scale);
      while (change < sum) {
        const slot = this.#changes.least;
        this.#items[slot] = first + j;
        this.#logWeights[slot] = logWeight;
        this.#changes.replaceLeast(scale + Math.log(sum) - Math.log(openUniform(this.#random)));
        change = Math.exp(this.#changes.leastKey - scale);
      }
    }
    this.#scale = scale;
    this.#sum = sum;
  }

  write(draws: Draws, anchor: number): void {
    if (this.#sum === 0) return;
    const logSum = this.#scale + Math.log(this.#sum), k = this.#items.length;
    draws.indices.set(this.#items, anchor * k);
    draws.logProbabilities.set(this.#logWeights.map((logWeight) => logWeight - logSum), anchor * k);
    draws.counts[anchor] = k;
  }
}
