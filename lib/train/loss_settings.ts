import * as tf from "../core/tfjs.ts";
import { checkNumber, checkObject, checkOneOf, checkOptions } from "../core/checks.ts";
import { Random } from "../core/random.ts";
import { normalizeRows } from "../core/similarity.ts";
import type { Scalar, Tensor2D, Variable } from "../core/tensors.ts";
import type { Hardening } from "../hardening/hardening.ts";
import { hardeningFromSettings, type HardeningSettings, scheduledEnds } from "../hardening/settings.ts";
import type { TrainingProgress } from "../hardening/schedule.ts";
import type { OtherViews } from "../losses/contrastive.ts";
import type { ScoreOptions } from "../losses/options.ts";
import type { LossPreset } from "../losses/preset.ts";
import { type LossName, lossNames, lossPreset, type lossPresets } from "../losses/presets.ts";

/** The options of a loss of two views. */
export type LossOptionsOf<N extends LossName> = typeof lossPresets[N] extends LossPreset<infer O> ? O : never;

/** A training loss as plain data, so that it can be written down and hashed: its name and its options. */
export type LossSettings = {
  [N in LossName]:
    & Omit<LossOptionsOf<N>, "hardening" | "extraNegatives" | "sampledNegatives">
    & {
      /** Which loss. */
      name: N;
      /** Only for losses that weight their negatives. */
      hardening?: HardeningSettings;
      /** Where the temperature is learned: what it is clipped to. It starts as `temperature` says. */
      learnedTemperature?: TemperatureRange;
      /** How many negatives are drawn in the batch for each anchor; all are taken if left out. */
      sampledNegatives?: number;
    };
}[LossName];

/** What a learned temperature is clipped to. */
export interface TemperatureRange {
  /** Least temperature, above 0. */
  readonly min: number;
  /** Largest temperature. */
  readonly max: number;
}

/** What a loss is told of the step that it is computed in. */
export interface LossStep extends TrainingProgress {
  /** The stream of the step's random choices. */
  readonly random?: Random;
  /** Whether all rows are of unit norm already, as an encoder's are. */
  readonly unitRows?: boolean;
  /** Whether rows are in the unit ball, and are to be compared as they are: by their inner products. */
  readonly ballRows?: boolean;
  /** Most pairs that should be in memory at once, where the settings say nothing of it. */
  readonly pairsAtOnce?: number;
}

/**
 * A loss of two views `[batch, dim]` and their labels. {@linkcode trainContrastive} also says which step it is of, for a loss
 * that changes over the training, or chooses at random.
 */
export interface TrainingLoss {
  /** The loss of a batch. */
  (view1: Tensor2D, view2: Tensor2D, labels: Int32Array, step?: LossStep): Scalar;
  /** The same of a single view, if there is such a loss: positives are the other items of the class. */
  readonly ofOneView?: (view: Tensor2D, labels: Int32Array, step?: LossStep) => Scalar;
  /** What is added to it of the features before the projection head, of one view or two. */
  readonly ofFeatures?: (features: readonly Tensor2D[], labels: Int32Array) => Scalar;
  /** What becomes of it where all labels are the same, if that makes a difference. */
  readonly oneClass?: string;
}

