import {
  type ContrastiveOptions,
  exponential,
  type Hardening,
  logistic,
  noHardening,
  polynomial,
  threshold,
} from "@hscl/hscl";
import { everyOrSampled } from "../grids.ts";
import type { NaiveOptions } from "../reference/naive_contrastive.ts";

/** Hardening functions with `log η` written out again. */
export const hardenings: { hardening: Hardening; logEta: (u: number, T: number) => number }[] = [
  { hardening: noHardening(), logEta: () => 0 },
  { hardening: exponential(0), logEta: () => 0 },
  { hardening: exponential(1), logEta: (u, T) => u / T },
  { hardening: exponential(4), logEta: (u, T) => 4 * u / T },
  { hardening: polynomial(3), logEta: (u) => 3 * Math.log(Math.max((1 + u) / 2, 2 ** -24)) },
  { hardening: logistic(0.2, 0.1), logEta: (u) => -Math.log1p(Math.exp((0.2 - u) / 0.1)) },
  { hardening: threshold(-0.47), logEta: (u) => u >= -0.47 ? 0 : -Infinity },
  { hardening: threshold(1), logEta: () => -Infinity },
];

/** One combination of all options, for the library and for the loops in plain numbers. */
export interface Combination {
  /** Names it in a message. */
  where: string;
  /** Of three views and a bank of extra negatives instead of two views. */
  many: boolean;
  options: ContrastiveOptions;
  naive: NaiveOptions & { stopWeightGradient: boolean };
}

type Choice = Omit<Combination["naive"], "logEta" | "labels" | "extraNegatives" | "weightsAt">;

/** Every value of every option of a kind of loss with every other. */
function cross(axes: { [Key in keyof Choice]: readonly Choice[Key][] }): Choice[] {
  return Object.entries(axes).reduce(
    (all, [key, values]) => all.flatMap((one) => values!.map((value) => ({ ...one, [key]: value }))),
    [{}],
  ) as Choice[];
}

const kinds: Choice[] = [
  ...cross({
    temperature: [0.07, 2],
    negatives: ["all", "different-label"],
    positives: ["view", "label"],
    stopWeightGradient: [false, true],
    tauPlus: [0, 0.1],
    reduction: ["pairs", "anchors", "inside"],
    negativeWeight: [undefined, 3, "count"],
  }),
  ...cross({
    temperature: [0.07, 2],
    negatives: ["others"],
    positives: ["view", "label"],
    stopWeightGradient: [false, true],
    reduction: ["pairs", "anchors", "inside"],
    negativeWeight: [undefined, 3],
  }),
  ...cross({
    temperature: [0.07, 2],
    negatives: ["all", "different-label"],
    positives: ["view", "label"],
    stopWeightGradient: [false, true],
    reduction: ["pairs", "anchors"],
    psi: ["hinge"],
    margin: [0.1, 1],
  }),
];

/**
 * Every value of every option with every other that it goes with, one in seven on three views and a bank; where not everything
 * is tested, some of them, in which any two values meet.
 */
export function combinations(labels: number[]): readonly Combination[] {
  const all = hardenings.flatMap(({ hardening, logEta }) => kinds.map((one) => ({ hardening, logEta, one })))
    .map(({ hardening, logEta, one }, i): Combination => ({
      where: `${i % 7 === 0 ? "three views and a bank, " : ""}${hardening.name} ${
        JSON.stringify({ ...hardening.parameters, ...one })
      }`,
      many: i % 7 === 0,
      options: { ...one, labels, hardening },
      naive: { ...one, labels, logEta: (u: number) => logEta(u, one.temperature) },
    }));
  return everyOrSampled(all, ({ many, options: { hardening, ...one } }) => [
    [hardening!.name, hardening!.parameters],
    many,
    one.temperature,
    one.negatives,
    one.positives,
    one.stopWeightGradient,
    one.tauPlus,
    one.reduction,
    one.negativeWeight,
    one.psi,
    one.margin,
  ]);
}
