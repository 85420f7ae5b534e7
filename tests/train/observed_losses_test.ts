// Losses that are watched during a training: the values are those of the embeddings of each step, and nothing else changes.
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import {
  convnet,
  type Encoder,
  initBackend,
  loadDataset,
  lossFromSettings,
  pipelineFor,
  Random,
  resnet,
  trainContrastive,
} from "@hscl/hscl";
import {
  loadSnapshot,
  type LossSettings,
  NonFiniteLossError,
  saveSnapshot,
  trainGraphs,
  type TrainingLoss,
  type TrainingState,
} from "@hscl/hscl/train";
import { graphViews } from "@hscl/hscl/augment";
import { madeUpGraphs, nodeFeatureDim } from "@hscl/hscl/data";
import { gin } from "@hscl/hscl/encoders";
import { maxDifference, testOnBackends } from "../backends.ts";

const data = await loadDataset("synthetic", { height: 8, width: 8, trainImages: 40, testImages: 10 });
const head = { hidden: 8, output: 4 };
const beta = (value: number) => ({ name: "exponential", parameters: { beta: value } }) as const;
const hucl: LossSettings = { name: "hucl", hardening: beta(2) };
const watched: LossSettings[] = [
  { name: "ucl" },
  { name: "scl", positives: "view" },
  hucl,
  { name: "hscl", positives: "view", hardening: beta(2), sampledNegatives: 5 },
];

interface Change {
  loss?: TrainingLoss;
  observed?: readonly TrainingLoss[];
  views?: "single";
  chunkSize?: number;
  from?: TrainingState;
  keeper?: { due: () => boolean; keep: (state: TrainingState) => Promise<void> };
}

const options = (encoder: Encoder, change: Change) => ({
  encoder,
  loss: lossFromSettings(hucl),
  set: data.train,
  shape: data.shape,
  augmentation: pipelineFor(data).train,
  epochs: 2,
  batchSize: 10,
  optimizer: { learningRate: 1e-2, weightDecay: 1e-3 },
  random: new Random(5),
  ...change,
});

const bytesOf = async ({ parameters }: Encoder) =>
  await Promise.all(
    parameters.map(async ({ name, variable }) => `${name} ${[...await variable.data()].join()}`),
  );

const networks = {
  convnet: (seed: number) => convnet({ channels: 1, widths: [4], strides: [2], head }, new Random(seed)),
  // Batch norm in the features, whose running statistics are state, too.
  resnet: (seed: number) => resnet({ depth: 18, channels: 1, width: 1, head }, new Random(seed)),
};

/** What a training says of every epoch, and every bit that it leaves. */
async function trained(network: keyof typeof networks, change: Change) {
  const encoder = networks[network](1), losses: number[] = [], observed: (number[] | undefined)[] = [];
  try {
    for await (const epoch of trainContrastive(options(encoder, change))) {
      losses.push(epoch.loss);
      observed.push(epoch.observed);
    }
    return { losses, observed, bytes: await bytesOf(encoder) };
  } finally {
    encoder.dispose();
  }
}

async function assertUntouched(network: keyof typeof networks, chunkSize?: number): Promise<void> {
  const plain = await trained(network, { chunkSize });
  const tensors = tf.memory().numTensors;
  const seen = await trained(network, { chunkSize, observed: watched.map((each) => lossFromSettings(each)) });
  assertEquals(tf.memory().numTensors, tensors);
  assertEquals([seen.losses, seen.bytes], [plain.losses, plain.bytes]);
  assertEquals(plain.observed, [undefined, undefined]);
  for (const [epoch, values] of seen.observed.entries()) {
    assertEquals(values!.length, 4);
    // The loss that is trained, once more.
    assertAlmostEquals(values![2], plain.losses[epoch], 1e-5);
    assertEquals(new Set(values).size, 4);
  }
}

testOnBackends(
  "a watched training leaves the same bits as any other",
  () => assertUntouched("convnet"),
);
testOnBackends("the same in chunks", () => assertUntouched("convnet", 4));
Deno.test("the same with batch norm in the features", async () => {
  await initBackend({ backend: "wasm" });
  await assertUntouched("resnet", 4);
});

testOnBackends("what is watched are the means over the steps of the losses of their embeddings", async () => {
  const kept: tf.Tensor[] = [], scl = lossFromSettings(watched[1]);
  // Trains as hucl does, and writes down what it was called with.
  const written: TrainingLoss = (view1, view2, labels, step) => {
    // Read afterwards: on WebGPU, Deno cannot read at once.
    kept.push(tf.keep(scl(view1, view2, labels, step)));
    return lossFromSettings(hucl)(view1, view2, labels, step);
  };
  const { observed } = await trained("convnet", { loss: written, observed: [scl] });
  const seen = (await Promise.all(kept.map((loss) => loss.data()))).map(([value]) => value);
  tf.dispose(kept);
  const mean = (from: number) => seen.slice(from, from + 4).reduce((sum, value) => sum + value, 0) / 4;
  assert(maxDifference(observed.map((each) => each![0]), [mean(0), mean(4)]) < 1e-6);
});

