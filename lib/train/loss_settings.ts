import type * as tf from "@tensorflow/tfjs";
import { checkOneOf } from "../core/checks.ts";
import { exponential } from "../hardening/exponential.ts";
import type { Hardening } from "../hardening/hardening.ts";
import { logistic } from "../hardening/logistic.ts";
import { polynomial } from "../hardening/polynomial.ts";
import { threshold } from "../hardening/threshold.ts";
import { hsclLoss } from "../losses/hscl.ts";
import { huclLoss } from "../losses/hucl.ts";
import type { LossOptions } from "../losses/options.ts";
import { sclLoss } from "../losses/scl.ts";
import { uclLoss } from "../losses/ucl.ts";

/** Names of the four losses of the paper. */
export const lossNames = ["ucl", "scl", "hucl", "hscl"] as const;

/** One of the four losses of the paper. */
export type LossName = typeof lossNames[number];

/** A hardening function as plain data. */
export interface HardeningSettings {
  /** The family. */
  name: "exponential" | "threshold" | "polynomial" | "logistic";
  /** Its parameters by name. */
  parameters: Record<string, number>;
}

/** A training loss as plain data, so that it can be written down and hashed. */
export interface LossSettings extends Omit<LossOptions, "hardening"> {
  /** Which of the four. */
  name: LossName;
  /** Only for the hardened losses. */
  hardening?: HardeningSettings;
}

/** A loss of two views `[batch, dim]` and their labels. */
export type TrainingLoss = (view1: tf.Tensor2D, view2: tf.Tensor2D, labels: Int32Array) => tf.Scalar;

/** Whether a loss weights its negatives. */
export function isHardened(name: LossName): boolean {
  return name === "hucl" || name === "hscl";
}

/**
 * The hardening function that settings describe.
 *
 * @throws {RangeError} if the name is unknown or a parameter out of range
 *
 * @example
 * ```ts
 * import { hardeningFromSettings } from "hscl";
 * const eta = hardeningFromSettings({ name: "exponential", parameters: { beta: 1 } });
 * console.assert(eta.logEtaAt(0.5, 0.5) === 1);
 * ```
 */
export function hardeningFromSettings({ name, parameters }: HardeningSettings): Hardening {
  checkOneOf("hardening", name, ["exponential", "threshold", "polynomial", "logistic"]);
  switch (name) {
    case "exponential":
      return exponential(parameters.beta);
    case "threshold":
      return threshold(parameters.tau);
    case "polynomial":
      return polynomial(parameters.power);
    case "logistic":
      return logistic(parameters.tau, parameters.width);
  }
}

/**
 * The loss function that settings describe. Unsupervised losses ignore the labels they are given.
 *
 * @throws {RangeError} if the name is unknown
 * @throws {TypeError} if a hardened loss comes without hardening, or an unhardened one with it
 *
 * @example
 * ```ts
 * import { lossFromSettings } from "hscl";
 * const loss = lossFromSettings({ name: "hscl", hardening: { name: "exponential", parameters: { beta: 1 } } });
 * console.assert(typeof loss === "function");
 * ```
 */
export function lossFromSettings(settings: LossSettings): TrainingLoss {
  const { name, hardening, ...options } = settings;
  checkOneOf("loss", name, lossNames);
  if (isHardened(name) !== (hardening !== undefined)) {
    throw new TypeError(
      `Cannot build loss ${name} as it must come ${
        isHardened(name) ? "with" : "without"
      } hardening: received ` +
        `${hardening?.name ?? "none"}`,
    );
  }
  const full: LossOptions = { ...options, hardening: hardening && hardeningFromSettings(hardening) };
  switch (name) {
    case "ucl":
      return (view1, view2) => uclLoss(view1, view2, full);
    case "hucl":
      return (view1, view2) => huclLoss(view1, view2, full);
    case "scl":
      return (view1, view2, labels) => sclLoss(view1, view2, labels, full);
    case "hscl":
      return (view1, view2, labels) => hsclLoss(view1, view2, labels, full);
  }
}
