// Every network of the table through the same properties.
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { initBackend, Random } from "@hscl/hscl";
import {
  encoderFromSettings,
  type EncoderSettings,
  encoderSettings,
  mlp,
  type NetworkName,
  networkNames,
  networks,
} from "@hscl/hscl/encoders";

for (const name of networkNames) {
  Deno.test(`${name}: settings are plain data, and make an encoder of unit embeddings by its seed`, async () => {
    await initBackend({ backend: "wasm" });
    assertEquals(networkNames.filter((other) => networks[other].label === networks[name].label), [name]);
    for (const channels of [1, 3]) {
      // Narrow, where a network can be: what is asked of it does not depend on that.
      const width = "widened" in networks[name] ? 1 / 8 : 1;
      const settings = encoderSettings(name, { height: 8, width: 8, channels }, "small", { width });
      assertEquals(JSON.parse(JSON.stringify(settings)), settings);
      assertEquals(settings.name, name);
      const images = tf.randomUniform<tf.Rank.R4>([3, 8, 8, channels], 0, 1, "float32", 1);
      const embed = async (seed: number) => {
        const encoder = encoderFromSettings(settings, new Random(seed));
        const features = encoder.features(images, false), embeddings = encoder.project(features, false);
        assertEquals(features.shape, [3, encoder.featureDim]);
        assertEquals(embeddings.shape, [3, encoder.embeddingDim]);
        for (const norm of await tf.norm(embeddings, 2, 1).data()) assertAlmostEquals(norm, 1, 1e-5);
        encoder.dispose();
        return await embeddings.data();
      };
      const first = await embed(0);
      assertEquals(await embed(0), first);
      assert((await embed(1)).some((value, i) => value !== first[i]));
    }
    const unknown = {
      ...encoderSettings(name, { height: 8, width: 8, channels: 1 }),
      depht: 1,
    } as unknown as EncoderSettings;
    assertThrows(() => encoderFromSettings(unknown, new Random(0)), TypeError, "depht");
  });
}

Deno.test("a width factor scales the layers before the head, and is no setting where it is 1", async () => {
  await initBackend({ backend: "wasm" });
  const shape = { height: 16, width: 16, channels: 3 };
  const featureDim = (name: NetworkName, width?: number) => {
    const encoder = encoderFromSettings(encoderSettings(name, shape, "small", { width }), new Random(0));
    encoder.dispose();
    return encoder.featureDim;
  };
  for (const name of networkNames.filter((name) => "widened" in networks[name])) {
    assertEquals(encoderSettings(name, shape, "usual", { width: 1 }), encoderSettings(name, shape));
    assertEquals(featureDim(name, 1 / 8), featureDim(name, 1 / 4) / 2);
    assertEquals(
      encoderSettings(name, shape, "small", { width: 0.25 }).head,
      encoderSettings(name, shape, "small").head,
    );
  }
  const wide = { ...encoderSettings("resnet8", shape), width: 36 } as EncoderSettings;
  assertEquals(encoderSettings("resnet8", shape, "usual", { width: 1.5 }), wide);
  assertThrows(() => encoderSettings("resnet8", shape, "usual", { width: 0 }), RangeError, "width");
});

Deno.test("mlp equals a loop in float64, and refuses images of another size", async () => {
  await initBackend({ backend: "cpu" });
  const options = { height: 3, width: 2, channels: 1, widths: [5, 4], head: { hidden: 6, output: 2 } };
  const encoder = mlp(options, new Random(1)),
    images = tf.randomNormal<tf.Rank.R4>([2, 3, 2, 1], 0, 1, "float32", 3);
  let rows = tf.reshape(images, [2, 6]).arraySync() as number[][];
  for (const layer of ["linear1", "linear2"]) {
    const [weight, bias] = ["weight", "bias"].map((part) =>
      encoder.parameters.find(({ name }) => name === `${layer}/${part}`)!.variable.arraySync()
    ) as [number[][], number[]];
    rows = rows.map((row) =>
      bias.map((start, out) =>
        Math.max(0, row.reduce((sum, value, i) => sum + value * weight[i][out], start))
      )
    );
  }
  const features = encoder.features(images, true).arraySync();
  rows.forEach((row, i) => row.forEach((value, j) => assertAlmostEquals(features[i][j], value, 1e-6)));
  assertThrows(() => encoder.features(tf.zeros([2, 3, 3, 1]), false), RangeError, "pixels of an image");
  assertThrows(() => mlp({ ...options, widths: [] }, new Random(0)), RangeError, "number of layers");
});
