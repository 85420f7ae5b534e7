import { checkOptions } from "../core/checks.ts";
import { type Schedule, scheduleValue, type TrainingProgress } from "../hardening/schedule.ts";
import { Adam, type AdamSettings } from "./adam.ts";

/** Settings of Adam over a training. */
export interface OptimizerSettings {
  /** Step size; a schedule changes it from epoch to epoch. */
  learningRate: Schedule;
  /** See {@linkcode AdamSettings}. */
  weightDecay: number;
}

/** The settings of Adam in an epoch. */
export function adamSettings(settings: OptimizerSettings, progress: TrainingProgress): AdamSettings {
  const { learningRate, weightDecay } = checkOptions(settings, { learningRate: true, weightDecay: true });
  const isSchedule = typeof learningRate === "object" && learningRate !== null;
  return { learningRate: isSchedule ? scheduleValue(learningRate, progress) : learningRate, weightDecay };
}

/**
 * Throws unless a training can be done with these settings, at both ends of a schedule.
 *
 * @throws {TypeError} if one is missing, unknown or of the wrong type
 * @throws {RangeError} if one is out of range
 */
export function checkOptimizer(settings: OptimizerSettings): void {
  for (const epoch of [1, 2]) new Adam(adamSettings(settings, { epoch, epochs: 2 })).dispose();
}
