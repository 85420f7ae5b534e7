import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import {
  convnet,
  type Encoder,
  loadDataset,
  lossFromSettings,
  pipelineFor,
  Random,
  trainContrastive,
} from "@hscl/hscl";
import { NonFiniteLossError, type TrainingLoss } from "@hscl/hscl/train";
import { type LossName, lossNames } from "@hscl/hscl/losses";
import { computesLater } from "../../lib/backend/computes_later.ts";
import { testOnBackends } from "../backends.ts";

const data = await loadDataset("synthetic", {
  height: 12,
  width: 12,
  trainImages: 60,
  testImages: 10,
  overlap: 0,
});
const newEncoder = (seed: number) =>
  convnet({ channels: 1, widths: [4, 8], strides: [2, 2], head: { hidden: 8, output: 4 } }, new Random(seed));
const lossOf = (name: LossName): TrainingLoss =>
  lossFromSettings({
    name,
    ...(name.startsWith("h") ? { hardening: { name: "exponential", parameters: { beta: 1 } } } : {}),
  });

function train(
  encoder: Encoder,
  loss: TrainingLoss,
  seed: number,
  more: Partial<Parameters<typeof trainContrastive>[0]> = {},
) {
  return trainContrastive({
    encoder,
    loss,
    set: data.train,
    shape: data.shape,
    augmentation: pipelineFor(data).train,
    epochs: 2,
    batchSize: 20,
    optimizer: { learningRate: 1e-3, weightDecay: 1e-6 },
    random: new Random(seed),
    ...more,
  });
}

async function losses(seed: number, name: LossName): Promise<number[]> {
  const encoder = newEncoder(seed), values: number[] = [];
  for await (const _ of train(encoder, lossOf(name), seed, { onStep: ({ loss }) => values.push(loss) }));
  encoder.dispose();
  return values;
}

testOnBackends("the same seed gives the same losses, another seed others, for every loss", async () => {
  for (const name of lossNames) {
    const first = await losses(1, name);
    assertEquals(first.length, 6);
    assertEquals(await losses(1, name), first);
    assertNotEquals(await losses(2, name), first);
  }
});

testOnBackends(
  "the number of tensors is constant from step to step, and back to the start in the end",
  async () => {
    for (const name of lossNames) {
      const before = tf.memory().numTensors;
      const encoder = newEncoder(0), counts: number[] = [];
      for await (
        const _ of train(encoder, lossOf(name), 0, { onStep: () => counts.push(tf.memory().numTensors) })
      );
      // Where a GPU computes, the next batch's two views are there, but after the last batch of an epoch.
      const ahead = computesLater() ? [2, 2, 0] : [0, 0, 0];
      assertEquals(new Set(counts.map((count, i) => count - ahead[i % 3])).size, 1, `${name}: ${counts}`);
      encoder.dispose();
      assertEquals(tf.memory().numTensors, before);
    }
  },
);

testOnBackends("training lowers the loss and reports every step", async () => {
  const encoder = newEncoder(3), epochs: number[] = [], steps: string[] = [];
  const progress = train(encoder, lossOf("scl"), 3, {
    epochs: 20,
    optimizer: { learningRate: 1e-2, weightDecay: 0 },
    onStep: ({ epoch, step, stepsPerEpoch }) => steps.push(`${epoch}:${step}/${stepsPerEpoch}`),
  });
  for await (const { loss } of progress) epochs.push(loss);
  encoder.dispose();
  assertEquals(steps.slice(0, 4), ["1:1/3", "1:2/3", "1:3/3", "2:1/3"]);
  assert(epochs[19] < 0.95 * epochs[0], `${epochs}`);
});

testOnBackends("weight decay shrinks weights that have no other gradient", async () => {
  const encoder = newEncoder(0);
  const flat: TrainingLoss = (view1) => tf.mul(tf.sum(view1), 0) as tf.Scalar;
  const norm = async () => (await tf.norm(encoder.parameters[0].variable).data())[0];
  const before = await norm();
  for await (
    const _ of train(encoder, flat, 0, { epochs: 1, optimizer: { learningRate: 1e-3, weightDecay: 1e-2 } })
  );
  const after = await norm();
  encoder.dispose();
  // Adam moves every weight by about the learning rate per step, towards zero.
  assert(after < before && after > before - 3 * 1e-3 * Math.sqrt(36) * 1.01, `${before} → ${after}`);
});

testOnBackends(
  "a loss that is not finite stops the training with epoch, step and the batch's statistics",
  async () => {
    const encoder = newEncoder(0);
    let calls = 0;
    const breaking: TrainingLoss = (view1) => tf.mul(tf.sum(view1), ++calls === 5 ? NaN : 1) as tf.Scalar;
    const error = await assertRejects(async () => {
      for await (const _ of train(encoder, breaking, 0));
    }, NonFiniteLossError) as NonFiniteLossError;
    encoder.dispose();
    assertEquals([error.epoch, error.step], [2, 2]);
    assert(
      /view 1: pixels -?[\d.]+ … [\d.]+, mean .*items per class \{.*\}/.test(error.message),
      error.message,
    );
  },
);

testOnBackends("an aborted signal stops before the next step", async () => {
  const encoder = newEncoder(0), controller = new AbortController();
  let steps = 0;
  await assertRejects(
    async () => {
      const progress = train(encoder, lossOf("ucl"), 0, {
        signal: controller.signal,
        onStep: () => ++steps === 2 && controller.abort(new Error("enough")),
      });
      for await (const _ of progress);
    },
    Error,
    "enough",
  );
  encoder.dispose();
  assertEquals(steps, 2);
});

Deno.test("settings out of range are refused before anything is trained", async () => {
  const encoder = newEncoder(0);
  const start = (more: Parameters<typeof train>[3]) => train(encoder, lossOf("ucl"), 0, more).next();
  await assertRejects(() => start({ batchSize: 61 }), RangeError, "batch size");
  await assertRejects(() => start({ epochs: 0 }), RangeError, "epochs");
  await assertRejects(
    () => start({ optimizer: { learningRate: 0, weightDecay: 0 } }),
    RangeError,
    "learning rate",
  );
  encoder.dispose();
});

testOnBackends("batch norm follows batch statistics in training and running ones in evaluation", async () => {
  const encoder = newEncoder(0);
  const images = tf.randomNormal<tf.Rank.R4>([16, 12, 12, 1], 0, 1, "float32", 1);
  for (let i = 0; i < 200; i++) {
    tf.dispose(tf.tidy(() => encoder.project(encoder.features(images, true), true)));
  }
  const [training, evaluation] = await Promise.all(
    [true, false].map((mode) => tf.tidy(() => encoder.project(encoder.features(images, mode), mode)).data()),
  );
  encoder.dispose();
  // Running variance is unbiased (16/15 of the batch's), so the two agree but for that.
  training.forEach((value, i) => assertAlmostEquals(evaluation[i], value, 0.05));
});

testOnBackends(
  "the views of the next batch are made while a GPU computes, else when it is their turn",
  async (backend) => {
    const order: string[] = [], encoder = newEncoder(0), { train: usual } = pipelineFor(data);
    const apply: typeof usual.apply = (...given) => {
      if (order.at(-1) !== "views") order.push("views");
      usual.apply(...given);
    };
    const options = { augmentation: { name: "noted", apply }, epochs: 1, onStep: () => order.push("step") };
    for await (const _ of train(encoder, lossOf("scl"), 0, options));
    encoder.dispose();
    const expected = backend === "webgpu" ? "views step views step step" : "views step views step views step";
    assertEquals(order.join(" "), expected);
  },
);