testOnBackends("a single view is watched as two are", async () => {
  const loss = lossFromSettings({ name: "hscl", hardening: beta(2) });
  const plain = await trained("convnet", { loss, views: "single" });
  const seen = await trained("convnet", {
    loss,
    views: "single",
    observed: [lossFromSettings({ name: "scl" }), loss],
  });
  assertEquals(seen.bytes, plain.bytes);
  for (const [epoch, values] of seen.observed.entries()) {
    assertAlmostEquals(values![1], plain.losses[epoch], 1e-5);
    assert(values![0] < values![1]);
  }
});

testOnBackends("a watched training goes on to the same numbers from each of its states", async () => {
  const folder = await Deno.makeTempDir(), observed = watched.map((each) => lossFromSettings(each));
  const encoder = networks.convnet(1), kept: string[] = [], means: unknown[] = [];
  const save = async (state: TrainingState) => {
    kept.push(`${state.epoch}-${state.step}`);
    await saveSnapshot(encoder, state, `${folder}/${kept.at(-1)}`);
  };
  const keeper = { due: () => true, keep: save };
  for await (const epoch of trainContrastive(options(encoder, { observed, keeper }))) {
    means.push(epoch.observed);
    await save(await epoch.state());
  }
  const whole = await bytesOf(encoder);
  encoder.dispose();
  assertEquals(kept.length, 10);
  for (const at of kept) {
    const other = networks.convnet(99), rest: unknown[] = [];
    const from = await loadSnapshot(other, `${folder}/${at}`);
    for await (const { observed: each } of trainContrastive(options(other, { observed, from }))) {
      rest.push(each);
    }
    assertEquals(rest, means.slice(Number(at[0]) - 1), at);
    assertEquals(await bytesOf(other), whole, at);
    other.dispose();
  }
  const other = networks.convnet(1), from = await loadSnapshot(other, `${folder}/1-2`);
  await assertRejects(
    () => trainContrastive(options(other, { from })).next(),
    RangeError,
    "the state must be of 0 observed losses: received 4",
  );
  other.dispose();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("what cannot be watched is refused, and what is no number stops the training", async () => {
  await initBackend({ backend: "wasm" });
  const start = (change: object) => trained("convnet", change as Change);
  for (
    const [change, kind, says] of [
      [{ observed: "scl" }, TypeError, "observed losses as it must be an array of losses"],
      [{ observed: [{ name: "scl" }] }, TypeError, "Cannot observe a loss as it must be a function"],
      [
        {
          observed: [lossFromSettings({ name: "ucl" })],
          views: "single",
          loss: lossFromSettings({ name: "scl" }),
        },
        TypeError,
        "single views",
      ],
    ] as const
  ) await assertRejects(() => start(change), kind, says);
  let calls = 0;
  const breaking: TrainingLoss = (view1) => tf.mul(tf.sum(view1), ++calls === 6 ? NaN : 1) as tf.Scalar;
  const tensors = tf.memory().numTensors;
  const error = await assertRejects(
    () => start({ observed: [lossFromSettings({ name: "ucl" }), breaking] }),
    NonFiniteLossError,
    "observed loss 2 of 2",
  );
  assertEquals([error.epoch, error.step], [2, 2]);
  assertEquals(tf.memory().numTensors, tensors);
});

Deno.test("a training on graphs is watched as one on images", async () => {
  await initBackend({ backend: "wasm" });
  const { graphs } = madeUpGraphs({ graphs: 20 });
  const train = async (observed?: readonly TrainingLoss[]) => {
    const encoder = gin({ nodeFeatures: nodeFeatureDim(graphs.features), width: 8 }, new Random(0));
    const epochs = trainGraphs({
      encoder,
      loss: lossFromSettings(hucl),
      ...(observed ? { observed } : {}),
      graphs,
      views: graphViews("random"),
      epochs: 1,
      batchSize: 10,
      optimizer: { learningRate: 1e-2, weightDecay: 0 },
      random: new Random(0),
    });
    try {
      const { value } = await epochs.next();
      await epochs.return(undefined);
      return { loss: value!.loss, observed: value!.observed, bytes: await bytesOf(encoder as never) };
    } finally {
      encoder.dispose();
    }
  };
  const plain = await train(),
    seen = await train([lossFromSettings(hucl), lossFromSettings({ name: "ucl" })]);
  assertEquals([seen.loss, seen.bytes], [plain.loss, plain.bytes]);
  assertAlmostEquals(seen.observed![0], plain.loss, 1e-5);
  assert(seen.observed![1] < seen.observed![0]);
});
