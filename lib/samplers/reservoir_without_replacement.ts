import { addLogs } from "../core/logs.ts";
import type { Random } from "../core/random.ts";
import type { Draws } from "./draws.ts";
import type { Reservoir } from "./reservoir.ts";
import { SlotHeap } from "./slot_heap.ts";
import { openUniform } from "./uniform.ts";

/**
 * Up to `k` different items, drawn one after the other with probabilities proportional to the weights of those left.
 *
 * An exponential race: item `j` arrives at time `E_j / w_j` with `E_j ~ Exp(1)`, and the first `k` to arrive, in that
 * order, are the draw (equal to the `k` largest of `log w_j` + Gumbel noise). With `k` items kept and `τ` the latest of
 * their times, the next item gets in with probability `1 − exp(−τ w_j)`; so the number passed over is found by counting a
 * single `Exp(1)` down by `τ w_j` (Efraimidis and Spirakis, Information Processing Letters 97, 2006: "A-ExpJ").
 */
export class ReservoirWithoutReplacement implements Reservoir {
  readonly #random: Random;
  readonly #items: Int32Array;
  readonly #logWeights: Float64Array;
  /** Keys: minus the logarithm of the arrival time; a slot still empty has arrival time ∞. */
  readonly #race: SlotHeap;
  // The weights that are not kept sum to #rest · exp(#scale), with the largest log weight among them as scale.
  #scale = -Infinity;
  #rest = 0;
  #countdown: number;

  constructor(k: number, random: Random) {
    this.#random = random;
    this.#items = new Int32Array(k).fill(-1);
    this.#logWeights = new Float64Array(k).fill(-Infinity);
    this.#race = new SlotHeap(k);
    this.#countdown = -Math.log(openUniform(random));
  }

  offer(first: number, logWeights: Float64Array, count: number): void {
    const random = this.#random;
    let scale = this.#scale, rest = this.#rest, countdown = this.#countdown, logLatest = -this.#race.leastKey;
    // Hazard of an item of weight exp(scale), so that one exponential serves the hazard and the sum.
    let hazardAtScale = Math.exp(logLatest + scale);
    for (let j = 0; j < count; j++) {
      const logWeight = logWeights[j];
      if (logWeight === -Infinity) continue;
      if (logWeight <= scale) {
        const weight = logWeight === scale ? 1 : Math.exp(logWeight - scale);
        countdown -= weight * hazardAtScale;
        if (countdown > 0) {
          rest += weight;
          continue;
        }
      } else countdown -= Math.exp(logLatest + logWeight);

      let aside = logWeight;
      if (countdown <= 0) {
        const hazard = Math.exp(logLatest + logWeight), slot = this.#race.least;
        const arrival = -Math.log1p(openUniform(random) * Math.expm1(-hazard)); // E_j given E_j < hazard
        aside = this.#logWeights[slot];
        this.#items[slot] = first + j;
        this.#logWeights[slot] = logWeight;
        this.#race.replaceLeast(logWeight - Math.log(arrival));
        logLatest = -this.#race.leastKey;
        countdown = -Math.log(openUniform(random));
      }
      if (aside > scale) {
        rest = rest * Math.exp(scale - aside) + 1;
        scale = aside;
      } else if (aside > -Infinity) rest += Math.exp(aside - scale);
      hazardAtScale = Math.exp(logLatest + scale);
    }
    this.#scale = scale;
    this.#rest = rest;
    this.#countdown = countdown;
  }

  write(draws: Draws, anchor: number): void {
    const k = this.#items.length;
    const order = Array.from(this.#items.keys())
      .filter((slot) => this.#items[slot] >= 0)
      .sort((a, b) => this.#race.keyOf(b) - this.#race.keyOf(a) || this.#items[a] - this.#items[b]);
    // From the last draw to the first, so that the weight left is a sum of positive terms and loses no digits.
    let logLeft = this.#scale + Math.log(this.#rest);
    for (let place = order.length - 1; place >= 0; place--) {
      const logWeight = this.#logWeights[order[place]];
      logLeft = addLogs(logLeft, logWeight);
      draws.indices[anchor * k + place] = this.#items[order[place]];
      draws.logProbabilities[anchor * k + place] = logWeight - logLeft;
    }
    draws.counts[anchor] = order.length;
  }
}
