import { evaluationPipeline } from "../augment/pipelines.ts";
import { Random } from "../core/random.ts";
import { DataError } from "../data/data_error.ts";
import type { ImageSet, ImageShape } from "../data/dataset.ts";
import type { Encoder } from "../encoders/encoder.ts";
import { encoderFromSettings } from "../encoders/encoder_settings.ts";
import { loadCheckpoint } from "../train/checkpoint.ts";
import { type EmbeddedSet, embedSet } from "../train/embed.ts";
import { readManifest, readRunFile } from "./run_manifest.ts";
import { trainedEpochs } from "./run_record.ts";
import { checkRecord, type RunRecord } from "./settings.ts";

/**
 * The encoder of a finished run with its trained weights. The backend must have been started, see {@linkcode initBackend}.
 *
 * @throws {DataError} if the checkpoint is missing or broken
 */
export async function trainedEncoder(run: RunRecord): Promise<Encoder> {
  checkRecord(run);
  await checkWeights(run);
  const { folder, settings } = run;
  const encoder = encoderFromSettings(settings.encoder, new Random(settings.seed).child("encoder"));
  try {
    await loadCheckpoint(encoder, `${folder}/checkpoint`);
    return encoder;
  } catch (error) {
    encoder.dispose();
    throw error;
  }
}

/**
 * Throws unless the weights of a run are there as they were written. Those of a run that was trained longer are not: only the last
 * ones are kept.
 *
 * @throws {DataError} if they are not
 */
export async function checkWeights({ folder, settings: { epochs } }: RunRecord): Promise<void> {
  const manifest = await readManifest(folder), trained = await trainedEpochs(folder, manifest);
  if (trained > epochs) {
    throw new DataError(
      `Cannot read the weights of ${folder} after ${epochs} epochs as they must be its last: received a run of ${trained} ` +
        "(train it in another folder to have them)",
    );
  }
  await readRunFile(folder, "checkpoint/weights.bin", manifest);
}

/**
 * What the encoder of a finished run makes of images, normalised as those it was trained with.
 *
 * @param run a finished run
 * @param set images of the shape it was trained with, pixels 0 … 255
 * @param shape of every image
 * @throws {DataError} if the checkpoint is missing or broken
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { initBackend, loadDataset } from "@hscl/hscl";
 * import { embedImages, factsOf, runExperiment, runsOf } from "@hscl/hscl/experiment";
 * const { backend } = await initBackend({ backend: "cpu" });
 * const data = await loadDataset("synthetic", { trainImages: 20, testImages: 10, height: 8, width: 8 });
 * const sizes = { seeds: 1, epochs: 1, batchSize: 10, temperature: 0.5 };
 * const [settings] = runsOf({ backend, data: factsOf(data), network: "convnet", ...sizes }, [{ name: "scl" }]);
 * const folder = await Deno.makeTempDir();
 * const run = await runExperiment(settings, { folder, data });
 * const { embeddings } = await embedImages(run, data.test, data.shape);
 * assertEquals(embeddings.length, 10 * 64);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function embedImages(run: RunRecord, set: ImageSet, shape: ImageShape): Promise<EmbeddedSet> {
  const encoder = await trainedEncoder(run);
  try {
    return await embedSet(encoder, set, shape, evaluationPipeline(run.settings.augmentation.statistics));
  } finally {
    encoder.dispose();
  }
}
