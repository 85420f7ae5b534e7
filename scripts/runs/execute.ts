import {
  embedSet,
  type ImageDataset,
  knnClassify,
  lossFromSettings,
  pipelineFor,
  Random,
  trainContrastive,
} from "../../mod.ts";
import { encoderFromSettings } from "../../lib/encoders/mod.ts";
import type { RunMetrics, RunSettings, StepProgress } from "../../lib/train/mod.ts";
import { RunWriter } from "../../lib/train/run_record.ts";

/** What an executing run reports. */
export interface RunListener {
  onStep(progress: StepProgress): void;
  onEpoch(metrics: RunMetrics): void;
}

/** Trains, evaluates after every epoch and records one run. Returns its folder. */
export async function executeRun(
  settings: RunSettings,
  data: ImageDataset,
  runsFolder: string,
  listener: RunListener,
): Promise<string> {
  const random = new Random(settings.seed);
  const pipeline = pipelineFor(data.shape);
  const encoder = encoderFromSettings(settings.encoder, random.child("encoder"));
  const writer = await RunWriter.start(runsFolder, settings);
  const embed = (set: typeof data.train) => embedSet(encoder, set, data.shape, pipeline.evaluate);
  try {
    const epochs = trainContrastive({
      encoder,
      loss: lossFromSettings(settings.loss),
      set: data.train,
      shape: data.shape,
      augmentation: pipeline.train,
      epochs: settings.epochs,
      batchSize: settings.batchSize,
      optimizer: settings.optimizer,
      random: random.child("training"),
      onStep: listener.onStep,
    });
    const keep = (epoch: number, embeddings: Float32Array) =>
      writer.keep({ epoch, embeddings, dim: encoder.embeddingDim, labels: data.test.labels });
    let embeddings: Float32Array = (await embed(data.test)).embeddings;
    await keep(0, embeddings);
    for await (const { epoch, loss, seconds, imagesPerSecond } of epochs) {
      const bank = await embed(data.train), queries = await embed(data.test);
      const { top1, top5 } = await knnClassify(
        { features: bank.features, labels: data.train.labels },
        { features: queries.features, labels: data.test.labels },
        { dim: encoder.featureDim, classes: data.classes.length, ...settings.evaluation },
      );
      embeddings = queries.embeddings;
      await keep(epoch, embeddings);
      const metrics = { epoch, loss, top1, top5, seconds, imagesPerSecond };
      await writer.append(metrics);
      listener.onEpoch(metrics);
    }
    return await writer.finish(encoder, embeddings, data.test.labels);
  } catch (error) {
    await writer.discard();
    throw error;
  } finally {
    encoder.dispose();
  }
}
