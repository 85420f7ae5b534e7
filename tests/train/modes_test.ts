// Training mode in training, evaluation mode in evaluation.
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  Adam,
  convnet,
  embedSet,
  type Encoder,
  initBackend,
  loadDataset,
  lossFromSettings,
  pipelineFor,
  Random,
  resnet,
  trainStep,
} from "@hscl/hscl";
import { maxDifference } from "../backends.ts";

const head = { hidden: 8, output: 4 };
const data = await loadDataset("synthetic", { height: 8, width: 8, trainImages: 503, testImages: 10 });
const { shape, train: set } = data, { evaluate } = pipelineFor(data);
const newConvnet = () =>
  convnet({ channels: shape.channels, widths: [4], strides: [2], head }, new Random(1));

/** The encoder, and with which modes its parts were called. */
function watch(encoder: Encoder): { watched: Encoder; modes: boolean[] } {
  const modes: boolean[] = [];
  const watched: Encoder = {
    ...encoder,
    features: (images, training) => (modes.push(training), encoder.features(images, training)),
    project: (features, training) => (modes.push(training), encoder.project(features, training)),
  };
  return { watched, modes };
}

Deno.test("a step trains all parts of the network, whichever way the views pass", async () => {
  await initBackend({ backend: "wasm" });
  const views = [3, 4].map((seed) =>
    tf.randomNormal<tf.Rank.R4>([4, 8, 8, shape.channels], 0, 1, "float32", seed)
  );
  const batch = { view1: views[0], view2: views[1], labels: Int32Array.of(0, 0, 1, 1) };
  for (const itemwise of [true, false]) {
    const { watched, modes } = watch({ ...newConvnet(), itemwise });
    const adam = new Adam({ learningRate: 1e-2, weightDecay: 0 });
    const before = await Promise.all(watched.parameters.map(({ variable }) => variable.data()));
    trainStep(watched, lossFromSettings({ name: "scl" }), adam, batch).dispose();
    const after = await Promise.all(watched.parameters.map(({ variable }) => variable.data()));
    assertEquals(modes, Array(itemwise ? 3 : 4).fill(true));
    watched.parameters.forEach(({ name }, i) =>
      assert(maxDifference(before[i], after[i]) > 0, `${name} stays`)
    );
    adam.dispose();
    watched.dispose();
  }
});

Deno.test("embedding changes no parameter, and gives an image the same place in any set", async () => {
  await initBackend({ backend: "wasm" });
  const encoders = [
    newConvnet(),
    resnet({ depth: 18, channels: shape.channels, width: 2, head }, new Random(1)),
  ];
  for (const [e, encoder] of encoders.entries()) {
    const size = shape.height * shape.width * shape.channels, { watched, modes } = watch(encoder);
    const state = () => Promise.all(encoder.parameters.map(({ variable }) => variable.data()));
    const before = await state(), tensors = tf.memory().numTensors;
    // More images than pass at a time.
    const count = e === 0 ? 503 : 12;
    const some = {
      images: set.images.subarray(0, count * size),
      labels: set.labels.subarray(0, count),
      count,
    };
    const { features, embeddings } = await embedSet(watched, some, shape, evaluate);
    assertEquals([features.length, embeddings.length], [
      count * encoder.featureDim,
      count * encoder.embeddingDim,
    ]);
    const last = {
      images: some.images.subarray((count - 3) * size),
      labels: some.labels.subarray(count - 3),
      count: 3,
    };
    const alone = await embedSet(watched, last, shape, evaluate);
    assert(maxDifference(features.subarray(-3 * encoder.featureDim), alone.features) < 1e-5);
    assert(maxDifference(embeddings.subarray(-3 * encoder.embeddingDim), alone.embeddings) < 1e-5);
    for (let row = 0; row < count; row++) {
      const unit = embeddings.subarray(row * encoder.embeddingDim, (row + 1) * encoder.embeddingDim);
      assertAlmostEquals(Math.hypot(...unit), 1, 1e-5);
    }
    assert(modes.every((training) => !training));
    assertEquals(tf.memory().numTensors, tensors);
    (await state()).forEach((values, i) => assertEquals(values, before[i]));
    encoder.dispose();
  }
});
