import { checkOneOf, checkOptions } from "../core/checks.ts";
import type { Scalar, Tensor2D } from "../core/tensors.ts";
import { exponential } from "../hardening/exponential.ts";
import type { Hardening } from "../hardening/hardening.ts";
import { logistic } from "../hardening/logistic.ts";
import { polynomial } from "../hardening/polynomial.ts";
import { type Schedule, scheduleValue, type TrainingProgress } from "../hardening/schedule.ts";
import { threshold } from "../hardening/threshold.ts";
import { hsclLoss } from "../losses/hscl.ts";
import { huclLoss } from "../losses/hucl.ts";
import { LOSS_OPTIONS, type LossOptions, resolveOptions } from "../losses/options.ts";
import { sclLoss } from "../losses/scl.ts";
import { SUPCON_OPTIONS, supConLoss, type SupConOptions } from "../losses/supcon.ts";
import { uclLoss } from "../losses/ucl.ts";

/** Names of the four losses of the paper. */
export const lossNames = ["ucl", "scl", "hucl", "hscl"] as const;

/** One of the four losses of the paper. */
export type LossName = typeof lossNames[number];

/** A hardening function as plain data. */
export interface HardeningSettings {
  /** The family. */
  name: "exponential" | "threshold" | "polynomial" | "logistic";
  /** Its parameters by name; a schedule changes one from epoch to epoch. */
  parameters: Record<string, Schedule>;
}

/** A training loss as plain data, so that it can be written down and hashed. */
export interface LossSettings extends Omit<LossOptions, "hardening" | "extraNegatives"> {
  /** Which of the four. */
  name: LossName;
  /** Only for the hardened losses. */
  hardening?: HardeningSettings;
}

/** SupCon, the supervised baseline, as plain data. */
export interface SupConSettings extends Omit<SupConOptions, "hardening" | "extraNegatives"> {
  /** Tells it from the four. */
  name: "supCon";
  /** Of the denominator; none if left out. */
  hardening?: HardeningSettings;
}

/**
 * A loss of two views `[batch, dim]` and their labels. {@linkcode trainContrastive} also says which epoch it is, for a loss
 * that changes over the training.
 */
export interface TrainingLoss {
  /** The loss of a batch. */
  (view1: Tensor2D, view2: Tensor2D, labels: Int32Array, progress?: TrainingProgress): Scalar;
  /** What becomes of it where all labels are the same, if that makes a difference. */
  readonly oneClass?: string;
}

/** Whether a loss weights its negatives. */
export function isHardened(name: LossName): boolean {
  return name === "hucl" || name === "hscl";
}

/**
 * The hardening function that settings describe.
 *
 * @param settings family and parameters
 * @param progress the epoch, needed if a parameter follows a schedule
 * @throws {RangeError} if the name is unknown or a parameter out of range
 * @throws {TypeError} if a parameter follows a schedule and the epoch is missing
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { hardeningFromSettings } from "@hscl/hscl/train";
 * const eta = hardeningFromSettings({ name: "exponential", parameters: { beta: 1 } });
 * assertEquals(eta.logEtaAt(0.5, 0.5), 1);
 * ```
 */
export function hardeningFromSettings(
  { name, parameters }: HardeningSettings,
  progress?: TrainingProgress,
): Hardening {
  checkOneOf("hardening", name, ["exponential", "threshold", "polynomial", "logistic"]);
  const valueOf = (parameter: string): number => {
    const schedule = parameters[parameter];
    if (typeof schedule !== "object") return schedule;
    if (progress) return scheduleValue(schedule, progress);
    throw new TypeError(
      `Cannot build ${name} hardening as the epoch is required where ${parameter} follows a schedule: received none`,
    );
  };
  switch (name) {
    case "exponential":
      return exponential(valueOf("beta"));
    case "threshold":
      return threshold(valueOf("tau"));
    case "polynomial":
      return polynomial(valueOf("power"));
    case "logistic":
      return logistic(valueOf("tau"), valueOf("width"));
  }
}

