import { checkInteger, checkObject, checkOneOf, checkOptions } from "../core/checks.ts";
import { type Schedule, scheduleValue, type TrainingProgress } from "../hardening/schedule.ts";
import type { Optimizer } from "./optimizer.ts";
import { type OptimizerName, optimizerNames, optimizerOf } from "./optimizers.ts";

/** Settings of an optimizer over a training. */
export interface OptimizerSettings {
  /** Which optimizer; Adam where it is absent. */
  name?: Exclude<OptimizerName, "adam">;
  /** Step size; a schedule changes it from epoch to epoch. */
  learningRate: Schedule;
  /** `λ`; see {@linkcode Adam}, {@linkcode AdamW}, {@linkcode Sgd} and {@linkcode Lars} for what it does. */
  weightDecay: number;
  /** `μ` of SGD and LARS, which need it. */
  momentum?: number;
  /** Whether SGD looks ahead; absent where it does not. */
  nesterov?: true;
  /** `η` of LARS, which needs it. */
  trust?: number;
  /** The first steps are smaller: the learning rate grows in equal parts from step to step until its schedule's is reached. */
  warmUp?: WarmUp;
}

/** How long a learning rate grows: over so many epochs, or over so many steps. */
export type WarmUp = { readonly epochs: number } | { readonly steps: number };

/** The learning rate of a step. */
export interface StepOf extends TrainingProgress {
  /** From 1, in its epoch. */
  readonly step: number;
  /** In every epoch. */
  readonly stepsPerEpoch: number;
}

/** The learning rate of a step: that of its epoch, times the share of the warm-up that is done. */
export function learningRateAt({ learningRate, warmUp }: OptimizerSettings, progress: StepOf): number {
  const isSchedule = typeof learningRate === "object" && learningRate !== null;
  const rate = isSchedule ? scheduleValue(learningRate, progress) : learningRate;
  if (warmUp === undefined) return rate;
  const { epoch, step, stepsPerEpoch } = progress;
  const steps = "steps" in warmUp ? warmUp.steps : warmUp.epochs * stepsPerEpoch;
  const done = (epoch - 1) * stepsPerEpoch + step;
  return done >= steps ? rate : rate * done / steps;
}

/**
 * The optimizer of settings, before its first step.
 *
 * @throws {TypeError} if a setting is missing, unknown or of the wrong type
 * @throws {RangeError} if one is out of range
 */
export function optimizerFromSettings(settings: OptimizerSettings, progress: StepOf): Optimizer {
  checkObject("optimizer", settings);
  const { name, learningRate: _, warmUp, ...options } = settings;
  if (name !== undefined) checkOneOf("optimizer", name, optimizerNames.filter((each) => each !== "adam"));
  if (warmUp !== undefined) checkWarmUp(warmUp);
  return optimizerOf(name ?? "adam").make({ ...options, learningRate: learningRateAt(settings, progress) });
}

function checkWarmUp(warmUp: WarmUp): void {
  checkObject("warm-up", warmUp);
  const [kind] = Object.keys(
    checkOptions(warmUp as { epochs?: number; steps?: number }, { epochs: true, steps: true }),
  );
  checkOneOf("warm-up", Object.keys(warmUp).join(" and "), ["epochs", "steps"]);
  checkInteger(`${kind} of the warm-up`, Object.values(warmUp)[0], { min: 1 });
}

/**
 * Throws unless a training can be done with these settings, at both ends of a schedule.
 *
 * @throws {TypeError} if one is missing, unknown or of the wrong type
 * @throws {RangeError} if one is out of range
 */
export function checkOptimizer(settings: OptimizerSettings): void {
  for (const epoch of [1, 2]) {
    optimizerFromSettings(settings, { epoch, epochs: 2, step: 1, stepsPerEpoch: 1 }).dispose();
  }
}
