import {
  type ContrastiveOptions,
  exponential,
  type Hardening,
  logistic,
  noHardening,
  polynomial,
  threshold,
} from "hscl";
import type { NaiveOptions } from "../reference/naive_contrastive.ts";

const hardenings: { hardening: Hardening; eta: (u: number, T: number) => number }[] = [
  { hardening: noHardening(), eta: () => 1 },
  { hardening: exponential(0), eta: () => 1 },
  { hardening: exponential(1), eta: (u, T) => Math.exp(u / T) },
  { hardening: exponential(4), eta: (u, T) => Math.exp(4 * u / T) },
  { hardening: polynomial(3), eta: (u) => ((1 + u) / 2) ** 3 },
  { hardening: logistic(0.2, 0.1), eta: (u) => 1 / (1 + Math.exp((0.2 - u) / 0.1)) },
  { hardening: threshold(-0.47), eta: (u) => u >= -0.47 ? 1 : 0 },
  { hardening: threshold(1), eta: () => 0 },
];

/** One combination of all options, for the library and for the loops in plain numbers. */
export interface Combination {
  /** Names it in a message. */
  where: string;
  options: ContrastiveOptions;
  naive: NaiveOptions & { stopWeightGradient: boolean };
}

/** Every value of every option with every other. */
export function combinations(labels: number[]): Combination[] {
  let all: Omit<Combination["naive"], "eta">[] = [0.07, 0.5, 2].flatMap((temperature) =>
    (["all", "different-label"] as const).flatMap((negatives) =>
      (["view", "label"] as const).map((positives) => ({
        temperature,
        negatives,
        positives,
        labels,
        stopWeightGradient: false,
      }))
    )
  );
  all = all.flatMap((one) => [false, true].map((stopWeightGradient) => ({ ...one, stopWeightGradient })));
  all = all.flatMap((one) => [0, 0.1].map((tauPlus) => ({ ...one, tauPlus })));
  all = all.flatMap((one) => (["pairs", "anchors"] as const).map((reduction) => ({ ...one, reduction })));
  all = all.flatMap((one) =>
    [undefined, 3, "count" as const].map((negativeWeight) => ({ ...one, negativeWeight }))
  );
  return hardenings.flatMap(({ hardening, eta }) =>
    all.map((one) => ({
      where: `${hardening.name} ${JSON.stringify({ ...hardening.parameters, ...one })}`,
      options: { ...one, hardening },
      naive: { ...one, eta: (u: number) => eta(u, one.temperature) },
    }))
  );
}
