import {
  checkArray,
  checkInteger,
  checkNumber,
  checkObject,
  checkOneOf,
  checkOptions,
  checkText,
} from "../core/checks.ts";
import { networkNames } from "../encoders/networks.ts";
import type { ProjectionHeadOptions } from "../encoders/projection_head.ts";
import { lossFromSettings, type LossSettings } from "../train/loss_settings.ts";
import { checkOptimizer } from "../train/optimizer_settings.ts";
import { checkViews, type ViewKind } from "../train/views.ts";
import { checkTrainOn, imagesPerEpoch } from "./learnt_images.ts";
import { RUN_FORMAT, type RunSettings } from "./settings.ts";

const RUN_SETTINGS = {
  format: true,
  backend: true,
  dataset: true,
  augmentation: true,
  views: true,
  encoder: true,
  loss: true,
  observed: true,
  crossEntropy: true,
  optimizer: true,
  epochs: true,
  batchSize: true,
  chunkSize: true,
  seed: true,
  evaluation: true,
} as const;

/** Throws unless these are the settings of a run that can be trained: what is recorded under them must be what they say. */
export function checkRunSettings(settings: RunSettings): void {
  const {
    format,
    dataset,
    augmentation,
    views,
    encoder,
    loss,
    observed,
    crossEntropy,
    optimizer,
    epochs,
    batchSize,
    chunkSize,
    seed,
    evaluation,
  } = checkOptions(settings, RUN_SETTINGS);
  if (format !== RUN_FORMAT) {
    throw new RangeError(
      `Cannot train as the format of the settings must be ${RUN_FORMAT}: received ${format}`,
    );
  }
  checkOptions(dataset, { name: true, digest: true, trainImages: true, testImages: true, options: true });
  if (dataset.options !== undefined) {
    checkObject("options of the data set", dataset.options);
    for (const [name, value] of Object.entries(dataset.options)) {
      if (typeof value !== "number") checkText(`option ${name} of the data set`, value);
    }
  }
  checkOptions(augmentation, { name: true, views: true, statistics: true });
  checkObject("encoder", encoder);
  checkOneOf("encoder", encoder.name, networkNames);
  // A network need not have a head.
  const { head }: { head?: ProjectionHeadOptions } = encoder as object;
  const isBall = head?.embedding === "ball";
  checkRows(isBall, loss);
  checkInteger("epochs", epochs, { min: 1 });
  checkInteger("batchSize", batchSize, { min: 2, max: imagesPerEpoch(dataset) });
  if (chunkSize !== undefined) checkInteger("chunkSize", chunkSize, { min: 2, max: batchSize - 1 });
  checkInteger("seed", seed, { min: 0 });
  const { k, temperature } = checkOptions(evaluation, { k: true, temperature: true });
  const computed = lossFromSettings(loss);
  if (observed !== undefined) checkObserved(observed, isBall, views);
  // Two is what is meant where nothing is said: equal numbers have equal settings.
  if (views !== undefined) checkViews(checkOneOf("views", views, ["single", "same-class"]), computed);
  checkTrainOn(dataset.options?.trainOn, [loss, ...observed ?? []].map(({ name }) => name));
  if (crossEntropy !== undefined) checkNumber("crossEntropy", crossEntropy, { above: 0, max: 1e9 });
  checkOptimizer(optimizer);
  checkInteger("k", k, { min: 1 });
  checkNumber("temperature of the evaluation", temperature, { above: 0 });
}

function checkRows(isBall: boolean, loss: LossSettings): void {
  if (!isBall || !loss?.normalize) return;
  throw new RangeError(
    "Cannot train in the unit ball as the loss must not normalize its rows: received true",
  );
}

/** Throws unless these are losses, one or more, that can be computed of the batches of a training. */
function checkObserved(
  observed: readonly LossSettings[],
  isBall: boolean,
  views: ViewKind = "two",
): void {
  checkArray("observed losses", observed, "settings of losses");
  if (observed.length === 0) {
    throw new RangeError("Cannot observe losses as there must be one or more: received none");
  }
  for (const loss of observed) {
    checkViews(views, lossFromSettings(loss));
    checkRows(isBall, loss);
    if (loss.learnedTemperature === undefined) continue;
    throw new RangeError("Cannot observe a loss as its temperature must be fixed: received a learned one");
  }
}
