// A training that goes on from any of its states ends with the same bits as one that was never cut short.
import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  convnet,
  type Encoder,
  loadDataset,
  lossFromSettings,
  pipelineFor,
  Random,
  resnet,
  trainContrastive,
} from "@hscl/hscl";
import { Adam, loadSnapshot, type LossSettings, saveSnapshot, type TrainingState } from "@hscl/hscl/train";
import { testOnBackends } from "../backends.ts";

const data = await loadDataset("synthetic", { height: 8, width: 8, trainImages: 40, testImages: 10 });
const head = { hidden: 8, output: 4 };
const networks = {
  convnet: (random: Random) => convnet({ channels: 1, widths: [4], strides: [2], head }, random),
  // Its running statistics are state, too.
  resnet: (random: Random) => resnet({ depth: 18, channels: 1, width: 1, head }, random),
};
const losses: Record<string, LossSettings> = {
  annealed: {
    name: "hscl",
    hardening: {
      name: "exponential",
      parameters: { beta: { kind: "stepped", from: 2, to: 0, steps: 3 } },
    },
  },
  sampled: { name: "scl", sampledNegatives: 3 },
};
const learningRate = { kind: "cosine", from: 1e-2, to: 1e-4 } as const;

const bytesOf = async ({ parameters }: Encoder) =>
  await Promise.all(
    parameters.map(async ({ name, variable }) => `${name} ${[...await variable.data()].join()}`),
  );

const options = (encoder: Encoder, loss: LossSettings) => ({
  encoder,
  loss: lossFromSettings(loss),
  set: data.train,
  shape: data.shape,
  augmentation: pipelineFor(data).train,
  epochs: 3,
  batchSize: 10,
  optimizer: { learningRate, weightDecay: 1e-3 },
  random: new Random(5),
});

for (const [network, make] of Object.entries(networks)) {
  for (const [name, loss] of Object.entries(losses)) {
    if (network === "resnet" && name === "sampled") continue; // many kernels, which some backends start slowly
    testOnBackends(
      `a training goes on to the same bits from each of its states: ${network}, ${name}`,
      async () => {
        const folder = await Deno.makeTempDir();
        const encoder = make(new Random(1)), epochs: number[] = [], kept: string[] = [];
        const save = async (state: TrainingState) => {
          kept.push(`${state.epoch}-${state.step}`);
          await saveSnapshot(encoder, state, `${folder}/${kept.at(-1)}`);
        };
        const keeper = { due: () => true, keep: save };
        for await (const epoch of trainContrastive({ ...options(encoder, loss), keeper })) {
          epochs.push(epoch.loss);
          await save(await epoch.state());
        }
        const whole = await bytesOf(encoder);
        encoder.dispose();
        const tensors = tf.memory().numTensors;
        assertEquals(
          kept,
          [1, 2, 3].flatMap((e) => [1, 2, 3, 4].map((s) => `${e}-${s}`).concat(`${e + 1}-0`)),
        );

        for (const at of network === "resnet" ? ["1-3", "1-4", "2-0"] : kept) {
          const other = make(new Random(99)), rest: number[] = [];
          const from = await loadSnapshot(other, `${folder}/${at}`);
          for await (const { loss: value } of trainContrastive({ ...options(other, loss), from })) {
            rest.push(value);
          }
          assertEquals(rest, epochs.slice(Number(at[0]) - 1), at);
          assertEquals(await bytesOf(other), whole, at);
          other.dispose();
        }
        assertEquals(tf.memory().numTensors, tensors);
        await Deno.remove(folder, { recursive: true });
      },
    );
  }
}

testOnBackends("a training that is stopped keeps the state between two steps", async () => {
  const encoder = networks.convnet(new Random(1)), controller = new AbortController();
  const kept: TrainingState[] = [];
  const training = trainContrastive({
    ...options(encoder, losses.sampled),
    keeper: { due: () => false, keep: (state) => Promise.resolve(void kept.push(state)) },
    signal: controller.signal,
    onStep: ({ epoch, step }) => epoch === 2 && step === 3 && controller.abort(new Error("enough")),
  });
  await assertRejects(
    async () => {
      for await (const _ of training);
    },
    Error,
    "enough",
  );
  assertEquals(kept.map(({ epoch, step, optimizer }) => [epoch, step, optimizer.step]), [[2, 3, 7]]);
  assert(kept[0].lossSum > 0 && kept[0].seconds > 0);
  encoder.dispose();
});

