// A training in chunks: the same numbers each time, and ends as one without them.
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import {
  convnet,
  initBackend,
  loadDataset,
  lossFromSettings,
  pipelineFor,
  Random,
  resnet,
  trainContrastive,
} from "@hscl/hscl";
import { NonFiniteLossError, type TrainingLoss } from "@hscl/hscl/train";
import { maxDifference, testOnBackends } from "../backends.ts";

const data = await loadDataset("synthetic", { height: 8, width: 8, trainImages: 40, testImages: 10 });
const head = { hidden: 8, output: 4 };
const encoders = {
  convnet: () => convnet({ channels: 1, widths: [4, 8], strides: [2, 2], head }, new Random(3)),
  resnet: () => resnet({ depth: 18, channels: 1, width: 2, head }, new Random(3)),
};
const sampled = lossFromSettings({
  name: "hscl",
  hardening: { name: "exponential", parameters: { beta: 1 } },
  sampledNegatives: 4,
});

/** Losses of all steps and every parameter in the end. */
async function trained(network: keyof typeof encoders, chunkSize?: number, loss: TrainingLoss = sampled) {
  const encoder = encoders[network](), losses: number[] = [];
  const epochs = trainContrastive({
    encoder,
    loss,
    set: data.train,
    shape: data.shape,
    augmentation: pipelineFor(data).train,
    epochs: 2,
    batchSize: 13,
    ...(chunkSize === undefined ? {} : { chunkSize }),
    optimizer: { learningRate: 1e-3, weightDecay: 1e-6 },
    random: new Random(1),
    onStep: ({ loss }) => losses.push(loss),
  });
  try {
    for await (const _ of epochs);
    const parameters = await Promise.all(encoder.parameters.map(({ variable }) => variable.data()));
    return { losses, parameters };
  } finally {
    encoder.dispose();
  }
}

testOnBackends(
  "a training in chunks gives the same numbers each time, and nearly those without chunks",
  async () => {
    const direct = await trained("convnet"), chunked = await trained("convnet", 5);
    assertEquals(await trained("convnet", 5), chunked);
    assertEquals(chunked.losses.length, 6);
    assert(maxDifference(chunked.losses, direct.losses) < 1e-4, `${chunked.losses} and ${direct.losses}`);
  },
);

Deno.test("batch norm makes a training in chunks another one; whole batches are the one without chunks", async () => {
  await initBackend({ backend: "wasm" });
  const direct = await trained("resnet"), chunked = await trained("resnet", 7);
  assertEquals(await trained("resnet", 7), chunked);
  assertNotEquals(chunked.losses, direct.losses);
  assertEquals(await trained("resnet", 13), direct);
});

testOnBackends("a loss that is not finite stops a training in chunks as any other", async () => {
  let calls = 0;
  const breaking: TrainingLoss = (view1) => tf.mul(tf.sum(view1), ++calls === 5 ? NaN : 1) as tf.Scalar;
  const error = await assertRejects(() => trained("convnet", 4, breaking), NonFiniteLossError);
  assertEquals([error.epoch, error.step], [2, 2]);
});

Deno.test("a chunk of one item is refused before anything is trained", async () => {
  await initBackend({ backend: "wasm" });
  await assertRejects(() => trained("convnet", 1), RangeError, "chunk size");
  await assertRejects(() => trained("convnet", 2.5), TypeError, "chunk size");
});