/**
 * The loss function that settings describe. Unsupervised losses ignore the labels they are given.
 *
 * A parameter of the hardening that is a schedule takes its value of the epoch that the loss is called with, which
 * {@linkcode trainContrastive} does.
 *
 * @throws {RangeError} if the name is unknown, or an option or a parameter, at either end of its schedule, out of range
 * @throws {TypeError} if a hardened loss of the four comes without hardening, or an unhardened one with it
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { lossFromSettings } from "@hscl/hscl";
 * const loss = lossFromSettings({ name: "hscl", hardening: { name: "exponential", parameters: { beta: 1 } } });
 * assertEquals(typeof loss, "function");
 * const beta = { kind: "stepped", from: 1, to: 0, steps: 9 } as const;
 * const annealed = lossFromSettings({ name: "hscl", hardening: { name: "exponential", parameters: { beta } } });
 * assertEquals(typeof annealed, "function");
 * ```
 */
export function lossFromSettings(settings: LossSettings | SupConSettings): TrainingLoss {
  const { name, hardening, ...options } = settings;
  checkOneOf("loss", name, [...lossNames, "supCon"]);
  if (name !== "supCon" && isHardened(name) !== (hardening !== undefined)) {
    throw new TypeError(
      `Cannot build loss ${name} as it must come ${
        isHardened(name) ? "with" : "without"
      } hardening: received ` +
        `${hardening?.name ?? "none"}`,
    );
  }
  checkSettings(settings);
  const variant = settings.name === "supCon" ? settings.variant : undefined;
  const optionsAt = (progress?: TrainingProgress): LossOptions => ({
    ...options,
    hardening: hardening && hardeningFromSettings(hardening, progress),
  });
  switch (name) {
    case "ucl":
      return (view1, view2) => uclLoss(view1, view2, optionsAt());
    case "hucl":
      return (view1, view2, _labels, progress) => huclLoss(view1, view2, optionsAt(progress));
    case "scl":
      return byClass(NO_NEGATIVES, (view1, view2, labels) => sclLoss(view1, view2, labels, optionsAt()));
    case "hscl":
      return byClass(
        NO_NEGATIVES,
        (view1, view2, labels, progress) => hsclLoss(view1, view2, labels, optionsAt(progress)),
      );
    case "supCon":
      return byClass(
        "SupCon draws all embeddings to one point",
        (view1, view2, labels, progress) =>
          supConLoss(view1, view2, labels, { ...optionsAt(progress), variant }),
      );
  }
}

const NO_NEGATIVES = "negatives are of other classes, so the loss is 0 and nothing is learnt";

function byClass(oneClass: string, loss: TrainingLoss): TrainingLoss {
  return Object.assign(loss, { oneClass });
}

/** Checks all options with the hardening of both ends of its schedules, so that no step is the first to fail. */
function checkSettings({ name, hardening, ...options }: LossSettings | SupConSettings): void {
  if (name === "supCon") checkOptions<SupConOptions>(options, SUPCON_OPTIONS);
  else checkOptions<LossOptions>(options, LOSS_OPTIONS);
  const { variant, ...rest } = options as Omit<SupConSettings, "name" | "hardening">;
  checkOneOf("variant of SupCon", variant ?? "out", ["out", "in"]);
  for (const end of hardening ? endsOf(hardening) : [undefined]) {
    const negatives = name === "supCon" ? { negatives: "others" } as const : {};
    resolveOptions({ ...rest, ...negatives, hardening: end, labels: [0, 1] }, 2, 2);
  }
}

/** The hardening functions at both ends of the schedules. */
function endsOf({ name, parameters }: HardeningSettings): Hardening[] {
  const ends = Object.entries(parameters).map(([parameter, schedule]) => [
    parameter,
    typeof schedule === "object" ? schedule.to : schedule,
  ]);
  return [
    hardeningFromSettings({ name, parameters }, { epoch: 1, epochs: 1 }),
    hardeningFromSettings({ name, parameters: Object.fromEntries(ends) }),
  ];
}
