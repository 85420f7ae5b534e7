import {
  type BackendName,
  initBackend,
  loadDataset,
  lossFromSettings,
  pipelineFor,
  Random,
} from "../../mod.ts";
import { encoderFromSettings, encoderSettings } from "../../lib/encoders/mod.ts";
import { presets } from "../../lib/experiment/presets.ts";
import { trainContrastive } from "../../lib/train/mod.ts";

const LONGEST_MILLISECONDS = 1000, MOST_STEPS = 9;

/**
 * Images a second that the default training learns from on a backend, in one process; nothing if that does not run here, or on a
 * GPU that is a program.
 *
 * The median of some steps after the first, in which kernels are compiled. Plain JavaScript has the smallest batches, as it takes
 * half a second for an image.
 */
export async function trainingSpeed(backend: BackendName): Promise<number | undefined> {
  try {
    const { detail } = await initBackend({ backend });
    if (detail.endsWith("(software)")) return undefined;
  } catch {
    return undefined; // why is said where backends are listed
  }
  const { network, size, batchSize: usual, learningRate, weightDecay } = presets.default;
  const batchSize = backend === "cpu" ? 2 : usual;
  const data = await loadDataset("synthetic", {
    trainImages: batchSize,
    testImages: 10,
    height: 28,
    width: 28,
  });
  const encoder = encoderFromSettings(encoderSettings(network, data.shape, size), new Random(0));
  const signal = new AbortController(), started = performance.now(), ends: number[] = [];
  try {
    const epochs = trainContrastive({
      encoder,
      loss: lossFromSettings({ name: "hscl", hardening: { name: "exponential", parameters: { beta: 1 } } }),
      set: data.train,
      shape: data.shape,
      augmentation: pipelineFor(data).train,
      epochs: MOST_STEPS + 1,
      batchSize,
      optimizer: { learningRate, weightDecay },
      random: new Random(0),
      onStep: () => {
        ends.push(performance.now());
        if (ends.length > 2 && ends.at(-1)! - started > LONGEST_MILLISECONDS) signal.abort();
      },
      signal: signal.signal,
    });
    for await (const _ of epochs);
  } catch (error) {
    if (!signal.signal.aborted) throw error;
  } finally {
    encoder.dispose();
  }
  const times = ends.slice(1).map((end, i) => end - ends[i]).sort((a, b) => a - b);
  return 1000 * batchSize / times[times.length >> 1];
}
