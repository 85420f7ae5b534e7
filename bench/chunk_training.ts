/** One training of `deno run -A bench/chunk_memory.ts`, in a process of its own. */
import process from "node:process";
import {
  type BackendName,
  initBackend,
  loadDataset,
  lossFromSettings,
  pipelineFor,
  Random,
  trainContrastive,
} from "@hscl/hscl";
import { encoderFromSettings, encoderSettings, type NetworkName } from "@hscl/hscl/encoders";

/** What is trained. */
export interface ChunkTraining {
  backend: BackendName;
  network: NetworkName;
  /** Of the images. */
  shape: { height: number; width: number; channels: 1 | 3 };
  /** Images of the set, each seen once. */
  images: number;
  batchSize: number;
  chunkSize?: number;
}

/** What it took. */
export interface ChunkCost {
  /** Of the whole process, at most. */
  peakBytes: number;
  /** Of all its threads in training: other programs disturb that less than time. */
  processorSeconds: number;
}

const { backend, network, shape, images, batchSize, chunkSize }: ChunkTraining = JSON.parse(Deno.args[0]);
await initBackend({ backend });
const data = await loadDataset("synthetic", { ...shape, trainImages: images, testImages: 10 });
const random = new Random(0);
const epochs = trainContrastive({
  encoder: encoderFromSettings(encoderSettings(network, data.shape), random.child("encoder")),
  loss: lossFromSettings({ name: "hscl", hardening: { name: "exponential", parameters: { beta: 1 } } }),
  set: data.train,
  shape: data.shape,
  augmentation: pipelineFor(data).train,
  epochs: 1,
  batchSize,
  chunkSize,
  optimizer: { learningRate: 1e-3, weightDecay: 1e-6 },
  random: random.child("training"),
});
const before = process.cpuUsage();
for await (const _ of epochs);
const { user, system } = process.cpuUsage(before), peakBytes = 1024 * process.resourceUsage().maxRSS;
console.log(JSON.stringify({ peakBytes, processorSeconds: (user + system) / 1e6 } satisfies ChunkCost));
