import { checkInteger, checkNumber, checkOneOf } from "../core/checks.ts";

/**
 * How a number changes over a training, as plain data so that it can be written down and hashed. A number stays the same.
 *
 * * `linear`: `from + (to − from)·t`
 * * `cosine`: `to + (from − to)·(1 + cos πt)/2`
 * * `stepped`: in `steps` equal steps, as Robinson et al. anneal β: the training is cut into stretches of
 *   `⌊epochs/steps⌋` epochs; `from` holds in the first two, then every stretch moves the value by
 *   `(to − from)/(steps − 1)`, so `to` comes in the epochs after the last whole stretch, if there are any
 *
 * with `t` from 0 in the first epoch to 1 in the last.
 */
export type Schedule =
  | number
  | { readonly kind: "linear" | "cosine"; readonly from: number; readonly to: number }
  | { readonly kind: "stepped"; readonly from: number; readonly to: number; readonly steps: number };

/** Where a training stands. */
export interface TrainingProgress {
  /** From 1. */
  readonly epoch: number;
  /** How many there will be. */
  readonly epochs: number;
}

/**
 * The value of a schedule in an epoch. Values lie between `from` and `to`; a training of one epoch has `from`.
 *
 * Robinson's code steps β down by `{ kind: "stepped", from: β, to: 0, steps: 9 }`.
 *
 * @param schedule a number, or see {@linkcode Schedule}
 * @param progress the epoch, from 1, and the number of epochs
 * @throws {RangeError} if the kind is unknown, `steps` is below 2, or the epoch is not one of the training's
 * @throws {TypeError} if a value is not a finite number
 *
 * Source of `stepped`: Robinson et al., ICLR 2021, `image/main.py` of their code, option `--anneal down`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { exponential } from "@hscl/hscl";
 * import { scheduleValue } from "@hscl/hscl/hardening";
 * const warmUp = { kind: "linear", from: 0, to: 2 } as const;
 * const eta = exponential(scheduleValue(warmUp, { epoch: 6, epochs: 11 }));
 * assertEquals(eta.parameters.beta, 1);
 * ```
 */
export function scheduleValue(schedule: Schedule, { epoch, epochs }: TrainingProgress): number {
  checkInteger("epochs", epochs, { min: 1 });
  checkInteger("epoch", epoch, { min: 1, max: epochs });
  if (typeof schedule === "number") return checkNumber("scheduled value", schedule);
  const { kind, from, to } = schedule;
  checkOneOf("schedule", kind, ["linear", "cosine", "stepped"]);
  checkNumber("from of a schedule", from);
  checkNumber("to of a schedule", to);
  const t = schedule.kind === "stepped"
    ? stepsDone(schedule.steps, epoch, epochs)
    : timeDone(epoch, epochs, kind === "cosine");
  return from * (1 - t) + to * t; // exact at both ends
}

function timeDone(epoch: number, epochs: number, cosine: boolean): number {
  const time = (epoch - 1) / Math.max(epochs - 1, 1);
  return cosine ? (1 - Math.cos(Math.PI * time)) / 2 : time;
}

function stepsDone(steps: number, epoch: number, epochs: number): number {
  checkInteger("steps of a schedule", steps, { min: 2 });
  const stretch = Math.max(Math.floor(epochs / steps), 1);
  const taken = Math.min(Math.floor((epoch - 1) / stretch), steps);
  return Math.max(taken - 1, 0) / (steps - 1);
}