testOnBackends("a state of another training is refused", async () => {
  const encoder = networks.convnet(new Random(1));
  const start = async (from: unknown) => {
    for await (
      const _ of trainContrastive({ ...options(encoder, losses.sampled), from: from as TrainingState })
    );
  };
  const optimizer = new Adam({ learningRate: 1, weightDecay: 0 });
  const trained = encoder.parameters.filter(({ trainable }) => trainable);
  const state = { epoch: 1, step: 0, lossSum: 0, seconds: 0, optimizer: await optimizer.state(trained) };
  optimizer.dispose();
  const moments = new Map([...state.optimizer.moments].slice(1));
  for (
    const [from, says] of [
      [null, "state of a training as it must be an object"],
      [{ ...state, epoch: 5 }, "epoch of the state as it must be at least 1 and at most 4: received 5"],
      [{ ...state, step: 5 }, "step of the state as it must be at least 0 and at most 4: received 5"],
      [{ ...state, lossSum: NaN }, "loss so far as it must be a finite number"],
      [{ ...state, optimizer: { step: 0, moments } }, "must have 36 moments of each kind: received none"],
      [{ ...state, optimizer: null }, "state of the optimizer as it must be an object: received null"],
      [{ ...state, optimizer: { step: 0, moments: [] } }, "moments of the optimizer as they must be a Map"],
    ] as const
  ) await assertRejects(() => start(from), Error, says);
  encoder.dispose();
});

testOnBackends("what keeps states, and what stops, must be able to", async () => {
  const encoder = networks.convnet(new Random(1));
  const start = async (more: object) => {
    for await (const _ of trainContrastive({ ...options(encoder, losses.sampled), ...more }));
  };
  const due = () => false;
  for (
    const [more, says] of [
      [{ keeper: 5 }, "Cannot use keeper as it must be an object: received 5"],
      [
        { keeper: { keep: due } },
        "Cannot use due of the keeper as it must be a function: received undefined",
      ],
      [{ keeper: { due } }, "Cannot use keep of the keeper as it must be a function: received undefined"],
      [{ signal: {} }, "Cannot use signal as it must be an AbortSignal: received"],
    ] as const
  ) await assertRejects(() => start(more), TypeError, says);
  encoder.dispose();
});

testOnBackends("a snapshot that was replaced by half is none", async () => {
  const encoder = networks.convnet(new Random(1)), folder = await Deno.makeTempDir();
  const optimizer = new Adam({ learningRate: 1, weightDecay: 0 });
  const trained = encoder.parameters.filter(({ trainable }) => trainable);
  const state = { epoch: 1, step: 0, lossSum: 0, seconds: 0, optimizer: await optimizer.state(trained) };
  optimizer.dispose();
  for (const nothing of [null, {}, { ...state, optimizer: {} }]) {
    await assertRejects(
      () => saveSnapshot(encoder, nothing as TrainingState, folder),
      TypeError,
      "Cannot use ",
    );
  }
  assertEquals([...Deno.readDirSync(folder)], []);
  await saveSnapshot(encoder, state, folder);
  await saveSnapshot(encoder, { ...state, epoch: 2 }, folder);
  assertEquals((await loadSnapshot(encoder, folder)).epoch, 2);
  const moments = `${folder}/snapshot/moments.bin`;
  await Deno.remove(moments);
  await Deno.mkdir(moments);
  await assertRejects(() => saveSnapshot(encoder, { ...state, epoch: 3 }, folder), Error, moments);
  await Deno.remove(moments);
  await assertRejects(
    () => loadSnapshot(encoder, folder),
    Error,
    "state.json as it must be a file: received none",
  );
  await Deno.remove(folder, { recursive: true });
  encoder.dispose();
});
