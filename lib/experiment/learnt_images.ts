import { SettingsError } from "../core/settings_error.ts";
import type { DatasetChoices } from "../data/dataset.ts";
import { type LossName, lossNames, lossPreset } from "../losses/presets.ts";

/** What a data set's facts and a run's settings say of the images that a network learns from. */
export interface LearntImages {
  /** Labelled training images. */
  readonly trainImages: number;
  /** Says by `trainOn` whether those without labels are used, and by `unlabeledImages` how many there are. */
  readonly options?: DatasetChoices;
}

/** How many images a network learns from in an epoch. */
export function imagesPerEpoch({ trainImages, options = {} }: LearntImages): number {
  const unlabeled = Number(options.unlabeledImages ?? 0);
  return options.trainOn === "unlabeled" ? unlabeled : trainImages + unlabeled;
}

/**
 * Throws unless losses can be trained on the images.
 *
 * @throws {SettingsError} if images without labels are for a loss that needs labels
 */
export function checkTrainOn(trainOn: unknown, losses: readonly LossName[]): void {
  const needing = losses.find((name) => lossPreset(name).supervised);
  if (trainOn === undefined || trainOn === "train" || needing === undefined) return;
  throw new SettingsError(
    `Cannot train on images without labels (trainOn ${trainOn}) as the loss must need none, ` +
      `${lossNames.filter((name) => !lossPreset(name).supervised).join(" or ")}: received ${needing}`,
  );
}
