import { join } from "node:path";
import { datasetNames, dataSets, type ImageDataset } from "../../lib/data/mod.ts";
import { networks } from "../../lib/encoders/mod.ts";
import {
  datasetFacts,
  type KnownFacts,
  type Preset,
  presetOf,
  type RunPlan,
} from "../../lib/experiment/mod.ts";
import { checkTrainOn, imagesPerEpoch } from "../../lib/experiment/learnt_images.ts";
import type { LossName } from "../../lib/losses/mod.ts";
import { UsageError } from "../cli/mod.ts";
import { planOf, type PresetSizes } from "./plan_of_flags.ts";
import { datasetOptions, type TrainingFlags } from "./training_flags.ts";

/** What is known of a training before it starts. */
export interface CheckedTraining {
  /** How the images are loaded. */
  dataset: RunPlan["dataset"];
  /** What they are. */
  known: KnownFacts;
  /** What should be said of it. */
  say: string[];
}

/** What flags do not say of a training. */
export interface TrainingManner {
  /** Sizes of the presets that are others for this task. */
  sizes?: PresetSizes;
  /** The share of the training images that takes the place of the test images. */
  validation?: number;
}

/**
 * Refuses flags that do not go together, and folders that cannot be used, before anything is trained.
 *
 * @throws {UsageError} which says what must be otherwise
 */
export async function checkTraining(
  flags: TrainingFlags & { losses?: readonly LossName[] },
  { sizes, validation }: TrainingManner = {},
): Promise<CheckedTraining> {
  const { channels, network, ...usual }: Preset = { ...presetOf(flags.preset), ...sizes?.[flags.preset] };
  const { trainImages = usual.trainImages, testImages = usual.testImages } = flags;
  if (flags.data !== undefined && !needsFolder(flags.dataset)) {
    throw new UsageError(
      `--data goes with --dataset ${datasetNames.filter(needsFolder).join(" or ")}: ` +
        `received --dataset ${flags.dataset}`,
    );
  }
  const options = { dataDir: flags.data, trainImages, testImages, ...datasetOptions(flags) };
  checkTrainOn(options.trainOn, flags.losses ?? []);
  await checkFolder(flags.out);
  const known = await datasetFacts(flags.dataset, options, join(flags.out, "data.json"), validation).catch(
    (error) => {
      // Such as more images than there are.
      throw error instanceof RangeError ? new UsageError(error.message) : error;
    },
  );
  const data = known.facts;
  if (channels !== undefined && data.shape.channels !== channels) {
    throw new UsageError(
      `--preset ${flags.preset} trains a ${networks[network].label} on colour images: ` +
        `add --dataset cifar10 --data DIR; received --dataset ${flags.dataset}`,
    );
  }
  const { batchSize } = planOf(flags, data, "", sizes);
  const images = imagesPerEpoch(data);
  if (batchSize > images) {
    throw new UsageError(
      `--batch-size must be at most the ${images} training images: received ${batchSize}`,
    );
  }
  if (flags.k !== undefined && flags.k > data.trainImages) {
    throw new UsageError(`--k must be at most the ${data.trainImages} training images: received ${flags.k}`);
  }
  const oneClass =
    `all ${data.trainImages} training images are of one class: SCL and H-SCL have no negatives ` +
    "there, and kNN cannot be wrong";
  return {
    dataset: { name: flags.dataset, options, ...(validation === undefined ? {} : { validation }) },
    known,
    say: data.trainClasses === 1 ? [oneClass] : [],
  };
}

function needsFolder(name: ImageDataset["name"]): boolean {
  return Object.entries(dataSets).some(([known, { folder }]: [string, { folder?: string }]) =>
    known === name && folder !== undefined
  );
}

/** Throws unless runs can be written to a folder. */
async function checkFolder(folder: string): Promise<void> {
  try {
    await Deno.mkdir(folder, { recursive: true });
    await Deno.remove(await Deno.makeTempFile({ dir: folder, prefix: ".writable-" }));
  } catch (error) {
    throw new UsageError(
      `--out must be a folder that can be written to: received ${folder} (${(error as Error).message})`,
    );
  }
  const place = await Deno.stat(join(folder, "runs")).catch(() => undefined);
  if (place === undefined || place.isDirectory) return;
  throw new UsageError(`--out must be a folder for runs and figures: received one where runs is no folder`);
}
