// Every network of the table through the same properties.
import * as tf from "@tensorflow/tfjs";
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { initBackend, Random } from "@hscl/hscl";
import {
  encoderFromSettings,
  type EncoderSettings,
  encoderSettings,
  networkNames,
  networks,
} from "@hscl/hscl/encoders";

for (const name of networkNames) {
  Deno.test(`${name}: settings are plain data, and make an encoder of unit embeddings by its seed`, async () => {
    await initBackend({ backend: "wasm" });
    assertEquals(networkNames.filter((other) => networks[other].label === networks[name].label), [name]);
    for (const channels of [1, 3]) {
      const settings = encoderSettings(name, { height: 8, width: 8, channels }, "small");
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
