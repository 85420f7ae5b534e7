import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { convnet, embedSet, initBackend, loadDataset, pipelineFor, Random } from "@hscl/hscl";
import { transformImages } from "@hscl/hscl/augment";

Deno.test("a set's features and embeddings are those of its images one by one, in order, over several blocks", async () => {
  await initBackend({ backend: "wasm" });
  const data = await loadDataset("synthetic", {
    trainImages: 520,
    testImages: 10,
    height: 8,
    width: 8,
  });
  const { train, shape } = data, { evaluate } = pipelineFor(data);
  const head = { hidden: 5, output: 3 };
  const encoder = convnet({ channels: shape.channels, widths: [4], strides: [2], head }, new Random(0));
  const { features, embeddings } = await embedSet(encoder, train, shape, evaluate);
  assertEquals([features.length, embeddings.length], [520 * 4, 520 * 3]);
  for (const index of [0, 1, 499, 500, 519]) {
    const pixels = transformImages(train, shape, [index], evaluate, new Random(0));
    const [alone, projected] = tf.tidy(() => {
      const block = encoder.features(
        tf.tensor4d(pixels, [1, shape.height, shape.width, shape.channels]),
        false,
      );
      return [block.dataSync(), encoder.project(block, false).dataSync()];
    });
    assert(alone.some((value) => value > 0));
    alone.forEach((value, i) => assertAlmostEquals(features[index * 4 + i], value, 1e-5));
    projected.forEach((value, i) => assertAlmostEquals(embeddings[index * 3 + i], value, 1e-5));
  }
  encoder.dispose();
});