/**
 * The loss function that settings describe. Unsupervised losses ignore the labels they are given.
 *
 * A parameter of the hardening that is a schedule takes its value of the epoch that the loss is called with, which
 * {@linkcode trainContrastive} does.
 *
 * @param logScale `log(1/T)` of a learned temperature, which then takes the place of that of the settings, see
 * {@linkcode trainingObjective}
 * @throws {RangeError} if the name is unknown, or an option or a parameter, at either end of its schedule, out of range; if the
 * temperature is learned and the loss does not depend on it through the scores alone
 * @throws {TypeError} if a loss that needs a hardening function comes without, or one that takes none with it
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
export function lossFromSettings(settings: LossSettings, logScale?: Variable): TrainingLoss {
  checkObject("settings of a loss", settings);
  const { name, hardening, sampledNegatives: count, learnedTemperature, ...options } = settings;
  const preset = lossPreset(checkOneOf("loss", name, lossNames));
  if (hardening !== undefined) checkObject("hardening of a loss", hardening);
  const fits = { required: hardening !== undefined, optional: true, none: hardening === undefined };
  if (!fits[preset.hardening]) {
    throw new TypeError(
      `Cannot build loss ${name} as it must come ${
        preset.hardening === "required" ? "with" : "without"
      } hardening: received ${hardening?.name ?? "none"}`,
    );
  }
  const withChoices = (eta: Hardening | undefined, random: Random): ScoreOptions => ({
    ...options,
    ...(eta ? { hardening: eta } : {}),
    ...(count === undefined ? {} : { sampledNegatives: { count, random } }),
  });
  // With the hardening of both ends of its schedules, so that no step is the first to fail.
  for (const end of hardening ? scheduledEnds(hardening) : [undefined]) {
    preset.check(withChoices(end, new Random(0)));
    if (learnedTemperature !== undefined) checkLearned(learnedTemperature, withChoices(end, new Random(0)));
  }
  const compute = (view1: Tensor2D, otherViews: OtherViews, labels: Int32Array, step?: LossStep): Scalar => {
    if (count !== undefined && !step?.random) {
      throw new TypeError(
        `Cannot compute loss ${name} as a stream is required to sample negatives: received none`,
      );
    }
    const eta = hardening && hardeningFromSettings(hardening, step);
    const choices = withChoices(eta, step?.random ?? new Random(0));
    // Of losses that know of it.
    const areReady = step?.unitRows === true || step?.ballRows === true;
    const usual = { normalize: areReady ? false : undefined, pairsAtOnce: step?.pairsAtOnce };
    const known = Object.entries(usual).filter(([name, value]) =>
      value !== undefined && Object.hasOwn(preset.options, name)
    );
    const all = { ...Object.fromEntries(known), ...choices };
    if (!logScale) return preset.loss(view1, otherViews, labels, all);
    const views = [view1, ...Array.isArray(otherViews) ? otherViews as Tensor2D[] : [otherViews as Tensor2D]];
    return tf.tidy(() => {
      // Inner products of rows times √(1/T) are the scores of cosines over T, and have its gradient.
      const root = tf.exp(tf.mul(logScale, 0.5));
      const [first, ...others] = views.map((view) =>
        tf.mul(all.normalize === false ? view : normalizeRows(view), root) as Tensor2D
      );
      return preset.loss(first, others, labels, { ...all, temperature: 1, normalize: false });
    });
  };
  const loss: TrainingLoss = (view1, view2, labels, step) => compute(view1, view2, labels, step);
  return Object.assign(loss, {
    ...(takesOneView(() => preset.check(withChoices(undefined, new Random(0)), 1))
      ? {
        ofOneView: (view: Tensor2D, labels: Int32Array, step?: LossStep) => compute(view, [], labels, step),
      }
      : {}),
    ...(preset.oneClass === undefined ? {} : { oneClass: preset.oneClass }),
  });
}

/** Whether a loss passes a check that is of a single view alone. */
function takesOneView(check: () => void): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

/** Throws unless a loss depends on its temperature through the scores `u/T` alone, and starts within the range. */
function checkLearned(
  range: TemperatureRange,
  { hardening, tauPlus = 0, temperature = 0.5 }: ScoreOptions,
): void {
  const { min, max } = checkOptions(range, { min: true, max: true });
  checkNumber("least temperature", min, { min: 1e-3 });
  checkNumber("largest temperature", max, { min, max: 1e3 });
  checkNumber("temperature where it is learned", temperature, { min, max });
  if (tauPlus > 0) {
    throw new RangeError(
      `Cannot learn the temperature as the loss must not be debiased: received tauPlus ${tauPlus}`,
    );
  }
  if (hardening && !hardening.slope) {
    throw new RangeError(
      `Cannot learn the temperature as the hardening must be exponential or none: received ${hardening.name}`,
    );
  }
}
