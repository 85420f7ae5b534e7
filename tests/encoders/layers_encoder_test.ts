// A model of TensorFlow.js' layers as an encoder: trained, embedded with, and saved.
import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import {
  DataError,
  embedSet,
  initBackend,
  loadCheckpoint,
  loadDataset,
  lossFromSettings,
  openCheckpoint,
  pipelineFor,
  Random,
  saveCheckpoint,
  trainContrastive,
} from "@hscl/hscl";
import { layersEncoder } from "@hscl/hscl/encoders";

const head = { hidden: 6, output: 3 };

function model() {
  return tf.sequential({
    layers: [
      tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 4, kernelSize: 3, strides: 2, useBias: false }),
      tf.layers.batchNormalization(),
      tf.layers.reLU(),
      tf.layers.flatten(),
      tf.layers.dense({ units: 5 }),
    ],
  });
}

Deno.test("a model of layers trains, embeds and is saved; what is frozen stays", async () => {
  await initBackend({ backend: "cpu" });
  const before = tf.memory().numTensors;
  const data = await loadDataset("synthetic", { trainImages: 20, testImages: 10, height: 8, width: 8 });
  const layers = model();
  layers.layers[4].trainable = false;
  const encoder = layersEncoder(layers, { head }, new Random(0));
  assertEquals([encoder.featureDim, encoder.embeddingDim, encoder.settings], [5, 3, undefined]);
  const values = async () =>
    new Map(
      await Promise.all(
        encoder.parameters.map(async ({ name, variable }) => [name, [...await variable.data()]] as const),
      ),
    );
  const start = await values();
  const bodies = [
    "0/kernel",
    "1/gamma",
    "1/beta",
    "1/moving_mean",
    "1/moving_variance",
    "4/kernel",
    "4/bias",
  ];
  assertEquals([...start.keys()].slice(0, 7), bodies.map((name) => `model/${name}`));
  const { evaluate, train: augmentation } = pipelineFor(data);
  const epochs = trainContrastive({
    encoder,
    loss: lossFromSettings({ name: "scl" }),
    set: data.train,
    shape: data.shape,
    augmentation,
    epochs: 1,
    batchSize: 10,
    optimizer: { learningRate: 1e-2, weightDecay: 0 },
    random: new Random(0),
  });
  for await (const { loss } of epochs) assert(Number.isFinite(loss));
  const trained = await values();
  for (const [name, numbers] of trained) {
    const isFrozen = name.startsWith("model/4/");
    (isFrozen ? assertEquals : assertNotEquals)(numbers, start.get(name), name);
  }

  const { features, embeddings } = await embedSet(encoder, data.test, data.shape, evaluate);
  assertEquals([features.length, embeddings.length], [50, 30]);
  for (let i = 0; i < 30; i += 3) {
    assert(Math.abs(Math.hypot(...embeddings.subarray(i, i + 3)) - 1) < 1e-5);
  }
  const folder = await Deno.makeTempDir();
  await saveCheckpoint(encoder, folder, { shape: data.shape, statistics: data.statistics });
  // Its layers have other names.
  const again = layersEncoder(model(), { head }, new Random(1));
  await loadCheckpoint(again, folder);
  assertEquals((await embedSet(again, data.test, data.shape, evaluate)).embeddings, embeddings);
  const checkpoint = await openCheckpoint(folder);
  assertEquals([checkpoint.network, checkpoint.shape], [undefined, data.shape]);
  for (const call of [() => checkpoint.encoder(), () => checkpoint.embed(data.test)]) {
    await assertRejects(
      call,
      DataError,
      "as its description must have the settings of a network: received none",
    );
  }
  encoder.dispose();
  again.dispose();
  assertEquals(tf.memory().numTensors, before);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a model that makes no vector of an image is refused", async () => {
  await initBackend({ backend: "cpu" });
  const maps = tf.sequential({
    layers: [tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 2, kernelSize: 3 })],
  });
  const random = new Random(0), good = model();
  assertThrows(
    () => layersEncoder(maps, { head }, random),
    RangeError,
    "[images, features]: received [images, 6, 6, 2]",
  );
  assertThrows(() => layersEncoder(tf.sequential(), { head }, random), RangeError, "received ");
  assertThrows(
    () => layersEncoder({} as never, { head }, random),
    TypeError,
    "must be a LayersModel: received Object",
  );
  assertThrows(() => layersEncoder(null as never, { head }, random), TypeError, "model");
  assertThrows(
    () => layersEncoder(good, { head: { hidden: 0, output: 1 } }, random),
    RangeError,
    "a layer size",
  );
  assertThrows(() => layersEncoder(good, { head, more: 1 } as never, random), TypeError, "more");
  maps.dispose();
  good.dispose();
});

Deno.test("models in a model have their weights called by their places, whatever is frozen", async () => {
  await initBackend({ backend: "cpu" });
  const names = (frozen: boolean) => {
    const inner = tf.sequential({
      layers: [tf.layers.dense({ inputShape: [4], units: 3 }), tf.layers.dense({ units: 2 })],
    });
    inner.layers[0].trainable = !frozen;
    const outer = tf.sequential({ layers: [tf.layers.flatten({ inputShape: [2, 2, 1] }), inner] });
    const encoder = layersEncoder(outer, { head }, new Random(0));
    const found = encoder.parameters.map(({ name, trainable }) => `${name} ${trainable}`).slice(0, 4);
    assertEquals(encoder.features(tf.zeros([1, 2, 2, 1]), true).shape, [1, 2]);
    encoder.dispose();
    return found;
  };
  const called = ["model/1/0/kernel", "model/1/0/bias", "model/1/1/kernel", "model/1/1/bias"];
  assertEquals(names(false), called.map((name) => `${name} true`));
  assertEquals(names(true), called.map((name, i) => `${name} ${i > 1}`));
});
